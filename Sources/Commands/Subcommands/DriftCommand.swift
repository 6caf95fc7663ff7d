import ArgumentParser
import Bootstrap
import PromotionModel

struct DriftCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", _superCommandName: "towpath",
        abstract: "Find every difference that no pending promotion explains.",
        discussion: """
            Compares what is declared, recorded and published, and checks that every lock was written by the ledger. \
            Each finding has an id that stays the same until its cause changes; policies/drift-ignore.yaml sets \
            findings aside for a time. Exit code 2 says that there are findings.

            EXAMPLES
              towpath drift
              towpath drift prod-eu --output json
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    func run() throws {
        try perform {
            let review = try common.review(of: environment?.name, withDrift: true)
            common.print(json: Reports.drift(review)) { printTable(review) }
            return review.findings.isEmpty ? .done : .differences
        }
    }

    private func printTable(_ review: Review) {
        guard !review.findings.isEmpty else {
            Console.line("no drift at \(review.plan.basis.prefix(12))")
            return
        }
        var table = Table(["id", "kind", "environment", "component", "finding"])
        for finding in review.findings {
            let place = finding.place.map { " (\($0))" } ?? ""
            table.add([
                Table.Cell(finding.id, .faint), Table.Cell(finding.kind.rawValue, .red),
                Table.Cell(finding.environment?.description ?? "–", .bold),
                Table.Cell(finding.component?.description ?? "–"), Table.Cell(finding.message + place),
            ])
        }
        table.print(common.style)
    }
}
