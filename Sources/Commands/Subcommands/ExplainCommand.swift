import ArgumentParser
import Bootstrap
import PromotionModel

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", _superCommandName: "towpath",
        abstract: "Say why a component is, or is not, moving, and what would make it move.",
        discussion: """
            Shows the chain of causes: the commit that declared the artifact, what is recorded and by which promotion, \
            the contract, and every gate with its reason.

            EXAMPLES
              towpath explain prod-eu web
              towpath explain prod-eu web --now 2026-11-23T09:00:00Z
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment.")
    var environment: EnvironmentArgument

    @Argument(help: "The component.")
    var component: ComponentArgument

    func run() throws {
        try perform {
            let fleet = try common.fleetToRead()
            let explanation = try fleet.explain(component.name, in: environment.name)
            common.print(json: Reports.explanation(explanation)) {
                ExplanationText(style: common.style, now: fleet.now).print(explanation)
            }
            return .done
        }
    }
}
