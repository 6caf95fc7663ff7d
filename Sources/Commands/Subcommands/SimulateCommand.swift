import ArgumentParser
import Bootstrap
import PromotionModel

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Answer what would have happened, or what could.",
        subcommands: [SimulatePolicyCommand.self, SimulateLoopCommand.self])
}

struct SimulatePolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Judge the promotions of the past by changed policies: which would have waited, or been refused?",
        discussion: """
            Each promotion is judged at the commit and the instant of its own record, with what was known then. A \
            file below the policies/ of a work tree takes the place of the file with the same path, also of contracts \
            and freezes with the same names in other files; a file from elsewhere that of contracts and freezes with \
            the same names; a folder that of policies/ as a whole. Nothing is recorded.

            Exit code 0 says that it ran, 3 with --strict that something would have been refused or delayed, 65 that \
            a policy cannot be used.

            EXAMPLES
              towpath simulate policy --with policies/prod.yaml
              towpath simulate policy --with proposals/ --since 30d prod-eu
              towpath simulate policy --with policies/prod.yaml --strict --output json
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp("The changed policies: a file, which may be repeated, or one folder.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var with: [String]

    @Option(help: ArgumentHelp("How far to look back.", valueName: "span"))
    var since = "90d"

    @Flag(help: "Exit with 3 if something would have been refused or delayed.")
    var strict = false

    @Argument(help: "Only promotions to this environment.")
    var environment: EnvironmentArgument?

    func run() throws {
        try perform {
            let fleet = try Fleet(try common.settings())
            let span: TimeSpan
            do throws(TimeSpan.Malformed) {
                span = try TimeSpan(since)
            } catch {
                throw Refusal(.usage, "--since \(error)")
            }
            let change = try PolicyChange(reading: with, around: fleet.now)
            let isWatched = Console.Stream.error.isTerminal
            let simulation = try fleet.simulate(change, last: span, of: environment?.name) { done, all in
                if isWatched { Console.progress("judged \(done) of \(all) promotions") }
            }
            if isWatched { Console.progress("") }
            common.print(json: Reports.simulation(simulation)) { SimulationText(style: common.style).print(simulation) }
            if let boundary = simulation.boundary {
                Console.note(
                    "note: the clone is shallow and ends at \(boundary.prefix(12)); "
                        + "for what came before: git fetch --unshallow")
            }
            let counts = simulation.counts
            return strict && counts.delayed + counts.refused > 0 ? .refused : .done
        }
    }
}
