internal import Glibc

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

    /// More commits, links or changes are not kept.
    static let maximumCount = 1 << 24
    /// A commit that changes more files than that is compared again when it matters.
    package static let maximumChanges = 4_096
    /// Stands for the parent of a commit without any.
    static let noParent = UInt32.max
    /// Set in the first link of a commit that is marked.
    static let markedBit: UInt32 = 1 << 31
    /// Set in the first change of a link whose changes are too many, or of a kind that is not kept.
    static let unlistedBit: UInt32 = 1 << 31

    /// What is known, each kind of thing in an array of its own: who walks looks at few of them.
    struct Columns: Sendable {
        // One for each commit: its id, its root folder, its date, the first of its links.
        var ids: [UInt8] = []
        var trees: [UInt8] = []
        var seconds: [Int64] = []
        var firstLinks: [UInt32] = []
        // One for each link, which leads from a commit to a parent: its place, the first of what differs between them.
        var parents: [UInt32] = []
        var firstChanges: [UInt32] = []
        // One for each file that differs: its path, what it is on both sides, in four bits each, and its ids.
        var paths: [UInt32] = []
        var kinds: [UInt8] = []
        var oldIDs: [UInt8] = []
        var newIDs: [UInt8] = []
        // One for each path: where its bytes end.
        var pathEnds: [UInt32] = []
        var pathBytes: [UInt8] = []
    }

    var columns = Columns()

    package init() {}

    /// How many commits it knows.
    package var count: Int { columns.firstLinks.count }

    /// How many different paths have changed in them.
    package var pathCount: Int { columns.pathEnds.count }

    /// Place of the commit `id`; `nil` where it is not known.
    package func position(of id: ObjectID) -> Int? {
        unsafe columns.ids.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            // Whoever asks begins at a tip, which came last.
            var position = bytes.count / ObjectID.byteCount - 1
            while position >= 0 {
                if unsafe id.order(of: base + position * ObjectID.byteCount) == 0 { return position }
                position -= 1
            }
            return nil
        }
    }

    /// The commit at `position`.
    package func entry(at position: Int) -> Entry {
        Entry(
            id: id(at: position), tree: Self.id(position, in: columns.trees), seconds: columns.seconds[position],
            isMarked: columns.firstLinks[position] & Self.markedBit != 0)
    }

    /// The id of the commit at `position`.
    package func id(at position: Int) -> ObjectID { Self.id(position, in: columns.ids) }

    private static func id(_ number: Int, in bytes: [UInt8]) -> ObjectID {
        unsafe bytes.withUnsafeBytes { bytes in
            let place = number * ObjectID.byteCount
            precondition(place >= 0 && place + ObjectID.byteCount <= bytes.count)
            return unsafe ObjectID(copying: bytes.baseAddress.unsafelyUnwrapped + place)
        }
    }

    /// Places of the parents of the commit at `position`, in its order.
    package func parents(of position: Int) -> [Int] {
        links(of: position).compactMap { parent(at: $0) }
    }

    /// How many parents the commit at `position` has.
    package func parentCount(of position: Int) -> Int {
        let links = links(of: position)
        return links.count == 1 && parent(at: links.lowerBound) == nil ? 0 : links.count
    }

    /// Place of the first parent of the commit at `position`; `nil` where it has none.
    package func firstParent(of position: Int) -> Int? {
        parent(at: Int(columns.firstLinks[position] & ~Self.markedBit))
    }

    private func parent(at link: Int) -> Int? {
        let parent = columns.parents[link]
        return parent == Self.noParent ? nil : Int(parent)
    }

    /// The numbers of the paths that differ between the commit at `position` and its parent number `parent`, or nothing
    /// where it has none; `nil` where they are not listed.
    package func changedPaths(of position: Int, since parent: Int) -> [Int]? {
        changes(of: position, since: parent)?.map { Int(columns.paths[$0]) }
    }

    /// Whether the commit at `position` has a path otherwise than one of its parents, or than nothing where it has none,
    /// for which `concerns` says so; true where that is not listed.
    package func hasChange(_ position: Int, where concerns: (Int) -> Bool) -> Bool {
        let links = links(of: position)
        for link in links {
            guard columns.firstChanges[link] & Self.unlistedBit == 0 else { return true }
        }
        let start = Int(columns.firstChanges[links.lowerBound])
        let end =
            links.upperBound < columns.firstChanges.count
            ? Int(columns.firstChanges[links.upperBound] & ~Self.unlistedBit) : columns.paths.count
        for place in start..<end where concerns(Int(columns.paths[place])) { return true }
        return false
    }

    /// Whether there is a path for which `concerns` says so among those that differ between the commit at `position` and
    /// its parent number `parent`, or nothing where it has none; `nil` where they are not listed.
    package func hasChange(
        _ position: Int, since parent: Int, where concerns: (_ path: Span<UInt8>) -> Bool
    ) -> Bool? {
        guard let changes = changes(of: position, since: parent) else { return nil }
        let bytes = columns.pathBytes.span
        for place in changes where concerns(bytes.extracting(pathPlace(Int(columns.paths[place])))) { return true }
        return false
    }

    /// What differs between the commit at `position` and its parent number `parent`, or nothing where it has none;
    /// `nil` where it is not listed.
    package func changedFiles(of position: Int, since parent: Int) -> [ChangedFile]? {
        changes(of: position, since: parent)?.map { place in
            ChangedFile(
                path: path(Int(columns.paths[place])),
                old: Self.version(columns.kinds[place] & 15, place, columns.oldIDs),
                new: Self.version(columns.kinds[place] >> 4, place, columns.newIDs))
        }
    }

    private static func version(_ number: UInt8, _ place: Int, _ ids: [UInt8]) -> ChangedFile.Version? {
        guard number > 0, number <= kinds.count else { return nil }
        return ChangedFile.Version(kind: kinds[Int(number) - 1], id: id(place, in: ids))
    }

    /// The kinds that are kept, by the numbers that stand for them, from 1 on.
    static let kinds: [EntryKind] = [.blob, .executable, .symlink, .submodule]

    /// The path of that number.
    package func path(_ number: Int) -> String {
        String(decoding: columns.pathBytes[pathPlace(number)], as: UTF8.self)
    }

    /// Lends the bytes of the path of that number.
    package func withPath<Result>(_ number: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        body(columns.pathBytes.span.extracting(pathPlace(number)))
    }

    private func pathPlace(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : Int(columns.pathEnds[number - 1]))..<Int(columns.pathEnds[number])
    }

    private func links(of position: Int) -> Range<Int> {
        let end =
            position + 1 < columns.firstLinks.count
            ? Int(columns.firstLinks[position + 1] & ~Self.markedBit) : columns.parents.count
        return Int(columns.firstLinks[position] & ~Self.markedBit)..<end
    }

    private func changes(of position: Int, since parent: Int) -> Range<Int>? {
        let link = links(of: position).lowerBound + parent
        guard columns.firstChanges[link] & Self.unlistedBit == 0 else { return nil }
        let end =
            link + 1 < columns.firstChanges.count
            ? Int(columns.firstChanges[link + 1] & ~Self.unlistedBit) : columns.paths.count
        return Int(columns.firstChanges[link])..<end
    }

    /// The commits that the one at `start` can reach, each before its parents, in the order of
    /// ``Repository/topologicalWalk(from:hiding:_:)``.
    package func topologicalOrder(from start: Int) -> [Int] {
        var childCounts = [UInt32](repeating: 0, count: start + 1)
        var isFound = [Bool](repeating: false, count: start + 1)
        var pending = [start]
        isFound[start] = true
        while let position = pending.popLast() {
            for link in links(of: position) {
                guard let parent = parent(at: link) else { continue }
                childCounts[parent] += 1
                guard !isFound[parent] else { continue }
                isFound[parent] = true
                pending.append(parent)
            }
        }
        var order: [Int] = []
        order.reserveCapacity(start + 1)
        pending = [start]
        while let position = pending.popLast() {
            order.append(position)
            for link in links(of: position).reversed() {
                guard let parent = parent(at: link) else { continue }
                childCounts[parent] -= 1
                if childCounts[parent] == 0 { pending.append(parent) }
            }
        }
        return order
    }
}

// MARK: - Growing

extension CommitIndex {
    /// The numbers of paths and places of commits, which only who adds some needs.
    package struct Numbers {
        /// What was there before; `nil` where all of it is in the tables.
        private let base: CommitIndex?
        /// By ``Swift/String/bytewise`` path.
        private var paths: [String: UInt32] = [:]
        /// The commits from number ``firstCommit`` on.
        private var commits = ObjectTable()
        private let firstCommit: Int
        /// Of each piece of the comparisons: the numbers of its paths, where they are known.
        fileprivate var numbers: [[UInt32?]]

        /// So many paths and commits are looked for one by one sooner than all that are known are put into tables.
        private static let few = 16

        package init(of index: CommitIndex, for comparisons: Comparisons) {
            numbers = comparisons.pieces.map { Array(repeating: nil, count: $0.paths.count) }
            let wanted = comparisons.count + numbers.reduce(0) { $0 + $1.count }
            guard wanted > Self.few else {
                base = index
                firstCommit = index.count
                return
            }
            base = nil
            firstCommit = 0
            // A file that somebody made up may name one twice.
            paths = Dictionary(
                (0..<index.pathCount).map { (index.path($0).bytewise, UInt32($0)) },
                uniquingKeysWith: { first, _ in first })
            for position in 0..<index.count { commits.append(index.id(at: position)) }
        }

        fileprivate func position(of id: ObjectID) -> UInt32? {
            (commits.number(of: id).map { $0 + firstCommit } ?? base?.position(of: id)).map { UInt32($0) }
        }

        fileprivate mutating func note(_ id: ObjectID) { commits.append(id) }

        fileprivate mutating func number(of path: String, else make: () -> UInt32) -> UInt32 {
            let key = path.bytewise
            if let number = paths[key] { return number }
            let number = base?.number(ofPath: Array(path.utf8)).map { UInt32($0) } ?? make()
            paths[key] = number
            return number
        }
    }

    /// The number of the path whose bytes are `wanted`; `nil` where there is none.
    private func number(ofPath wanted: [UInt8]) -> Int? {
        unsafe columns.pathBytes.withUnsafeBytes { bytes in
            unsafe wanted.withUnsafeBytes { wanted in
                guard let base = bytes.baseAddress, let first = wanted.baseAddress else { return nil }
                var start = 0
                for number in columns.pathEnds.indices {
                    let end = Int(columns.pathEnds[number])
                    if end - start == wanted.count, unsafe memcmp(base + start, first, wanted.count) == 0 {
                        return number
                    }
                    start = end
                }
                return nil
            }
        }
    }

    /// Makes room for so many more commits, and as many links and changes.
    package mutating func reserve(_ more: Int) {
        let idBytes = (count + more) * ObjectID.byteCount
        let changeBytes = (columns.paths.count + more) * ObjectID.byteCount
        columns.ids.reserveCapacity(idBytes)
        columns.trees.reserveCapacity(idBytes)
        columns.seconds.reserveCapacity(count + more)
        columns.firstLinks.reserveCapacity(count + more)
        columns.parents.reserveCapacity(columns.parents.count + more)
        columns.firstChanges.reserveCapacity(columns.firstChanges.count + more)
        columns.paths.reserveCapacity(columns.paths.count + more)
        columns.kinds.reserveCapacity(columns.kinds.count + more)
        columns.oldIDs.reserveCapacity(changeBytes)
        columns.newIDs.reserveCapacity(changeBytes)
    }

    /// Adds the commit `id`, whose parents are there already.
    ///
    /// - Parameters:
    ///   - facts: What it says.
    ///   - first: Number of its first comparison: there is one for each parent, or one where there is none.
    /// - Returns: false where there is no room for it, or a parent is missing.
    package mutating func add(
        _ id: ObjectID, _ facts: CommitFacts, comparedFrom first: Int, in comparisons: Comparisons,
        _ numbers: inout Numbers
    ) -> Bool {
        let linkCount = max(1, facts.parents.count)
        guard count < Self.maximumCount, columns.parents.count + linkCount <= Self.maximumCount else { return false }
        let firstLink = columns.parents.count
        for offset in 0..<linkCount {
            var parent = Self.noParent
            if offset < facts.parents.count {
                guard let known = numbers.position(of: facts.parents[offset]) else { return false }
                parent = known
            }
            columns.parents.append(parent)
            guard let listed = comparisons.changes(of: first + offset) else {
                columns.firstChanges.append(UInt32(columns.paths.count) | Self.unlistedBit)
                continue
            }
            guard columns.paths.count + listed.range.count <= Self.maximumCount else { return false }
            columns.firstChanges.append(UInt32(columns.paths.count))
            for place in listed.range { add(place, of: listed.piece, in: comparisons, &numbers) }
        }
        numbers.note(id)
        columns.firstLinks.append(UInt32(firstLink) | (facts.isMarked ? Self.markedBit : 0))
        columns.seconds.append(facts.seconds)
        id.append(to: &columns.ids)
        facts.tree.append(to: &columns.trees)
        return true
    }

    private mutating func add(_ place: Int, of piece: Int, in comparisons: Comparisons, _ numbers: inout Numbers) {
        let change = comparisons.pieces[piece].changes[place]
        let number: UInt32
        if let known = numbers.numbers[piece][change.path] {
            number = known
        } else {
            let path = comparisons.pieces[piece].paths[change.path]
            number = numbers.number(of: path) {
                columns.pathBytes.append(contentsOf: path.utf8)
                columns.pathEnds.append(UInt32(columns.pathBytes.count))
                return UInt32(columns.pathEnds.count - 1)
            }
            numbers.numbers[piece][change.path] = number
        }
        columns.paths.append(number)
        columns.kinds.append(Self.number(change.old) | Self.number(change.new) << 4)
        (change.old?.id ?? .zero).append(to: &columns.oldIDs)
        (change.new?.id ?? .zero).append(to: &columns.newIDs)
    }

    private static func number(_ version: ChangedFile.Version?) -> UInt8 {
        version.flatMap { version in kinds.firstIndex(of: version.kind).map { UInt8($0 + 1) } } ?? 0
    }

    /// How much there is of each kind of thing.
    struct Extent: Hashable, Sendable {
        var commits = 0
        var links = 0
        var changes = 0
        var paths = 0
        var pathBytes = 0
    }

    var extent: Extent {
        Extent(
            commits: count, links: columns.parents.count, changes: columns.paths.count,
            paths: columns.pathEnds.count, pathBytes: columns.pathBytes.count)
    }

    /// Forgets what is beyond `extent`.
    mutating func cut(to extent: Extent) {
        columns.ids.removeSubrange((extent.commits * ObjectID.byteCount)...)
        columns.trees.removeSubrange((extent.commits * ObjectID.byteCount)...)
        columns.seconds.removeSubrange(extent.commits...)
        columns.firstLinks.removeSubrange(extent.commits...)
        columns.parents.removeSubrange(extent.links...)
        columns.firstChanges.removeSubrange(extent.links...)
        columns.paths.removeSubrange(extent.changes...)
        columns.kinds.removeSubrange(extent.changes...)
        columns.oldIDs.removeSubrange((extent.changes * ObjectID.byteCount)...)
        columns.newIDs.removeSubrange((extent.changes * ObjectID.byteCount)...)
        columns.pathEnds.removeSubrange(extent.paths...)
        columns.pathBytes.removeSubrange(extent.pathBytes...)
    }
}
