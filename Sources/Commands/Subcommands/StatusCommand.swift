import ArgumentParser
import Bootstrap
import Planning
import PromotionModel

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", _superCommandName: "towpath",
        abstract: "Show what every component declares, has recorded and runs, and why it is (not) moving.",
        discussion: """
            Each component is in exactly one state: inSync, pending, waiting, refused, held, drifted or unknown, with \
            the reason and the next instant at which it can change by itself.

            EXAMPLES
              towpath status
              towpath status prod-eu
              towpath status --output json | jq '.environments[].components[] | select(.state != "inSync")'
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    func run() throws {
        try perform {
            let status = try common.fleetToRead().status(of: environment?.name)
            switch common.output {
            case .json: Reports.status(status) { Console.write($0) }
            case .text, .markdown: printTable(status)
            }
            Console.report(status.problems.filter { $0.severity == .error })
            return .done
        }
    }

    private func printTable(_ status: FleetStatus) {
        var table = Table(["environment", "component", "declared", "recorded", "state", "next", "reason"])
        for environment in status.environments {
            for component in environment.components {
                table.add([
                    Table.Cell(environment.environment.description, .bold), Table.Cell(component.component.description),
                    Table.Cell(Wording.artifact(component.declared)), Table.Cell(Wording.artifact(component.recorded)),
                    Table.Cell(component.state.rawValue, Wording.ink(component.state)),
                    Table.Cell(Wording.relative(component.nextChange, to: status.at)), Table.Cell(component.reason),
                ])
            }
            for action in environment.actions {
                guard let change = action.promotion.configuration else { continue }
                table.add([
                    Table.Cell(environment.environment.description, .bold), Table.Cell("(configuration)"),
                    Table.Cell(change.to.short), Table.Cell(change.from?.short ?? "–"),
                    Table.Cell(action.state.rawValue, Wording.ink(action.state)),
                    Table.Cell(Wording.relative(action.verdict.nextChange, to: status.at)),
                    Table.Cell(action.reason),
                ])
            }
        }
        table.isEmpty ? Console.note("there is no component") : table.print(common.style)
    }
}
