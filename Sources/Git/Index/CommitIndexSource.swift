internal import Glibc

/// What keeps a commit index of a repository.
package protocol CommitIndexSource: AnyObject, Sendable {
    /// An index that knows the commit `tip` and all that it can reach; `nil` where there is none to be had.
    func index(covering tip: ObjectID, in repository: borrowing Repository) -> CommitIndex?
}

/// What a commit says of where it stands.
package struct CommitFacts: Hashable, Sendable {
    /// The root folder as of the commit.
    package let tree: ObjectID
    /// In the order of the commit.
    package let parents: [ObjectID]
    /// When it was recorded, as ``Commit/committer`` says.
    package let seconds: Int64
    /// Whether the marker that was looked for stands in it.
    package let isMarked: Bool
}

extension Repository {
    /// An index that knows the commit `tip` and all that it can reach; `nil` where none is kept.
    ///
    /// None is in a shallow clone, where commits are without the parents that they name.
    package borrowing func commitIndex(covering tip: ObjectID) -> CommitIndex? {
        guard !isShallow, let source = commitIndexSource else { return nil }
        return source.index(covering: tip, in: self)
    }

    /// Where the commit `id` stands, read without making strings of who did it and why.
    ///
    /// - Parameter marker: some bytes to look for in what it says; none are found nowhere.
    /// - Throws: ``GitError`` as ``commit(_:)``.
    /// *libgit2: `git_odb_read`*
    package borrowing func commitFacts(
        _ id: ObjectID, marker: StaticString = ""
    ) throws(GitError) -> CommitFacts {
        let facts = try unsafe withObject(id, .commit) { (bytes) throws(GitError) -> CommitFacts? in
            guard let text = unsafe CommitText(Array(bytes)) else { return nil }
            return CommitFacts(
                tree: text.tree, parents: text.parents, seconds: text.signedSeconds,
                isMarked: unsafe bytes.contains(marker))
        }
        guard let facts else {
            throw GitError(
                operation: "read commit \(id)", code: .corrupt, message: "its tree or a parent is not well formed")
        }
        return facts
    }

    /// The commit `start` and its first parents, newest first, to the beginning or to where a clone is cut off.
    ///
    /// - Throws: ``GitError`` as ``firstParentWalk(from:_:)``.
    package borrowing func firstParentIDs(from start: ObjectID) throws(GitError) -> [ObjectID] {
        var ids: [ObjectID] = []
        if let index = commitIndex(covering: start) {
            var next = index.position(of: start)
            while let position = next {
                ids.append(index.entry(at: position).id)
                next = index.firstParent(of: position)
            }
            return ids
        }
        try firstParentLine(from: start) { commit in
            ids.append(commit.id)
            return .next
        }
        return ids
    }

    /// All commits that can be reached from `start`, itself included.
    ///
    /// - Throws: ``GitError`` as ``topologicalWalk(from:hiding:_:)``.
    package borrowing func reachableIDs(from start: ObjectID) throws(GitError) -> Set<ObjectID> {
        var ids: Set<ObjectID> = []
        if let index = commitIndex(covering: start), let position = index.position(of: start) {
            return Set(index.topologicalOrder(from: position).map { index.entry(at: $0).id })
        }
        try topologicalWalk(from: start) { commit in
            ids.insert(commit.id)
            return .next
        }
        return ids
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes of `marker`, if it has any, stand in these.
    fileprivate func contains(_ marker: StaticString) -> Bool {
        let count = marker.utf8CodeUnitCount
        guard count > 0, let base = baseAddress else { return false }
        var position = 0
        while self.count - position >= count {
            let rest = self.count - position - count + 1
            guard let found = unsafe memchr(base + position, Int32(marker.utf8Start[0]), rest) else { return false }
            if unsafe memcmp(found, marker.utf8Start, count) == 0 { return true }
            position = unsafe base.distance(to: UnsafeRawPointer(found)) + 1
        }
        return false
    }
}
