import ArgumentParser
import Bootstrap
import PromotionModel

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write what a fleet needs to begin: environments and contracts.",
        discussion: """
            Where environments/ is there already, a contract is written for each of its environments that none guards, \
            taking from the stage before it; else a sample of three environments. Files that exist are left alone, \
            and nothing is committed.

            EXAMPLES
              towpath init
              towpath init --repo ../fleet
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        try perform {
            let root = try common.settings().repository
            guard !Fleet.isRemote(root) else {
                throw Refusal(.usage, "init writes files, so it needs a folder", hint: "clone the repository first")
            }
            let skeleton = FleetSkeleton(FleetSurvey(below: root))
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
            Console.report(skeleton.problems)
            if !written.isEmpty { Console.note("look at it, commit it, then: towpath plan") }
            return skeleton.problems.isEmpty ? .done : .badInput
        }
    }
}
