import ArgumentParser
import Bootstrap
import ManifestFormat
import PromotionModel

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", _superCommandName: "towpath",
        abstract: "Show how an environment came to be as it is, newest first.",
        discussion: """
            Follows the first parents of the branch and tells of every commit that changed what the environment \
            declares or has recorded, with the first digits of the promotion's id, which review takes; with --walk full, \
            every commit that can be reached. With --matrix, when each version of a component came to each \
            environment. Works on any repository, also one that towpath never wrote to.

            EXAMPLES
              towpath history prod-eu
              towpath history --matrix --component web
              towpath history prod-eu --walk full --follow
              towpath history prod-eu --component web --limit 20
              towpath history prod-eu --output json
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment; with --matrix none, for all are shown.")
    var environment: EnvironmentArgument?

    @Option(help: "Only changes of this component.")
    var component: ComponentArgument?

    @Option(help: ArgumentHelp("At most so many entries.", valueName: "count"))
    var limit: Int?

    @Option(
        help: ArgumentHelp("Which commits: first-parent or full, all that can be reached.", valueName: "walk"))
    var walk: HistoryWalk = .firstParent

    @Flag(help: "Follow files to where they were before they were moved.")
    var follow = false

    @Flag(help: "When each version of the component came to each environment.")
    var matrix = false

    @Flag(help: "Show the ids of promotions in full.")
    var ids = false

    func validate() throws {
        if matrix {
            guard component != nil else { throw ValidationError("--matrix needs --component") }
            guard environment == nil else { throw ValidationError("--matrix shows all environments: name none") }
        } else if environment == nil {
            throw ValidationError("name an environment, or give --matrix and --component")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() throws {
        try perform {
            let fleet = try common.fleetToRead()
            let manner = HistoryManner(walk: walk, followsRenames: follow)
            if let environment {
                try printHistory(of: environment.name, fleet, manner)
            } else if let component {
                let (matrix, boundary) = try fleet.arrivals(of: component.name, manner: manner)
                common.print(json: Reports.matrix(matrix, manner: manner)) {
                    MatrixText(matrix: matrix, now: fleet.now).print(common.style, limit: limit)
                }
                note(boundary)
            }
            return .done
        }
    }

    private func printHistory(
        of name: EnvironmentName, _ fleet: borrowing Fleet, _ manner: HistoryManner
    ) throws(Refusal) {
        var entries: [HistoryEntry] = []
        var known: Set<ComponentName> = []
        let boundary = try fleet.history(of: name, manner: manner) { entry in
            guard let component else {
                entries.append(entry)
                return limit.map { entries.count < $0 } ?? true
            }
            known.formUnion(entry.changes.map(\.component))
            if let told = entry.only(component.name) { entries.append(told) }
            return limit.map { entries.count < $0 } ?? true
        }
        if common.output == .json { entries = try fleet.signed(entries) }
        let now = fleet.now
        common.print(json: Reports.history(name, entries, manner: manner)) { printTable(entries, now: now) }
        if entries.isEmpty { Console.note(nothing(in: name, known)) }
        note(boundary)
    }

    /// Tells where a shallow clone ended the walk.
    private func note(_ boundary: String?) {
        guard let boundary else { return }
        Console.note(
            "note: the clone is shallow and ends at \(boundary.prefix(12)), which seems to declare all that it found; "
                + "for what came before: git fetch --unshallow")
    }

    /// The longest list that is printed in full: more is the business of `--output json`.
    private static let shownChanges = 4

    private static func shortened(_ changes: [String]) -> String {
        let rest = changes.count - shownChanges
        guard rest > 1 else { return changes.joined(separator: ", ") }
        return changes.prefix(shownChanges).joined(separator: ", ") + " and \(rest) more"
    }

    /// `web 1.4.2 → 1.5.0`, and what became of it where that is another thing than of the entry.
    private static func text(_ change: HistoryEntry.Change, in entry: HistoryEntry) -> String {
        let from = change.from.map { "\($0.label(beside: change.to)) → " } ?? ""
        let to = change.to?.label(beside: change.from) ?? "removed"
        let result = change.result.flatMap { $0 == entry.result ? nil : " \($0.rawValue)" } ?? ""
        return "\(change.component) \(from)\(to)\(result)"
    }

    /// Why there is no entry; `known` are the components that the history speaks of.
    private func nothing(in name: EnvironmentName, _ known: Set<ComponentName>) -> String {
        guard let component else { return "nothing was ever declared in \(name)" }
        let hint = Spelling.nearest(to: component.name.description, among: known.map(\.description))
        return "\(name) never had a component \"\(component.name)\""
            + (hint.map { "; did you mean \"\($0)\"?" } ?? "")
    }

    /// `1e67ce18`, `1e67ce18 +2`, or all in full.
    private func promotions(of entry: HistoryEntry) -> String {
        guard let first = entry.promotions.first else { return "–" }
        if ids { return entry.promotions.map(\.description).joined(separator: ", ") }
        return first.short + (entry.promotions.count > 1 ? " +\(entry.promotions.count - 1)" : "")
    }

    /// What became of it; what went past gates or back is not to be overlooked.
    private static func what(_ entry: HistoryEntry) -> Table.Cell {
        guard let result = entry.result else { return Table.Cell("declared") }
        guard entry.emergencies.isEmpty else { return Table.Cell("\(result.rawValue) in an emergency", .red) }
        switch result {
        case .rolledBack, .refused: return Table.Cell(result.rawValue, .red)
        case .waiting, .held: return Table.Cell(result.rawValue, .yellow)
        case .adopted, .promoted, .withdrawn, .released: return Table.Cell(result.rawValue, .blue)
        }
    }

    /// What stands before the address, no more than 24 characters of it.
    private static func name(of author: String) -> String {
        let name = author.split(separator: "<", maxSplits: 1).first ?? author[...]
        return String(name.utf8.count > 24 ? name.prefix(24) : name)
    }

    private func printTable(_ entries: [HistoryEntry], now: Timestamp) {
        guard !entries.isEmpty else { return }
        var table = Table(["commit", "promotion", "when", "who", "what", "changes"])
        for entry in entries {
            let changes = entry.changes.map { Self.text($0, in: entry) }
            let author = Self.name(of: entry.author)
            table.add([
                Table.Cell(String(Substring(entry.commit.utf8.prefix(12))), .faint), Table.Cell(promotions(of: entry)),
                Table.Cell(Wording.relative(entry.at, to: now)), Table.Cell(author),
                Self.what(entry),
                Table.Cell(changes.isEmpty ? entry.subject : Self.shortened(changes)),
            ])
        }
        table.print(common.style)
    }
}

extension HistoryWalk: ExpressibleByArgument {}
