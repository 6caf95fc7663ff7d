import ArgumentParser
import Bootstrap
import PromotionModel

struct FactsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts", _superCommandName: "towpath",
        abstract: "Show what a promotion is judged by, or prove what one of the past was judged by.",
        discussion: """
            Without a commit: the facts of every promotion that waits now, as rules in Rego get them for input. With \
            the commit of an entry of the ledger: the facts are derived anew from the commit that was observed then, \
            the evidence of then and the instant of the record, and compared with the digest that was recorded.

            Exit code 2 says that a digest is not the one that was recorded.

            EXAMPLES
              towpath facts prod-eu --component web
              towpath facts --output json | jq '.promotions[0].facts'
              towpath facts 3ff42567f953
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "A commit of the ledger; an environment, for what waits there now.")
    var commit: String?

    @Argument(help: "The environment that is meant.")
    var environment: EnvironmentArgument?

    @Option(help: "Only promotions with this component.")
    var component: ComponentArgument?

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let report = try report(of: fleet)
            common.print(json: Reports.facts(report)) { FactsText(style: common.style).print(report) }
            if common.verbose { Console.report(report.problems) }
            return report.differs ? .differences : .done
        }
    }

    /// One word alone is an environment if the fleet has one of that name, else a commit.
    private func report(of fleet: borrowing Fleet) throws(Refusal) -> FactsReport {
        guard let commit else { return try fleet.facts(of: nil, component: component?.name) }
        if environment == nil, let name = EnvironmentArgument(argument: commit)?.name,
            try fleet.environmentNames().contains(name)
        {
            return try fleet.facts(of: name, component: component?.name)
        }
        return try fleet.facts(recordedBy: commit, of: environment?.name, component: component?.name)
    }
}
