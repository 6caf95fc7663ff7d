/// The large folders that were read last, checked against their ids, since several looks at one follow each other.
///
/// The library keeps small ones itself. A class, since a repository is borrowed by whoever reads from it; used by the one
/// thread that owns the repository.
final class RecentTrees {
    /// The library keeps what is smaller.
    static let minimumByteCount = 4_096
    /// What is larger would take too much memory.
    private static let maximumByteCount = 1 << 20
    private static let capacity = 4

    /// The newest last.
    private var kept: [(id: ObjectID, bytes: [UInt8])] = []

    /// The content of the folder `id`, if it is kept.
    subscript(id: ObjectID) -> [UInt8]? {
        kept.last { $0.id == id }?.bytes
    }

    /// Keeps `bytes` as the content of the folder `id`, unless there are too few or too many of them.
    @unsafe func keep(_ bytes: UnsafeRawBufferPointer, as id: ObjectID) {
        guard bytes.count >= Self.minimumByteCount, bytes.count <= Self.maximumByteCount else { return }
        if kept.count == Self.capacity { kept.removeFirst() }
        kept.append((id, unsafe Array(bytes)))
    }

    /// Keeps `bytes` as the content of the folder `id`, unless there are too few or too many of them.
    func keep(_ bytes: [UInt8], as id: ObjectID) {
        unsafe bytes.withUnsafeBytes { unsafe keep($0, as: id) }
    }
}
