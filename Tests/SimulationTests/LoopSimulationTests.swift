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

    @Test(arguments: [UInt64(3), 11])
    func `the same seed gives the same history`(_ seed: UInt64) throws {
        let simulation = LoopSimulation(steps: 30)
        let first = try simulation.run(seed: seed)
        #expect(try simulation.run(seed: seed) == first)
        #expect(first.trace.count > 20)
    }
}
