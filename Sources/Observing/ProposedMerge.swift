package import Git
import PromotionModel

/// What a merge of one commit into another would give, without making it.
package struct ProposedMerge: Sendable {
    /// Where the observation looks from: the merged folder, on top of the base.
    package let viewpoint: Viewpoint
    /// Every file that the merge would change, sorted.
    package let changedPaths: [String]

    /// Why nothing can be said of a merge.
    package enum Obstacle: Error, Hashable {
        /// The commits have nothing in common.
        case unrelated
        /// Files that both sides changed, in different ways, sorted.
        case conflicts([String])
    }

    /// The merge of `head` into `base`, file by file: of a file that only one side changed, that side's.
    ///
    /// Writes tree objects where the base has moved since the change began; no reference ever.
    ///
    /// - Throws: ``Obstacle``, ``GitError``.
    package init(of head: ObjectID, into base: ObjectID, in repository: borrowing Repository) throws {
        guard let ancestor = try repository.mergeBases(base, head).first else { throw Obstacle.unrelated }
        let (old, mine, theirs) = (
            try repository.commit(ancestor).tree, try repository.commit(base).tree, try repository.commit(head).tree
        )
        var changes: [String: TreeEntry?] = [:]
        try repository.changedEntries(from: old, to: theirs) { (path, _, new) in
            changes[path] = .some(new)
            return .next
        }
        var conflicts: [String] = []
        if mine != old {
            try repository.changedEntries(from: old, to: mine) { (path, _, new) in
                guard let change = changes[path] else { return .next }
                if change?.id == new?.id, change?.kind == new?.kind {
                    changes[path] = nil
                } else {
                    conflicts.append(path)
                }
                return .next
            }
        }
        guard conflicts.isEmpty else { throw Obstacle.conflicts(conflicts.sorted()) }
        let tree: ObjectID
        if mine == old {
            tree = theirs
        } else {
            tree = try repository.writeTree(
                base: mine,
                changes: changes.sorted { $0.key < $1.key }.map { path, entry in
                    TreeChange(path, entry.map { .put($0.id, $0.kind) } ?? .remove)
                })
        }
        let commit = try repository.commit(head)
        viewpoint = Viewpoint(
            tree: tree, basis: base,
            proposal: Viewpoint.Proposal(
                head: head.hex, at: Timestamp(seconds: commit.committer.seconds),
                authors: try OriginReader.authors(from: head, notIn: base, in: repository)))
        changedPaths = changes.keys.sorted()
    }
}
