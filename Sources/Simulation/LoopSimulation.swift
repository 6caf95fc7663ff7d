import Git
package import PromotionModel

/// What became of one simulated world.
package struct LoopRun: Hashable, Sendable {
    package let seed: UInt64
    package let steps: Int
    package let tally: Tally
    /// What must never be, where it came to that; the run ends with it.
    package let violation: Found?
    /// Everything that happened, oldest first.
    package let trace: [TraceEvent]

    /// A violation and where it was found.
    package struct Found: Hashable, Sendable {
        package let step: Int
        /// The true time.
        package let at: Timestamp
        package let violation: Violation
    }
}

/// The production loop in a world that is made, and goes wrong, by a seed.
package struct LoopSimulation: Sendable {
    private let steps: Int
    private let sabotage: Sabotage?

    /// - Parameters:
    ///   - steps: How many things happen before everything is put right and the loop has to come to rest.
    ///   - sabotage: What is broken on purpose; `nil` for nothing.
    package init(steps: Int, sabotage: Sabotage? = nil) {
        self.steps = steps
        self.sabotage = sabotage
    }

    /// Runs the world of `seed`, in a scratch folder that is gone afterwards.
    ///
    /// - Parameter tell: Told of everything as it happens.
    /// - Throws: where the world itself cannot be made or read, which is nobody's violation.
    package func run(seed: UInt64, tell: @escaping (TraceEvent) -> Void = { _ in }) throws -> LoopRun {
        let world = try LoopWorld(seed: seed, sabotage: sabotage, tell: tell)
        defer { world.killAll() }
        var found: LoopRun.Found?
        do {
            try world.run(steps: steps)
            try world.settle()
        } catch let violation as Violation {
            world.note(.violation, "checker", violation.description)
            found = LoopRun.Found(step: world.step, at: world.time.now, violation: violation)
        }
        return LoopRun(seed: seed, steps: steps, tally: world.tally, violation: found, trace: world.trace)
    }
}
