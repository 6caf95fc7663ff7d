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
            unsafe CommitFacts(bytes, marker: marker)
        }
        guard let facts else {
            throw GitError(
                operation: "read commit \(id)", code: .corrupt, message: "its tree or a parent is not well formed")
        }
        return facts
    }

    /// What reads the repository's packs at the pace that an index needs.
    ///
    /// - Parameter detectsCollisions: Whether ids are checked by what also finds out what was made to have the id of
    ///   something else, which takes several times as long.
    package borrowing func packReader(detectsCollisions: Bool) -> sending PackReader {
        PackReader(directories: looseObjects.directories, detectsCollisions: detectsCollisions)
    }

    /// The commit `start` and its first parents, newest first, to the beginning or to where a clone is cut off.
    ///
    /// - Throws: ``GitError`` as ``firstParentWalk(from:_:)``.
    package borrowing func firstParentIDs(from start: ObjectID) throws(GitError) -> [ObjectID] {
        var ids: [ObjectID] = []
        if let index = commitIndex(covering: start) {
            var next = index.position(of: start)
            while let position = next {
                ids.append(index.id(at: position))
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

    /// The newest of `start` and its first parents that was committed by the instant `seconds`, by its committer's clock;
    /// `nil` where none was before the beginning or the boundary of a shallow clone, which is told then.
    ///
    /// What lies close is read; an index is asked, and made, where it lies far back.
    ///
    /// - Throws: ``GitError`` as ``firstParentLine(from:_:)``.
    package borrowing func firstParent(
        from start: ObjectID, committedBy seconds: Int64
    ) throws(GitError) -> (id: ObjectID?, boundary: ObjectID?) {
        var found: ObjectID?
        var boundary: ObjectID?
        var rest: ObjectID?
        var count = 0
        try firstParentLine(from: start) { commit in
            count += 1
            if commit.isShallowBoundary { boundary = commit.id }
            if commit.seconds <= seconds {
                found = commit.id
            } else if count == 2_000 {
                rest = commit.firstParent
            }
            return found == nil && rest == nil ? .next : .stop
        }
        guard let rest else { return (found, boundary) }
        if let index = commitIndex(covering: rest) {
            var next = index.position(of: rest)
            while let position = next {
                if index.entry(at: position).seconds <= seconds { return (index.id(at: position), nil) }
                next = index.firstParent(of: position)
            }
            return (nil, nil)
        }
        try firstParentLine(from: rest) { commit in
            if commit.isShallowBoundary { boundary = commit.id }
            if commit.seconds <= seconds { found = commit.id }
            return found == nil ? .next : .stop
        }
        return (found, boundary)
    }

    /// All commits that can be reached from `start`, itself included.
    ///
    /// - Throws: ``GitError`` as ``topologicalWalk(from:hiding:_:)``.
    package borrowing func reachableIDs(from start: ObjectID) throws(GitError) -> Set<ObjectID> {
        var ids: Set<ObjectID> = []
        if let index = commitIndex(covering: start), let position = index.position(of: start) {
            return Set(index.topologicalOrder(from: position).map { index.id(at: $0) })
        }
        try topologicalWalk(from: start) { commit in
            ids.insert(commit.id)
            return .next
        }
        return ids
    }
}

extension PackReader {
    /// Where the commit `id` stands, as ``Repository/commitFacts(_:marker:)`` says; `nil` where that is to be asked.
    package func commitFacts(_ id: ObjectID, marker: StaticString) -> CommitFacts? {
        guard let content = read(id, .commit) else { return nil }
        return unsafe content.withUnsafeMutablePointerToElements { start in
            unsafe CommitFacts(UnsafeRawBufferPointer(start: start, count: content.header), marker: marker)
        }
    }
}

extension CommitFacts {
    /// What the bytes of a commit say, as ``CommitText`` takes them; `nil` where that is not well formed.
    @unsafe init?(_ bytes: UnsafeRawBufferPointer, marker: StaticString) {
        if let facts = unsafe CommitFacts(plain: bytes, marker: marker) {
            self = facts
            return
        }
        guard let text = unsafe CommitText(Array(bytes)) else { return nil }
        unsafe self.init(
            tree: text.tree, parents: text.parents, seconds: text.signedSeconds, isMarked: bytes.contains(marker))
    }

    /// The same of a commit with the headers that git writes, in its order; `nil` for any other.
    private init?(plain bytes: UnsafeRawBufferPointer, marker: StaticString) {
        guard let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        let newline = UInt8(ascii: "\n")
        func isAt(_ position: Int, _ key: StaticString) -> Bool {
            unsafe bytes.count - position >= key.utf8CodeUnitCount
                && memcmp(base + position, key.utf8Start, key.utf8CodeUnitCount) == 0
        }
        func id(at position: Int) -> ObjectID? {
            let end = position + ObjectID.hexCount
            guard end < bytes.count, unsafe base[end] == newline else { return nil }
            return unsafe ObjectID(hexAt: base + position)
        }
        func lineEnd(_ position: Int) -> Int? {
            guard let found = unsafe memchr(base + position, Int32(newline), bytes.count - position) else { return nil }
            return unsafe UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
        }
        guard isAt(0, "tree "), let tree = id(at: 5) else { return nil }
        var position = 6 + ObjectID.hexCount
        var parents: [ObjectID] = []
        while isAt(position, "parent ") {
            guard let parent = id(at: position + 7) else { return nil }
            parents.append(parent)
            position += 8 + ObjectID.hexCount
        }
        guard isAt(position, "author "), let authorEnd = lineEnd(position), isAt(authorEnd + 1, "committer "),
            let end = lineEnd(authorEnd + 1), unsafe memchr(base + authorEnd, 60, end - authorEnd) != nil,
            let close = (authorEnd..<end).last(where: { unsafe base[$0] == UInt8(ascii: ">") })
        else { return nil }
        // Between "<" and the last ">" there may be anything; behind it come a blank, the digits and another blank.
        var place = close + 1
        guard unsafe memchr(base + authorEnd, 60, place - authorEnd) != nil, unsafe base[place] == 32 else {
            return nil
        }
        place += 1
        let start = place
        var seconds: Int64 = 0
        while place < end, place - start < 18 {
            let digit = unsafe base[place] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            seconds = seconds * 10 + Int64(digit)
            place += 1
        }
        guard place > start, place < end, unsafe base[place] == 32 else { return nil }
        self.init(tree: tree, parents: parents, seconds: seconds, isMarked: unsafe bytes.contains(marker))
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
