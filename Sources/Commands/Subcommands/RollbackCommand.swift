import ArgumentParser
import Bootstrap
import Planning
import PromotionModel

struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", _superCommandName: "towpath",
        abstract: "Bring components back to the last known good set, and hold them there.",
        discussion: """
            Writes one commit on the watched branch: the manifests edited in place, the record, and a hold on each \
            component, so that nothing brings the bad version again by itself. Without components, what arrived last \
            is rolled back, as far as it has an earlier version. What came with it and stays is said. Lift the hold \
            with "towpath release".

            EXAMPLES
              towpath rollback prod-eu --reason "checkout returns 500"
              towpath rollback prod-eu web --reason "login broken" --until 2026-11-25T09:00:00Z
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Argument(help: "The components; what arrived last if none is named.")
    var components: [ComponentArgument] = []

    @OptionGroup var options: HoldOptions

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let report = try fleet.rollback(
                environment.name, components: components.map(\.name), on: try options.terms(at: fleet.now))
            common.print(json: Reports.rollback(report)) {
                Console.line("rolled back \(environment.name): \(Wording.changes(report.promotion))")
                for other in report.rollback.alsoArrived {
                    Console.line("note: \(other.printable) came with it and stays")
                }
                Console.line("recorded in \(report.recorded.commit.prefix(12)); held until \"towpath release\"")
            }
            for skipped in report.rollback.skipped { Console.note("note: \(skipped.reason.printable), so it stays") }
            WorkTreeHint.print(for: fleet, since: report.recorded.basis)
            return .done
        }
    }
}
