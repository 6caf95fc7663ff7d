internal import Synchronization

/// The large folders that were read last, checked against their ids, since several looks at one follow each other.
///
/// The library keeps small ones itself. A process that goes on may hand them from one handle of a repository to the next:
/// what an id names never changes.
package final class RecentTrees: Sendable {
    /// The library keeps what is smaller.
    static let minimumByteCount = 4_096
    /// What is larger would take too much memory.
    private static let maximumByteCount = 1 << 20

    private let capacity: Int
    /// The newest last.
    private let kept = Mutex<[(id: ObjectID, bytes: [UInt8])]>([])

    /// Keeps `capacity` of them, of 1 MiB each at the most.
    package init(capacity: Int = 4) {
        self.capacity = capacity
    }

    /// The content of the folder `id`, if it is kept.
    subscript(id: ObjectID) -> [UInt8]? {
        kept.withLock { kept in kept.last { $0.id == id }?.bytes }
    }

    /// Keeps `bytes` as the content of the folder `id`, unless there are too few or too many of them.
    @unsafe func keep(_ bytes: UnsafeRawBufferPointer, as id: ObjectID) {
        guard bytes.count >= Self.minimumByteCount, bytes.count <= Self.maximumByteCount else { return }
        let copy = unsafe Array(bytes)
        kept.withLock { kept in
            if kept.count == capacity { kept.removeFirst() }
            kept.append((id, copy))
        }
    }

    /// Keeps `bytes` as the content of the folder `id`, unless there are too few or too many of them.
    func keep(_ bytes: [UInt8], as id: ObjectID) {
        unsafe bytes.withUnsafeBytes { unsafe keep($0, as: id) }
    }
}
