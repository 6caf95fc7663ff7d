import ArgumentParser
import Bootstrap
import JSONText
import PromotionModel

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", _superCommandName: "towpath",
        abstract: "Judge a pull request: which promotions it is, and what would become of each at the merge.",
        discussion: """
            Contracts are read at the base and as the merge would leave them, and both must permit: a change cannot \
            loosen what it is judged by. Locks and the ledger are those of the base. Nothing is recorded.

            Exit code 0 says that everything would be recorded at once, 3 that something is refused or waits.

            EXAMPLES
              towpath check --base origin/main --head HEAD
              towpath check --head topic --at 2026-11-23T09:00:00Z     what would be permitted on Monday at nine?
              towpath check --output markdown > comment.md             a comment for the pull request
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The commit to merge into. (default: the watched branch)", valueName: "rev"))
    var base: String?

    @Option(help: ArgumentHelp("The commit to merge. (default: HEAD)", valueName: "rev"))
    var head: String?

    @Option(help: ArgumentHelp("Judge as of this instant.", valueName: "instant"))
    var at: String?

    func run() throws {
        try perform {
            let report = try Fleet(
                try common.settings(at: at, printsMarkdown: true, revisions: [base, head].compactMap(\.self))
            ).check(base: base, head: head)
            switch common.output {
            case .json: Console.write(JSONWriter.document(Reports.check(report)))
            case .markdown: Console.write(CheckMarkdown(report: report).text)
            case .text: CheckText(style: common.style).print(report)
            }
            Console.report(report.objections + report.problems)
            return report.result == .permitted ? .done : .refused
        }
    }
}
