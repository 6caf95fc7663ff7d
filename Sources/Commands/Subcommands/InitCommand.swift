import ArgumentParser
import Bootstrap
import ManifestFormat
import PromotionModel

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", _superCommandName: "towpath",
        abstract: "Write what a fleet needs to begin: environments and contracts.",
        discussion: """
            Where no file describes the layout, it is told from the committed manifests: folders and files that are \
            called after stages become environments, and towpath.yaml says so unless they lie in environments/. Then a \
            contract is written for each environment that none guards, taking from the stage before it. Where there is \
            nothing at all, a sample of three environments. Files that exist are left alone, and nothing is committed.

            EXAMPLES
              towpath init
              towpath init --repo ../fleet
              towpath init --print --repo their.git > mine.yaml
            """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print the towpath.yaml that the manifests suggest, and write nothing.")
    var print = false

    func run() throws {
        try perform {
            let root = try common.settings().repository
            guard !Fleet.isRemote(root) else {
                throw Refusal(.usage, "init writes files, so it needs a folder", hint: "clone the repository first")
            }
            let commit = try CommittedLayout(around: root)
            if print { return try printProposal(commit) }
            if commit?.isBare == true {
                throw Refusal(
                    .usage, "\(root) is bare: it has no files to add to",
                    hint: "give a clone with a work tree, or print what it would be: --print")
            }
            let skeleton = FleetSkeleton(FleetSurvey(below: root, commit: commit))
            let written = try skeleton.write(below: root)
            let isAllThere = skeleton.problems.isEmpty && skeleton.partlyGuarded.isEmpty
            common.print(json: Reports.initialization(skeleton, written: written)) {
                for path in written { Console.line("wrote \(path)") }
                if written.isEmpty {
                    Console.line("\(isAllThere ? "everything is there already: " : "")nothing written")
                }
            }
            for name in skeleton.partlyGuarded {
                Console.note("the contracts for \(name) speak of some components only: nothing written for the rest")
            }
            tell(commit?.proposal)
            Console.report(skeleton.problems)
            if !written.isEmpty { Console.note("look at it, commit it, then: towpath plan") }
            return skeleton.problems.isEmpty ? .done : .badInput
        }
    }

    private func printProposal(_ commit: CommittedLayout?) throws(Refusal) -> ExitStatus {
        guard let proposal = commit?.proposal else {
            throw Refusal(
                .badInput, "there is nothing to propose",
                hint: commit == nil
                    ? "commit manifests first"
                    : "the layout is described already, or is the usual one: environments/{env}/**")
        }
        Console.write(proposal.text)
        tell(proposal)
        return .done
    }

    /// Says what was found, and what not.
    private func tell(_ proposal: LayoutProposal?) {
        guard let proposal else { return }
        let names = proposal.rules.map(\.name.description).joined(separator: ", ")
        Console.note(
            "found \(proposal.rules.count == 1 ? "1 environment" : "\(proposal.rules.count) environments"): \(names)")
        guard !proposal.unclaimed.isEmpty else { return }
        let count = proposal.unclaimed.count
        let examples = proposal.unclaimed.prefix(3).map(\.printable).joined(separator: ", ")
        Console.note(
            "\(count == 1 ? "1 file declares" : "\(count) files declare") artifacts and \(count == 1 ? "is" : "are") "
                + "no environment's: \(examples)\(count > 3 ? ", …" : "")")
    }
}
