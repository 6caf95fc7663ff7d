import ArgumentParser
import Auditing
import Bootstrap
import PromotionModel

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", _superCommandName: "towpath",
        abstract: "Replay the ledger, and prove that nothing arrived but by what was permitted.",
        discussion: """
            Reads the whole history of the watched branch and of the evidence branch, derives every verdict anew from \
            what was known then, and says of each claim whether it holds, and which commit breaks it first. Works on \
            any clone with the whole history; nothing is recorded, and no cache is read.

            With --since, what came before is replayed and believed; a commit that the history does not lead to any \
            more is a break. Exit code 0 says that every claim holds, 3 that one is broken, 65 that one could not be \
            proved here.

            With --export, every promotion that was judged is written as one line of JSON: an in-toto statement with a \
            SLSA verification summary, signed if a key is named. Nothing is exported unless every claim holds.

            EXAMPLES
              towpath audit
              towpath audit --since 30d --strict
              towpath audit --since COMMIT --output json
              towpath audit --export record.jsonl --since 90d --key audit.pem
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "Judge what came after: an instant, a span before now such as 30d, or a commit.", valueName: "when"))
    var since: String?

    @Flag(help: "What a person should look at, such as an emergency without a review, is a break too.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Write every promotion that was judged as a line of JSON; - for standard output.", valueName: "file"),
        completion: .file())
    var export: String?

    @Option(
        help: ArgumentHelp(
            "With --export: nothing that was recorded later; an instant, or a span before now.", valueName: "when"))
    var until: String?

    @OptionGroup var signing: SigningOptions

    func validate() throws {
        if export == nil, until != nil || signing.key != nil || signing.sshKey != nil {
            throw ValidationError("--until, --key and --ssh-key go with --export")
        }
    }

    func run() throws {
        try perform {
            let key = export == nil ? nil : try signing.signingKeyIfAny()
            var settings = try common.settings()
            settings.readsHistoryAnew = true
            let fleet = try Fleet(settings)
            let isWatched = Console.Stream.error.isTerminal
            let last = try last(before: fleet.now)
            let request = AuditRequest(from: start(at: fleet.now), isStrict: strict)
            let report = try fleet.audit(request) { done, all in
                if isWatched { Console.progress("audited \(done) of \(all) changes") }
            }
            if isWatched { Console.progress("") }
            if export != "-" {
                common.print(json: Reports.audit(report)) { AuditText(style: common.style).print(report) }
            }
            if let export {
                let record = try ComplianceRecord(of: report, until: last)
                let lines = try record.lines(signedWith: key)
                if export == "-" {
                    Console.write(lines)
                } else {
                    try ComplianceRecord.write(lines, to: export)
                    Console.note("\(record.count) promotion\(record.count == 1 ? "" : "s") exported to \(export)")
                }
            }
            switch report.outcome {
            case .holds: return .done
            case .broken: return .refused
            case .unproved: return .badInput
            }
        }
    }

    private func last(before now: Timestamp) throws(Refusal) -> Timestamp? {
        guard let until else { return nil }
        guard case .instant(let instant) = PointInTime(until, before: now) else {
            throw Refusal(
                .usage, "--until \(until.printable) is neither an instant nor a span",
                hint: "to end at a commit, read as of it: --ref COMMIT")
        }
        return instant
    }

    private func start(at now: Timestamp) -> AuditRequest.Start {
        guard let since else { return .beginning }
        return switch PointInTime(since, before: now) {
        case .instant(let instant): .instant(instant)
        case .revision(let revision): .commit(revision)
        }
    }
}
