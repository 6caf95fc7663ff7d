import Simulation
import Testing

/// A checker that never failed proves nothing: whatever is broken on purpose has to be noticed.
@Suite struct SabotageTests {
    /// What each of them may be noticed by.
    private static let invariants: [Sabotage: Set<Violation.Invariant>] = [
        .compare: [.nothingLost, .notReturned], .acknowledgement: [.nothingLost], .entry: [.wellFormed],
        .lock: [.foldsToLock], .twice: [.recordedOnce, .wellFormed], .paths: [.wellFormed], .signOff: [.wellFormed],
        .withdrawn: [.notReturned, .nothingLost, .wellFormed], .soak: [.contract, .published],
        .approvals: [.contract, .published],
        .windows: [.contract, .published], .order: [.contract, .published], .rate: [.contract, .published],
        .freeze: [.contract, .published], .hold: [.contract, .published], .unrecorded: [.liveness],
        .published: [.published], .alarm: [.accepted], .deaf: [.liveness],
    ]

    /// From which world on each of them is looked for: who is there when something is broken depends on every effect.
    private static let worlds: [(sabotage: Sabotage, steps: Int, seed: UInt64)] = [
        (.compare, 40, 26), (.acknowledgement, 40, 0), (.entry, 40, 0), (.lock, 40, 0), (.twice, 40, 0),
        (.paths, 40, 0), (.signOff, 40, 0), (.withdrawn, 40, 10), (.soak, 40, 14), (.approvals, 40, 47),
        (.windows, 40, 11), (.order, 60, 320), (.rate, 150, 43), (.freeze, 40, 22), (.hold, 40, 0),
        (.unrecorded, 40, 0), (.published, 6, 4), (.alarm, 40, 2), (.deaf, 40, 14),
    ]

    @Test func `everything that can be broken has its world`() {
        #expect(Set(Self.worlds.map(\.sabotage)) == Set(Sabotage.allCases))
    }

    /// In how many worlds it has to show.
    private static let patience: UInt64 = 60

    @Test(arguments: worlds)
    func `what is broken on purpose is noticed`(_ sabotage: Sabotage, steps: Int, seed: UInt64) throws {
        let expected = try #require(Self.invariants[sabotage])
        let simulation = LoopSimulation(steps: steps, sabotage: sabotage)
        for seed in seed..<seed + Self.patience {
            guard let found = try simulation.run(seed: seed).violation?.violation else { continue }
            #expect(expected.contains(found.invariant), "seed \(seed): \(found)")
            return
        }
        Issue.record("\(sabotage.rawValue) shows in none of \(Self.patience) worlds from seed \(seed) on")
    }
}
