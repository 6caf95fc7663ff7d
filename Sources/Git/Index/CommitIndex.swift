/// What commits say that never changes, so that it need not be read again: parents, folders, dates, changed files.
///
/// A value that only grows: each commit comes after its parents. What it says can be read from the objects at any time,
/// and is the same in every copy of the history, since the name of a commit stands for all of it.
package struct CommitIndex: Sendable {
    /// One commit without its message.
    package struct Entry: Hashable, Sendable {
        package let id: ObjectID
        /// The root folder as of this commit.
        package let tree: ObjectID
        /// When it was recorded, as ``Commit/committer`` says.
        package let seconds: Int64
        /// Whether what the index looks for stands in it.
        package let isMarked: Bool
    }

    /// A file that a commit has otherwise than one of its parents.
    struct Change: Hashable, Sendable {
        let path: UInt32
        let old: ChangedFile.Version?
        let new: ChangedFile.Version?
    }

    /// What stands between a commit and one of its parents.
    struct Link: Hashable, Sendable {
        /// Place of the parent; `noParent` for a commit without any.
        let parent: UInt32
        /// Where its changes begin.
        let firstChange: UInt32
        /// Whether the changes are too many, or of a kind that is not kept.
        let isUnlisted: Bool

        static let noParent = UInt32.max
    }

    /// More commits, links or changes are not kept.
    static let maximumCount = 1 << 24
    /// A commit that changes more files than that is compared again when it matters.
    package static let maximumChanges = 4_096

    private(set) var entries: [Entry] = []
    private(set) var firstLinks: [UInt32] = []
    private(set) var links: [Link] = []
    private(set) var changes: [Change] = []
    private(set) var pathBytes: [UInt8] = []
    private(set) var pathEnds: [UInt32] = []

    package init() {}

    /// How many commits it knows.
    package var count: Int { entries.count }

    /// How many different paths have changed in them.
    package var pathCount: Int { pathEnds.count }

    /// Place of the commit `id`; `nil` where it is not known.
    package func position(of id: ObjectID) -> Int? {
        // Whoever asks begins at a tip, which came last.
        entries.lastIndex { $0.id == id }
    }

    /// The commit at `position`.
    package func entry(at position: Int) -> Entry { entries[position] }

    /// Places of the parents of the commit at `position`, in its order.
    package func parents(of position: Int) -> [Int] {
        linkRange(of: position).compactMap { links[$0].parent == Link.noParent ? nil : Int(links[$0].parent) }
    }

    /// Place of the first parent of the commit at `position`; `nil` where it has none.
    package func firstParent(of position: Int) -> Int? {
        let parent = links[Int(firstLinks[position])].parent
        return parent == Link.noParent ? nil : Int(parent)
    }

    /// The numbers of the paths that differ between the commit at `position` and its parent number `parent`, or nothing
    /// where it has none; `nil` where they are not listed.
    package func changedPaths(of position: Int, since parent: Int) -> [Int]? {
        changeRange(of: position, since: parent)?.map { Int(changes[$0].path) }
    }

    /// What differs between the commit at `position` and its parent number `parent`, or nothing where it has none;
    /// `nil` where it is not listed.
    package func changedFiles(of position: Int, since parent: Int) -> [ChangedFile]? {
        changeRange(of: position, since: parent)?.map { place in
            let change = changes[place]
            return ChangedFile(path: path(Int(change.path)), old: change.old, new: change.new)
        }
    }

    /// The path of that number.
    package func path(_ number: Int) -> String {
        String(decoding: pathBytes[pathRange(number)], as: UTF8.self)
    }

    private func pathRange(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : Int(pathEnds[number - 1]))..<Int(pathEnds[number])
    }

    private func linkRange(of position: Int) -> Range<Int> {
        let end = position + 1 < firstLinks.count ? Int(firstLinks[position + 1]) : links.count
        return Int(firstLinks[position])..<end
    }

    private func changeRange(of position: Int, since parent: Int) -> Range<Int>? {
        let number = linkRange(of: position).lowerBound + parent
        guard !links[number].isUnlisted else { return nil }
        let end = number + 1 < links.count ? Int(links[number + 1].firstChange) : changes.count
        return Int(links[number].firstChange)..<end
    }

    /// The commits that the one at `start` can reach, each before its parents, in the order of
    /// ``Repository/topologicalWalk(from:hiding:_:)``.
    package func topologicalOrder(from start: Int) -> [Int] {
        var childCounts = [UInt32](repeating: 0, count: start + 1)
        var isFound = [Bool](repeating: false, count: start + 1)
        var pending = [start]
        isFound[start] = true
        while let position = pending.popLast() {
            for parent in parents(of: position) {
                childCounts[parent] += 1
                guard !isFound[parent] else { continue }
                isFound[parent] = true
                pending.append(parent)
            }
        }
        var order: [Int] = []
        pending = [start]
        while let position = pending.popLast() {
            order.append(position)
            for parent in parents(of: position).reversed() {
                childCounts[parent] -= 1
                if childCounts[parent] == 0 { pending.append(parent) }
            }
        }
        return order
    }
}

// MARK: - Growing

extension CommitIndex {
    /// A commit that is to be added, with the files that it has otherwise than each of its parents.
    package struct Addition: Sendable {
        package let entry: Entry
        package let parents: [ObjectID]
        /// For each parent, or once where there is none; `nil` where it is not to be listed.
        package let changes: [[ChangedFile]?]

        package init(id: ObjectID, facts: CommitFacts, changes: [[ChangedFile]?]) {
            entry = Entry(id: id, tree: facts.tree, seconds: facts.seconds, isMarked: facts.isMarked)
            parents = facts.parents
            self.changes = changes
        }
    }

    /// The numbers of all paths and places of all commits, which only who adds some needs.
    package struct Numbers {
        private var paths: [String: UInt32]
        private var commits: [ObjectID: UInt32]

        package init(of index: CommitIndex) {
            paths = Dictionary(
                uniqueKeysWithValues: (0..<index.pathCount).map { (index.path($0), UInt32($0)) })
            commits = Dictionary(
                index.entries.enumerated().map { ($1.id, UInt32($0)) }, uniquingKeysWith: { first, _ in first })
        }

        /// Whether the commit is there already.
        package func contains(_ id: ObjectID) -> Bool { commits[id] != nil }

        fileprivate func position(of id: ObjectID) -> UInt32? { commits[id] }

        fileprivate mutating func note(_ id: ObjectID, at position: Int) { commits[id] = UInt32(position) }

        fileprivate mutating func number(of path: String, else make: () -> UInt32) -> UInt32 {
            if let number = paths[path] { return number }
            let number = make()
            paths[path] = number
            return number
        }
    }

    /// Adds a commit, whose parents are there already.
    ///
    /// - Returns: false where there is no room for it, or a parent is missing.
    package mutating func add(_ addition: Addition, _ numbers: inout Numbers) -> Bool {
        var parents = addition.parents.map { numbers.position(of: $0) }
        if parents.isEmpty { parents = [Link.noParent] }
        let known = parents.compactMap(\.self)
        let count = addition.changes.reduce(0) { $0 + ($1?.count ?? 0) }
        guard known.count == parents.count, addition.changes.count == parents.count,
            entries.count < Self.maximumCount, links.count + parents.count <= Self.maximumCount,
            changes.count + count <= Self.maximumCount
        else { return false }
        firstLinks.append(UInt32(links.count))
        for (parent, list) in zip(known, addition.changes) {
            links.append(Link(parent: parent, firstChange: UInt32(changes.count), isUnlisted: list == nil))
            for file in list ?? [] {
                let number = numbers.number(of: file.path) {
                    pathBytes.append(contentsOf: file.path.utf8)
                    pathEnds.append(UInt32(pathBytes.count))
                    return UInt32(pathEnds.count - 1)
                }
                changes.append(Change(path: number, old: file.old, new: file.new))
            }
        }
        numbers.note(addition.entry.id, at: entries.count)
        entries.append(addition.entry)
        return true
    }

    /// How much there is of each kind of thing.
    struct Extent: Hashable, Sendable {
        var entries = 0
        var links = 0
        var changes = 0
        var paths = 0
        var pathBytes = 0
    }

    var extent: Extent {
        Extent(
            entries: entries.count, links: links.count, changes: changes.count, paths: pathEnds.count,
            pathBytes: pathBytes.count)
    }

    /// Takes in what ``CommitIndexFile`` has read, which is sound.
    mutating func append(
        entries: [Entry], firstLinks: [UInt32], links: [Link], changes: [Change], pathBytes: some Sequence<UInt8>,
        pathEnds: [UInt32]
    ) {
        self.entries += entries
        self.firstLinks += firstLinks
        self.links += links
        self.changes += changes
        self.pathBytes += pathBytes
        self.pathEnds += pathEnds
    }
}
