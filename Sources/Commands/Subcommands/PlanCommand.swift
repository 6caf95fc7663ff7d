import ArgumentParser
import Bootstrap
import PromotionModel

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", _superCommandName: "towpath",
        abstract: "Show what the next tick would do, and change nothing.",
        discussion: """
            The plan is the very value that reconcile carries out. Exit code 2 says that there are changes, permitted \
            or not; 0 says that there are none.

            EXAMPLES
              towpath plan
              towpath plan --at 2026-11-23T09:00:00Z     what would be permitted on Monday at nine?
              towpath plan --output json
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    @Option(help: ArgumentHelp("Judge as of this instant.", valueName: "instant"))
    var at: String?

    func run() throws {
        try perform {
            let review = try common.review(of: environment?.name, withDrift: false, at: at, leavingResting: true)
            common.print(json: Reports.plan(review.plan, problems: review.problems)) {
                PlanText(style: common.style)
                    .print(review.plan, isStopped: review.observation.historyBreak != nil)
            }
            Console.report(review.problems.filter { $0.severity == .error })
            if review.problems.contains(where: { $0.severity == .error }) { return .badInput }
            let isEmpty = review.plan.isEmpty && review.plan.environments.allSatisfy(\.actions.isEmpty)
            return isEmpty ? .done : .differences
        }
    }
}
