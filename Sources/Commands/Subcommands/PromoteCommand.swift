import ArgumentParser
import Bootstrap
import PromotionModel

struct PromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Propose bringing an environment to what its source has.",
        discussion: """
            Edits the environment's manifests in place, changing only the bytes of the artifacts, and commits them on \
            a branch towpath/promote/ID for you to open a pull request from. Nothing else is touched. Whether the \
            promotion is permitted is judged when it is merged.

            EXAMPLES
              towpath promote staging
              towpath promote prod-eu web checkout
              towpath promote prod-eu --from staging
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The environment to promote to.")
    var environment: EnvironmentArgument

    @Argument(help: "The components to promote; all that differ if none is named.")
    var components: [ComponentArgument] = []

    @Option(help: ArgumentHelp("The environment to take from, where the contract names several.", valueName: "env"))
    var from: EnvironmentArgument?

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let request = PromotionRequest(
                environment: environment.name, components: components.map(\.name), source: from?.name)
            let proposal = try fleet.promote(request)
            common.print(json: Reports.proposal(proposal, for: environment.name)) { printText(proposal) }
            return .done
        }
    }

    private func printText(_ proposal: PromotionProposal) {
        switch proposal {
        case .nothingToPromote(let source):
            Console.line("\(environment.name) declares what \(source) has: nothing to promote")
        case .proposed(let proposal, let result):
            Console.line("\(result.isNew ? "proposed" : "already proposed"): \(Wording.changes(proposal.promotion))")
            Console.line("on branch \(proposal.shortBranch) at \(result.commit.prefix(12)); merge it to promote")
        }
    }
}
