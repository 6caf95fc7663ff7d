import Simulation
import TestSupport
import Testing

@Suite struct LoopSimulationTests {
    /// The history of a world, for people.
    private func told(_ run: LoopRun) -> String {
        run.trace.map { "\($0.step) \($0.at) \($0.actor) \($0.kind.rawValue) \($0.text)" }.joined(separator: "\n")
    }

    @Test(arguments: 0..<UInt64(64))
    func `nothing goes wrong for good in the world of a seed`(_ seed: UInt64) throws {
        let run = try LoopSimulation(steps: 24).run(seed: seed)
        #expect(run.violation == nil, "seed \(seed): \(told(run))")
    }

    /// Worlds in which something went wrong once, and what.
    private static let lessons: [(seed: UInt64, lesson: String)] = [
        (62, "a rollback of a component whose manifest could not be read changed the lock and left the manifest"),
        (175, "what was published, not recorded and no longer permitted stayed published"),
        (539, "a tick recorded on a history that was set back after it had looked, and that nobody had accepted"),
        (749, "the checkers wanted an environment adopted of which nothing could be read"),
        (1087, "a component was recorded as gone while its manifest stayed published, since the configuration waited"),
        (1986, "the checkers took a plan that was made anew for the commit that had been set back"),
        (2203, "the checkers took a list of the marks for a look at one"),
        (2769, "the checkers let a component arrive whose dependency was about to go"),
        (3988, "the checkers took a plan of who had looked before it for the commit that had been set back"),
        (6456, "a component was adopted that had no file in what a tick before the ledger's beginning had published"),
        (3516, "the checkers took what a replica said of a history before it was accepted for its last word"),
        (3273, "what an earlier process had published without recording it opened the order of components"),
    ]

    @Test(arguments: lessons)
    func `what went wrong once does not go wrong again`(_ seed: UInt64, lesson: String) throws {
        let run = try LoopSimulation(steps: 60).run(seed: seed)
        #expect(run.violation == nil, "seed \(seed), where \(lesson): \(told(run))")
    }

    /// Worlds whose repository is on a server: one that moves branches together, and one that does not.
    @Test(arguments: [UInt64(28), 44])
    func `what is on a server is reached by what it is asked alone`(_ seed: UInt64) throws {
        let run = try LoopSimulation(steps: 60).run(seed: seed)
        let effects = run.trace.filter { $0.kind == .effect }.map(\.text)
        #expect(effects.contains { $0.hasPrefix("did push refs/heads/") })
        #expect(effects.allSatisfy { $0.hasPrefix("did push ") || $0.hasPrefix("did move ") })
        // A copy follows what the server has accepted, and goes nowhere by itself.
        let pushed = Set(
            effects.filter { $0.hasPrefix("did push ") }.flatMap { $0.dropFirst(9).split(separator: ", ") })
        let copied = Set(effects.filter { $0.hasPrefix("did move ") }.map { $0.dropFirst(9) })
        #expect(copied.isSubset(of: pushed))
        #expect(run.violation == nil, "seed \(seed): \(told(run))")
    }

    @Test(arguments: [UInt64(3), 11])
    func `the same seed gives the same history`(_ seed: UInt64) throws {
        let simulation = LoopSimulation(steps: 30)
        let first = try simulation.run(seed: seed)
        #expect(try simulation.run(seed: seed) == first)
        #expect(first.trace.count > 20)
    }
}
