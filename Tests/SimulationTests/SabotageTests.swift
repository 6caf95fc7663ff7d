import Simulation
import Testing

/// A checker that never failed proves nothing: whatever is broken on purpose has to be noticed.
@Suite struct SabotageTests {
    /// What each of them may be noticed by.
    private static let invariants: [Sabotage: Set<Violation.Invariant>] = [
        .compare: [.nothingLost, .notReturned], .acknowledgement: [.nothingLost], .entry: [.wellFormed],
        .lock: [.foldsToLock], .twice: [.recordedOnce, .wellFormed], .paths: [.wellFormed], .signOff: [.wellFormed],
        .withdrawn: [.notReturned, .nothingLost], .soak: [.contract, .published], .approvals: [.contract, .published],
        .windows: [.contract, .published], .order: [.contract, .published], .rate: [.contract, .published],
        .freeze: [.contract, .published], .hold: [.contract, .published], .unrecorded: [.liveness],
        .published: [.published], .deaf: [.liveness],
    ]

    /// How many worlds it may take: the first one in which it shows is named by every run.
    private static let patience: UInt64 = 400

    @Test(arguments: Sabotage.allCases)
    func `what is broken on purpose is noticed`(_ sabotage: Sabotage) throws {
        let expected = try #require(Self.invariants[sabotage])
        let simulation = LoopSimulation(steps: 40, sabotage: sabotage)
        for seed in 0..<Self.patience {
            guard let found = try simulation.run(seed: seed).violation else { continue }
            #expect(expected.contains(found.violation.invariant), "seed \(seed): \(found.violation)")
            return
        }
        Issue.record("\(sabotage.rawValue) shows in none of \(Self.patience) worlds")
    }
}
