/// The large folders that were read last: the folder of all environments is looked at from many sides.
///
/// A class, since a repository is borrowed by whoever reads it; used by the one thread that owns the repository.
final class RecentTrees {
    /// Smaller ones are read in no time, and the library keeps them.
    static let leastBytes = 4_096
    private static let mostBytes = 4 << 20
    private static let capacity = 4

    /// The last one first.
    private var trees: [(id: ObjectID, bytes: [UInt8])] = []

    /// The content of the tree `id`, if it is one of them.
    subscript(id: ObjectID) -> [UInt8]? {
        guard let place = trees.firstIndex(where: { $0.id == id }) else { return nil }
        if place > 0 { trees.swapAt(0, place) }
        return trees[0].bytes
    }

    func keep(_ id: ObjectID, _ bytes: @autoclosure () -> [UInt8], count: Int) {
        guard count >= Self.leastBytes, count <= Self.mostBytes else { return }
        if trees.count == Self.capacity { trees.removeLast() }
        trees.insert((id, bytes()), at: 0)
    }
}
