import Dispatch
import Synchronization

/// Many worlds, on all processors.
package struct LoopBatch: Sendable {
    private struct State {
        var next: UInt64
        var failure: (any Error)?
    }

    private let simulation: LoopSimulation
    private let width: Int

    /// - Parameter width: How many worlds run at the same time.
    package init(_ simulation: LoopSimulation, width: Int) {
        self.simulation = simulation
        self.width = max(1, width)
    }

    /// Runs the worlds of `seeds`, each as it would run alone.
    ///
    /// - Parameter tell: Told of each run, in the order in which they end, by one thread at a time.
    /// - Throws: what the first world threw that could not be made or read.
    package func run(_ seeds: Range<UInt64>, tell: @Sendable (LoopRun) -> Void) throws {
        let state = Mutex(State(next: seeds.lowerBound, failure: nil))
        let telling = Mutex(())
        DispatchQueue.concurrentPerform(iterations: min(width, seeds.count)) { _ in
            while true {
                let seed = state.withLock { state -> UInt64? in
                    guard state.failure == nil, state.next < seeds.upperBound else { return nil }
                    defer { state.next += 1 }
                    return state.next
                }
                guard let seed else { return }
                do {
                    let run = try simulation.run(seed: seed)
                    telling.withLock { _ in tell(run) }
                } catch {
                    state.withLock { $0.failure = $0.failure ?? WorldFailure(seed: seed, error: error) }
                }
            }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}

/// Why a world could not be made or read, which says nothing about the loop.
package struct WorldFailure: Error, CustomStringConvertible {
    package let seed: UInt64
    let error: any Error

    package var description: String {
        "the world of seed \(seed) failed: \(error)"
    }
}
