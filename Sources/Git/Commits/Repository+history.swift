/// A commit as far as a line of history is made of it.
package struct LineCommit: Hashable, Sendable {
    package let id: ObjectID
    /// The root folder as of this commit.
    package let tree: ObjectID
    /// When it was recorded, as ``Commit/committer`` says.
    package let seconds: Int64
    /// As ``Commit/isShallowBoundary``.
    package let isShallowBoundary: Bool
    /// The one that the line goes on with; `nil` at its end.
    package let firstParent: ObjectID?
}

extension Repository {
    /// Visits `start` and its first parents, newest first, reading no further than asked.
    ///
    /// Ends at a commit without parents, and at the boundary of a shallow clone: there the last commit visited has
    /// ``Commit/isShallowBoundary`` set, and is not the beginning of history.
    ///
    /// - Throws: ``GitError``: `notFound` or `corrupt` if a commit cannot be read; what `visit` throws.
    /// *libgit2: `git_odb_read`*
    package borrowing func firstParentWalk(
        from start: ObjectID, _ visit: (Commit) throws(GitError) -> Step
    ) throws(GitError) {
        var next: ObjectID? = start
        while let id = next {
            let commit = try commit(id)
            guard try visit(commit) == .next else { return }
            next = commit.isShallowBoundary ? nil : commit.parents.first
        }
    }

    /// Visits what ``firstParentWalk(from:_:)`` visits, without making strings of who did it and why.
    ///
    /// - Throws: ``GitError`` as ``firstParentWalk(from:_:)``.
    /// *libgit2: `git_odb_read`*
    package borrowing func firstParentLine(
        from start: ObjectID, _ visit: (LineCommit) throws(GitError) -> Step
    ) throws(GitError) {
        var next: ObjectID? = start
        while let id = next {
            let text = try commitText(id)
            let isBoundary = shallowBoundary.contains(id)
            next = isBoundary ? nil : text.parents.first
            let commit = LineCommit(
                id: id, tree: text.tree, seconds: text.signedSeconds, isShallowBoundary: isBoundary,
                firstParent: next)
            guard try visit(commit) == .next else { return }
        }
    }

    /// Visits what can be reached from `start` and not from any of `hidden`, each commit before its parents.
    ///
    /// Dates play no part, and the order is a function of the commits alone: of those that may come next, the one
    /// whose line of history is being followed, first parents before others. History is read before the first visit:
    /// all of what is visited, and all that is hidden when it cannot be ruled out otherwise.
    ///
    /// - Throws: ``GitError`` as ``firstParentWalk(from:_:)``.
    /// *libgit2: `git_odb_read`*
    package borrowing func topologicalWalk(
        from start: ObjectID, hiding hidden: [ObjectID] = [], _ visit: (Commit) throws(GitError) -> Step
    ) throws(GitError) {
        var graph = CommitGraph(shallowBoundary: shallowBoundary)
        let shown = try graph.reachable(from: [start], stoppingAt: Set(hidden), in: self)
        var concealed = Set(hidden)
        if !graph.isRuledOut(hidden, by: shown) {
            concealed = try graph.reachable(from: hidden, stoppingAt: [], in: self).ids
        }
        for id in graph.topologicalOrder(from: start, leavingOut: concealed) {
            guard try visit(try commit(id)) == .next else { return }
        }
    }

    /// So many first parents are looked at before anything else.
    private static var nearbyCommits: Int { 64 }

    /// Whether `ancestor` is `commit` itself or can be reached from it.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`; `shallow` if it cannot be told because history ends early.
    /// *libgit2: `git_odb_read`*
    package borrowing func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
        if isNearby(ancestor, of: commit) { return true }
        let ancestry = try CommitAncestry(ancestor, commit, in: self)
        if ancestry.isReachedFromOther(ancestor) { return true }
        guard !isShallow else {
            throw beyondBoundary("tell whether \(ancestor.short) is an ancestor of \(commit.short)")
        }
        return false
    }

    /// Whether `ancestor` is a few first parents away, as mostly it is: then no date, not even a false one, leads further
    /// back.
    private borrowing func isNearby(_ ancestor: ObjectID, of commit: ObjectID) -> Bool {
        var next: ObjectID? = commit
        for _ in 0..<Self.nearbyCommits {
            guard let id = next else { return false }
            if id == ancestor { return true }
            do throws(GitError) {
                next = shallowBoundary.contains(id) ? nil : try commitText(id).parents.first
            } catch {
                // Whoever has to read it says so.
                return false
            }
        }
        return false
    }

    /// The best common ancestors of two commits: those that are no ancestor of another; ordered by id.
    ///
    /// None if the histories have nothing in common, several after a criss-cross merge.
    ///
    /// - Throws: ``GitError`` as ``isAncestor(_:of:)``.
    /// *libgit2: `git_odb_read`*
    package borrowing func mergeBases(_ one: ObjectID, _ other: ObjectID) throws(GitError) -> [ObjectID] {
        let candidates = try CommitAncestry(one, other, in: self).bases
        var best: [ObjectID] = []
        for base in candidates {
            var isRedundant = false
            for rival in candidates where rival != base && !isRedundant {
                isRedundant = try isAncestor(base, of: rival)
            }
            if !isRedundant { best.append(base) }
        }
        guard !best.isEmpty || !isShallow else {
            throw beyondBoundary("find where \(one.short) and \(other.short) part")
        }
        return best
    }

    private borrowing func beyondBoundary(_ operation: String) -> GitError {
        GitError(
            operation: operation, code: .shallow, message: "the clone is shallow: its history ends early",
            hint: "git fetch --unshallow")
    }
}
