import Dispatch
import Git
import Synchronization

/// Reads commits on another thread, ahead of who goes through a history.
///
/// Who asks for one that was not read yet reads it himself, so that nobody waits, and what is told does not depend on which
/// of the two was faster.
final class CommitsAhead: Sendable {
    private struct State {
        var found: [ObjectID: Commit] = [:]
        /// Those that were asked for before they were read, which is no longer wanted then.
        var passed: Set<ObjectID> = []
        var isOver = false
    }

    private let reader: Mutex<PackReader>
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "commits ahead")

    init(reading reader: sending PackReader) {
        self.reader = Mutex(reader)
    }

    /// Reads the commits `ids`, in this order, behind those that it was told before.
    func read(_ ids: [ObjectID]) {
        queue.async {
            self.reader.withLock { reader in
                for id in ids where self.state.withLock({ !$0.isOver && $0.passed.remove(id) == nil }) {
                    guard let commit = reader.commit(id) else { continue }
                    self.state.withLock { state in
                        if state.passed.remove(id) == nil { state.found[id] = commit }
                    }
                }
            }
        }
    }

    /// The commit `id`, which is asked for once; `nil` where it was not read yet, or in no pack.
    func take(_ id: ObjectID) -> Commit? {
        state.withLock { state in
            if let found = state.found.removeValue(forKey: id) { return found }
            state.passed.insert(id)
            return nil
        }
    }

    /// Reads no more.
    func end() {
        state.withLock { $0.isOver = true }
    }
}
