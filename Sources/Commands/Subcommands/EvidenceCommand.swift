import ArgumentParser
import Bootstrap
import JSONText
import PromotionModel

struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", _superCommandName: "towpath",
        abstract: "List the evidence there is, and whether it counts.",
        discussion: """
            Verifies everything that the evidence branch holds about the digests that are declared and recorded, by \
            policies/allowed_signers of the watched branch. What does not count is listed with the reason.

            EXAMPLES
              towpath evidence
              towpath evidence web --env prod-eu
              towpath evidence sha256:… --output json
              towpath evidence --strict          exit 3 if something is refused
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: ArgumentHelp("Only this digest, or what this component declares.", valueName: "component|digest"))
    var subject: String?

    @Option(help: ArgumentHelp("Only this environment.", valueName: "env"))
    var env: EnvironmentArgument?

    @Flag(help: "Exit with 3 if something is refused.")
    var strict = false

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let listing = try fleet.evidence(of: subject, in: env?.name)
            switch common.output {
            case .json: Console.write(JSONWriter.document(Reports.evidence(listing)))
            case .text, .markdown: EvidenceText.print(listing, style: common.style)
            }
            Console.report(listing.problems)
            return strict && listing.items.contains(where: \.isRefused) ? .refused : .done
        }
    }
}
