/// The commits that were read last, checked against their ids: many environments look at the same ones.
///
/// A class, since a repository is borrowed by whoever reads from it; used by the one thread that owns the repository.
final class RecentCommits {
    private static let capacity = 8
    /// A longer message would take too much memory.
    private static let maximumMessageByteCount = 1 << 16
    private static let maximumParentCount = 64

    private var kept: [Commit] = []
    /// Where the next one goes.
    private var next = 0

    /// The commit `id`, if it is kept.
    subscript(id: ObjectID) -> Commit? {
        kept.first { $0.id == id }
    }

    func keep(_ commit: Commit) {
        guard commit.messageBytes.count <= Self.maximumMessageByteCount,
            commit.parents.count <= Self.maximumParentCount
        else { return }
        if kept.count < Self.capacity {
            kept.append(commit)
        } else {
            kept[next] = commit
        }
        next = (next + 1) % Self.capacity
    }
}
