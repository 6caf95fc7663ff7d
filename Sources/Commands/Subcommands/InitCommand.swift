import ArgumentParser
import Bootstrap
import PromotionModel

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write what a fleet needs to begin: environments and contracts.",
        discussion: """
            Where environments/ is there already, contracts for its environments are written, each taking from the \
            stage before it; else a sample of three environments. Files that exist are left alone, and nothing is \
            committed.

            EXAMPLES
              towpath init
              towpath init --repo ../fleet
            """)

    @OptionGroup var common: CommonOptions

    func run() throws {
        try perform {
            let root = try common.settings().repository
            let environments = FleetSkeleton.environments(below: root)
            let written = try FleetSkeleton(environments: environments).write(below: root)
            common.print(json: Reports.initialization(written)) {
                for path in written { Console.line("wrote \(path)") }
                if written.isEmpty { Console.line("everything is there already: nothing written") }
            }
            if !written.isEmpty { Console.note("look at it, commit it, then: towpath plan") }
            return .done
        }
    }
}
