package import Git
import PromotionModel

/// The commits of an evidence branch, which only ever grows.
package struct EvidenceLine: Sendable {
    package let tip: ObjectID
    /// The commit that it begins with.
    package let root: ObjectID
    /// How many commits came before each, by its id in hexadecimal digits.
    package let positions: [String: Int]
    /// What was removed or changed, oldest first: it still counts.
    package let removals: [Removal]

    package struct Removal: Hashable, Sendable {
        /// 40 hexadecimal digits.
        package let commit: String
        package let path: String
    }

    /// More removals are not listed: each is one too many.
    private static let maximumRemovals = 100

    /// The branch with the short name `branch`, or the one of that name that was fetched from `origin`; `nil` where
    /// there is neither.
    ///
    /// - Throws: ``GitError``.
    package init?(_ branch: String, in repository: borrowing Repository) throws(GitError) {
        var found = try repository.reference("refs/heads/\(branch)")
        if found == nil { found = try repository.reference("refs/remotes/origin/\(branch)") }
        guard let tip = found else { return nil }
        self.tip = tip
        var commits: [(id: ObjectID, tree: ObjectID)] = []
        try repository.firstParentWalk(from: tip) { (commit) throws(GitError) in
            commits.append((commit.id, commit.tree))
            return .next
        }
        commits.reverse()
        root = commits.first?.id ?? tip
        positions = Dictionary(uniqueKeysWithValues: commits.enumerated().map { ($1.id.hex, $0) })
        var removals: [Removal] = []
        for (old, new) in zip(commits, commits.dropFirst()) where removals.count < Self.maximumRemovals {
            try repository.changedEntries(from: old.tree, to: new.tree) { path, before, _ in
                if before != nil { removals.append(Removal(commit: new.id.hex, path: path)) }
                return removals.count < Self.maximumRemovals ? .next : .stop
            }
        }
        self.removals = removals
    }
}
