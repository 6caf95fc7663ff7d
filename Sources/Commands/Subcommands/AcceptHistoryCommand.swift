import ArgumentParser
import Bootstrap
import PromotionModel

struct AcceptHistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-history", _superCommandName: "towpath",
        abstract: "Accept that the watched branch goes on from another history than the one that was seen.",
        discussion: """
            Where the watched branch was forced to a commit that does not follow from the last one seen, nothing moves \
            any more. Look at it with "towpath drift", put the branch back, or accept it with this command: one commit \
            says so, and where the new history does not prove a lock, another one takes it over as it stands.

            EXAMPLES
              towpath drift
              towpath accept-history --reason "a secret was taken out of the history"
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "Why; recorded for ever.")
    var reason: String?

    func run() throws {
        try perform {
            let reason = try reason.map { text throws(Refusal) in try ReasonText.checked(text) }
            let fleet = try Fleet(try common.settings())
            let report = try fleet.acceptHistory(reason: reason)
            common.print(json: Reports.acceptance(report, of: fleet.reference)) { printText(report) }
            if let report, !report.isKnown { WorkTreeHint.print(for: fleet, since: report.alarm.tip) }
            return .done
        }
    }

    private func printText(_ report: AcceptanceReport?) {
        guard let report else { return Console.line("nothing to accept: the branch follows from where it was seen") }
        let alarm = report.alarm
        Console.line("accepted: \(alarm.branch) \(alarm.account)")
        for environment in report.environments {
            let told =
                switch environment.standing {
                case .kept: "its ledger goes on"
                case .renewed: "nothing proves its lock, which is taken over as it stands; its ledger begins anew"
                case .absent: "it has no record there"
                case .unusable: "its lock cannot be used: towpath drift \(environment.name)"
                }
            Console.line("  \(environment.name): \(told)")
        }
        let list = report.commits.map { String($0.prefix(12)) }.joined(separator: ", ")
        Console.line(report.isKnown ? "it had been recorded in \(list)" : "recorded in \(list)")
        if report.beginsAnew {
            Console.note("note: nothing is recorded there, so the next tick adopts what it finds, as in a new fleet")
        }
    }
}
