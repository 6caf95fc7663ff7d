import ArgumentParser
import Bootstrap
import PromotionModel

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", _superCommandName: "towpath",
        abstract: "Show what was recorded at some point of the past, by folding the ledger.",
        discussion: """
            What was in production then, since when, by which promotion, what was held and what waited. Locks are not \
            believed: exit code 65 says that one is not what the ledger gives.

            EXAMPLES
              towpath replay --at 2026-11-23T08:30:00Z
              towpath replay --at v1.2 prod-eu
              towpath replay --at 30d --output json
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("An instant, a span before now such as 30d, or a revision.", valueName: "when"))
    var at: String

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let point: Replay.Point
            switch PointInTime(at, before: fleet.now) {
            case .instant(let instant): point = .instant(instant)
            case .revision(let revision): point = .commit(revision)
            }
            let replay = try fleet.replay(at: point, of: environment?.name)
            common.print(json: Reports.replay(replay)) { printTable(replay) }
            Console.report(replay.problems)
            return replay.problems.isEmpty ? .done : .badInput
        }
    }

    private func printTable(_ replay: Replay) {
        let when = replay.instant.map { ", as of \($0)" } ?? ""
        guard !replay.environments.isEmpty else {
            Console.line("nothing was recorded at \(replay.basis.prefix(12))\(when)")
            return
        }
        var table = Table(["environment", "component", "recorded", "since", "from", "promotion"])
        for environment in replay.environments {
            let record = environment.record
            for (component, recorded) in record.components.sorted(by: { $0.key < $1.key }) {
                table.add([
                    Table.Cell(record.environment.description, .bold), Table.Cell(component.description),
                    Table.Cell(Wording.artifact(recorded.artifact)), Table.Cell(recorded.at.description),
                    Table.Cell(recorded.source?.description ?? "–"),
                    Table.Cell(recorded.promotion.description, .faint),
                ])
            }
        }
        table.print(common.style)
        for environment in replay.environments { printStops(environment.record) }
        Console.line("the ledger at \(replay.basis.prefix(12))\(when)")
    }

    /// What was held, and what waited.
    private func printStops(_ record: EnvironmentRecord) {
        for hold in record.holds.values.sorted(by: { $0.scope < $1.scope }) {
            let scope = hold.scope == .environment ? "all of it" : hold.scope.description
            let until = hold.until.map { " until \($0)" } ?? ""
            Console.line(
                "\(record.environment): \(scope) held since \(hold.since)\(until) by \(hold.owner): \(hold.reason)"
                    .printable)
        }
        for (id, pending) in record.pending.sorted(by: { $0.key < $1.key }) {
            let versions = pending.artifacts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.version)" }
            Console.line(
                "\(record.environment): \(id) \(pending.result.rawValue) since \(pending.since): "
                    + (versions + pending.retired.map { "\($0) retired" }).joined(separator: ", ").printable)
        }
    }
}

/// A point of the past as people write it.
enum PointInTime {
    case instant(Timestamp)
    case revision(String)

    /// Reads an instant, or a span before `instant`; anything else is a revision.
    init(_ text: String, before instant: Timestamp) {
        if let given = Timestamp(text) {
            self = .instant(given)
            return
        }
        do throws(TimeSpan.Malformed) {
            self = .instant(Timestamp(seconds: instant.seconds - (try TimeSpan(text)).seconds))
        } catch {
            self = .revision(text)
        }
    }
}
