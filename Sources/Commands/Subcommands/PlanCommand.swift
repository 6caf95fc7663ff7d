import ArgumentParser
import Bootstrap
import JSONText
import PromotionModel

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what the next tick would do, and change nothing.",
        discussion: """
            The plan is the very value that reconcile carries out. Exit code 2 says that there are changes, permitted \
            or not; 0 says that there are none.

            EXAMPLES
              towpath plan
              towpath plan --now 2026-11-23T09:00:00Z     what would be permitted on Monday at nine?
              towpath plan --output json
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Only this environment.")
    var environment: EnvironmentArgument?

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            var review = try fleet.review(withDrift: false)
            if let name = environment?.name { review = try review.only(name, of: fleet) }
            switch common.output {
            case .json: Console.write(JSONWriter.document(Reports.plan(review.plan, problems: review.problems)))
            case .text: PlanText(style: common.style).print(review.plan)
            }
            Console.report(review.problems.filter { $0.severity == .error })
            if review.problems.contains(where: { $0.severity == .error }) { return .badInput }
            let isEmpty = review.plan.isEmpty && review.plan.environments.allSatisfy(\.actions.isEmpty)
            return isEmpty ? .done : .differences
        }
    }
}
