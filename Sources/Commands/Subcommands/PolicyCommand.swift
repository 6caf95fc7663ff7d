import ArgumentParser
import Bootstrap
import PromotionModel

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Work on policies.", subcommands: [PolicyTestCommand.self])
}

struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the table tests that stand beside contracts.",
        discussion: """
            Reads files named *.test.yaml, and the policies of their folder, from the file system; no repository is \
            needed. Each case states facts and the verdict that the contract must come to.

            Exit code 0 says that all cases passed, 2 that one failed, 65 that a policy or a test cannot be used.

            EXAMPLES
              towpath policy test                                  all tests below policies/
              towpath policy test policies/prod.test.yaml
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: ArgumentHelp("Folders with policies, or files of tests in one.", valueName: "path"))
    var paths: [String] = ["policies"]

    func run() throws {
        try perform {
            _ = try common.settings()
            let report = try PolicyTestReport(running: paths)
            common.print(json: Reports.policyTests(report)) { PolicyTestText(style: common.style).print(report) }
            Console.report(report.problems)
            if report.problems.contains(where: { $0.severity == .error }) { return .badInput }
            return report.failed == 0 ? .done : .differences
        }
    }
}
