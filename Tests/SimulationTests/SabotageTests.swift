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

    /// The first world in which each of them shows.
    private static let worlds: [(sabotage: Sabotage, steps: Int, seed: UInt64)] = [
        (.compare, 40, 18), (.acknowledgement, 40, 0), (.entry, 40, 0), (.lock, 40, 0), (.twice, 40, 0),
        (.paths, 40, 0), (.signOff, 40, 0), (.withdrawn, 40, 5), (.soak, 40, 1), (.approvals, 40, 29),
        (.windows, 40, 11), (.order, 40, 6), (.rate, 60, 215), (.freeze, 40, 17), (.hold, 40, 0),
        (.unrecorded, 40, 0), (.published, 6, 4), (.deaf, 40, 9),
    ]

    @Test func `everything that can be broken has its world`() {
        #expect(Set(Self.worlds.map(\.sabotage)) == Set(Sabotage.allCases))
    }

    @Test(arguments: worlds)
    func `what is broken on purpose is noticed`(_ sabotage: Sabotage, steps: Int, seed: UInt64) throws {
        let expected = try #require(Self.invariants[sabotage])
        let run = try LoopSimulation(steps: steps, sabotage: sabotage).run(seed: seed)
        let violation = run.violation?.violation
        let found = try #require(violation, "\(sabotage.rawValue) does not show in the world of seed \(seed)")
        #expect(expected.contains(found.invariant), "\(found)")
    }
}
