internal import CLibgit2
internal import Glibc

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

    /// Whether `ancestor` is `commit` itself or can be reached from it.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`; `shallow` if it cannot be told because history ends early.
    /// *libgit2: `git_graph_descendant_of`*
    package borrowing func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
        let operation = "tell whether \(ancestor.short) is an ancestor of \(commit.short)"
        for id in [ancestor, commit] { _ = try commitText(id) }
        guard ancestor != commit else { return true }
        try guardUngrafted(operation)
        var (first, second) = (commit.oid, ancestor.oid)
        let found = try withinBoundary(operation) { () throws(GitError) in
            try unsafe handle.withPointer { (repository) throws(GitError) in
                try check(operation, unsafe git_graph_descendant_of(repository, &first, &second)) == 1
            }
        }
        if !found, isShallow { throw beyondBoundary(operation) }
        return found
    }

    /// A best common ancestor of two commits; nil if their histories have nothing in common.
    ///
    /// Where several are equally good, as after a criss-cross merge, the choice is the library's.
    ///
    /// - Throws: ``GitError`` as ``isAncestor(_:of:)``.
    /// *libgit2: `git_merge_base`*
    package borrowing func mergeBase(_ one: ObjectID, _ other: ObjectID) throws(GitError) -> ObjectID? {
        let operation = "find where \(one.short) and \(other.short) part"
        for id in [one, other] { _ = try commitText(id) }
        try guardUngrafted(operation)
        var (first, second, base) = (one.oid, other.oid, git_oid())
        let status = try withinBoundary(operation) { () throws(GitError) -> Int32 in
            try unsafe handle.withPointer { (repository) throws(GitError) in
                let status = unsafe git_merge_base(&base, repository, &first, &second)
                // Commits were read above, so what is not found is a base, or lies beyond the boundary.
                guard status == GIT_ENOTFOUND.rawValue, !isShallow else { return try check(operation, status) }
                git_error_clear()
                return status
            }
        }
        return status == 0 ? ObjectID(base) : nil
    }

    /// The library from 1.7 on honours grafts, which show another history than was committed.
    private borrowing func guardUngrafted(_ operation: String) throws(GitError) {
        guard unsafe access(commonDirectory + "/info/grafts", F_OK) != 0 else {
            throw GitError(
                operation: operation, code: .unsupported, message: "the repository has grafts in \"info/grafts\"",
                hint: "remove that file; git itself no longer supports it")
        }
    }

    private borrowing func withinBoundary<Result>(
        _ operation: String, _ body: () throws(GitError) -> Result
    ) throws(GitError) -> Result {
        do {
            return try body()
        } catch {
            throw error.code == .notFound && isShallow ? beyondBoundary(operation) : error
        }
    }

    private borrowing func beyondBoundary(_ operation: String) -> GitError {
        GitError(
            operation: operation, code: .shallow, message: "the clone is shallow: its history ends early",
            hint: "git fetch --unshallow")
    }
}
