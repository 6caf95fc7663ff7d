import ArgumentParser
import Bootstrap
import PromotionModel

struct PromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", _superCommandName: "towpath",
        abstract: "Propose bringing an environment to what its source has.",
        discussion: """
            Takes what the source has recorded, or declares where nothing is recorded. Edits the environment's \
            manifests in place, changing only the bytes of the artifacts, and commits them on \
            a branch towpath/promote/ID for you to open a pull request from. Nothing else is touched. Whether the \
            promotion is permitted is judged when it is merged.

            EXAMPLES
              towpath promote staging
              towpath promote prod-eu web checkout
              towpath promote prod-eu --from staging
              towpath promote prod-eu --pin
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment to promote to.")
    var environment: EnvironmentArgument

    @Argument(help: "The components to promote; all that differ if none is named.")
    var components: [ComponentArgument] = []

    @Option(help: ArgumentHelp("The environment to take from, where the contract names several.", valueName: "env"))
    var from: EnvironmentArgument?

    @Flag(help: "Write the digest beside each tag, where the fleet knows it and the manifest has a place for it.")
    var pin = false

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let request = PromotionRequest(
                environment: environment.name, components: components.map(\.name), source: from?.name,
                pins: pin)
            let report = try fleet.promote(request)
            let text = ProposalText(environment: environment.name)
            common.print(json: Reports.proposal(report, for: environment.name)) { text.print(report) }
            text.printNotes(report)
            return .done
        }
    }
}
