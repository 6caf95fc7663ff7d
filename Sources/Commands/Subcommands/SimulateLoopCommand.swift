import ArgumentParser
import Bootstrap
import FoundationEssentials
import Simulation
import Synchronization

struct SimulateLoopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loop",
        abstract: "Run the loop in a made-up world where everything goes wrong, and check what must never be.",
        discussion: """
            A world is a fleet in a scratch repository, people who change it, and one to three machines that run the \
            very code of reconcile. A seed chooses what happens: who pushes when, whose answer is lost, which process \
            is killed between which two effects. Then everything is put right, and what is permitted has to land. The \
            same seed gives the same history.

            Exit code 0 says that nothing was found, 1 that a world came to what must never be; its seed and step are \
            named.

            EXAMPLES
              towpath simulate loop --seed 7                     one world, told step by step
              towpath simulate loop --seeds 1000                 a thousand worlds, in short
              towpath simulate loop --seeds 50 --sabotage soak   break a gate on purpose: is it noticed?
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The seed of the first world.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("How many worlds, of one seed after the other.", valueName: "count"))
    var seeds = 1

    @Option(help: ArgumentHelp("How many things happen in each world before it is put right.", valueName: "count"))
    var steps = 60

    @Option(
        help: ArgumentHelp(
            "Break one thing on purpose: \(Sabotage.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "what"))
    var sabotage: SabotageArgument?

    func run() throws {
        try perform {
            _ = try common.settings()
            let last = seed.addingReportingOverflow(UInt64(max(seeds, 0)))
            guard seeds > 0, steps > 0, !last.overflow else {
                throw Refusal(.usage, "--seeds and --steps are at least 1, and the last seed is below 2^64")
            }
            let simulation = LoopSimulation(steps: steps, sabotage: sabotage?.sabotage)
            let report = seeds == 1 ? try one(simulation) : try many(simulation, seed..<last.partialValue)
            common.print(json: Reports.loopSimulation(report)) {
                LoopSimulationText(style: common.style).print(report, replay: replay)
            }
            return report.violations.isEmpty ? .done : .violated
        }
    }

    private func one(_ simulation: LoopSimulation) throws -> LoopReport {
        let text = common.output == .json ? nil : LoopSimulationText(style: common.style)
        var report = LoopReport(first: seed, steps: steps)
        report.add(try simulation.run(seed: seed) { event in text?.print(event) }, keepsTrace: true)
        return report
    }

    private func many(_ simulation: LoopSimulation, _ seeds: Range<UInt64>) throws -> LoopReport {
        let isWatched = Console.Stream.error.isTerminal
        let report = Mutex(LoopReport(first: seed, steps: steps))
        let batch = LoopBatch(simulation, width: ProcessInfo.processInfo.activeProcessorCount)
        try batch.run(seeds) { run in
            let found = report.withLock { report in
                report.add(run, keepsTrace: false)
                return report.violations.count
            }
            guard isWatched else { return }
            let done = report.withLock { $0.count }
            if done.isMultiple(of: 10) { Console.progress("\(done) of \(seeds.count) worlds, \(found) violations") }
        }
        if isWatched { Console.progress("") }
        return report.withLock { $0 }
    }

    /// How a person runs the world of `seed` again.
    private func replay(_ seed: UInt64) -> String {
        let options =
            (steps == 60 ? "" : " --steps \(steps)") + (sabotage.map { " --sabotage \($0.sabotage.rawValue)" } ?? "")
        return "towpath simulate loop --seed \(seed)\(options)"
    }
}

/// What to break, as an argument.
struct SabotageArgument: ExpressibleByArgument {
    let sabotage: Sabotage

    init?(argument: String) {
        guard let sabotage = Sabotage(rawValue: argument) else { return nil }
        self.sabotage = sabotage
    }

    static var allValueStrings: [String] { Sabotage.allCases.map(\.rawValue) }
}

/// What became of all worlds of one run of the command.
struct LoopReport {
    let first: UInt64
    let steps: Int
    private(set) var count = 0
    private(set) var tally = Tally()
    /// In order of their seeds.
    private(set) var violations: [(seed: UInt64, found: LoopRun.Found)] = []
    /// Everything that happened, where there is one world only.
    private(set) var trace: [TraceEvent]?

    init(first: UInt64, steps: Int) {
        self.first = first
        self.steps = steps
    }

    mutating func add(_ run: LoopRun, keepsTrace: Bool) {
        count += 1
        tally += run.tally
        if keepsTrace { trace = run.trace }
        guard let found = run.violation else { return }
        violations.append((run.seed, found))
        violations.sort { $0.seed < $1.seed }
    }
}
