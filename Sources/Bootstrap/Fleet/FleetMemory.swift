import Git
import HistoryIndex
import Observing
import Synchronization

/// What a process that goes on keeps in memory of its fleets, so that each look follows what changed since the last.
///
/// Nothing depends on it but time.
package final class FleetMemory: Sendable {
    struct Readings: Sendable {
        let declarations: DeclarationMemory
        let places: FilesMemory
        let trees: RecentTrees
        /// `nil` where none is kept.
        let history: HistoryIndex?
    }

    /// As many as a tick looks at: what was and what is, with the ledger's own steps between.
    private static let treeCount = 12

    private let readings = Mutex<[String: Readings]>([:])

    package init() {}

    /// What is kept of the repository whose objects are in `commonDirectory`; begins with `declarations` and `history`.
    func readings(
        of commonDirectory: String, _ declarations: () -> DeclarationMemory, history: () -> HistoryIndex?
    ) -> Readings {
        readings.withLock { readings in
            if let known = readings[commonDirectory] { return known }
            let fresh = Readings(
                declarations: declarations(), places: FilesMemory(),
                trees: RecentTrees(capacity: Self.treeCount), history: history())
            readings[commonDirectory] = fresh
            return fresh
        }
    }
}
