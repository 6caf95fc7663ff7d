import Git

/// Tells merges that only bring two sides together from those that add something of their own.
enum PlainMerge {
    /// Whether every file that `concerns` is, in `commit`, what merging its two parents file by file gives.
    ///
    /// A file that both sides changed in different ways has no such result, nor has a merge of more than two sides or of
    /// sides that part in more than one place: whoever made those decided something.
    ///
    /// - Throws: ``GitError``.
    static func isPlain(
        _ commit: Commit, where concerns: (String) -> Bool, in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard commit.parents.count == 2, !commit.isShallowBoundary else { return false }
        let bases: [ObjectID]
        do throws(GitError) {
            bases = try repository.mergeBases(commit.parents[0], commit.parents[1])
        } catch  where error.code == .shallow {
            return false
        }
        guard bases.count == 1 else { return false }
        let base = try repository.commit(bases[0]).tree
        func changes(_ tree: ObjectID, _ repository: borrowing Repository) throws(GitError) -> [String: TreeEntry?] {
            var changes: [String: TreeEntry?] = [:]
            try repository.changedEntries(from: base, to: tree) { path, _, new in
                if concerns(path) { changes[path] = .some(new) }
                return .next
            }
            return changes
        }
        let ours = try changes(repository.commit(commit.parents[0]).tree, repository)
        let theirs = try changes(repository.commit(commit.parents[1]).tree, repository)
        for (path, entry) in ours {
            if let other = theirs[path], other != entry { return false }
        }
        return try changes(commit.tree, repository) == ours.merging(theirs) { $1 }
    }
}
