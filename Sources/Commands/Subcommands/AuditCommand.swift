import ArgumentParser
import Auditing
import Bootstrap
import PromotionModel

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Replay the ledger, and prove that nothing arrived but by what was permitted.",
        discussion: """
            Reads the whole history of the watched branch and of the evidence branch, derives every verdict anew from \
            what was known then, and says of each claim whether it holds, and which commit breaks it first. Works on \
            any clone with the whole history; nothing is recorded, and no cache is read.

            With --since, what came before is replayed and believed; a commit that the history does not lead to any \
            more is a break. Exit code 0 says that every claim holds, 3 that one is broken, 65 that one could not be \
            proved here.

            EXAMPLES
              towpath audit
              towpath audit --since 30d --strict
              towpath audit --since COMMIT --output json
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "Judge what came after: an instant, a span before now such as 30d, or a commit.", valueName: "when"))
    var since: String?

    @Flag(help: "What a person should look at, such as an emergency without a review, is a break too.")
    var strict = false

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let isWatched = Console.Stream.error.isTerminal
            let request = AuditRequest(from: start(at: fleet.now), isStrict: strict)
            let report = try fleet.audit(request) { done, all in
                if isWatched { Console.progress("audited \(done) of \(all) changes") }
            }
            if isWatched { Console.progress("") }
            common.print(json: Reports.audit(report)) { AuditText(style: common.style).print(report) }
            switch report.outcome {
            case .holds: return .done
            case .broken: return .refused
            case .unproved: return .badInput
            }
        }
    }

    private func start(at now: Timestamp) -> AuditRequest.Start {
        guard let since else { return .beginning }
        if let instant = Timestamp(since) { return .instant(instant) }
        do throws(TimeSpan.Malformed) {
            return .instant(Timestamp(seconds: now.seconds - (try TimeSpan(since)).seconds))
        } catch {
            return .commit(since)
        }
    }
}
