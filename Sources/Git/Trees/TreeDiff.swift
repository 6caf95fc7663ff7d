/// A walk through two trees that enters only where they differ.
///
/// Two subtrees of the same id are the same, all the way down, so what is unchanged costs nothing. What one tree only
/// has, the other is taken to have empty.
struct TreeDiff {
    /// What is told of each difference.
    typealias Visit = (_ path: String, _ old: TreeEntry?, _ new: TreeEntry?) throws(GitError) -> Step

    /// The folder being compared: empty, or ending with a slash.
    private var path: [UInt8]
    private var depth: Int
    /// A tree of a few hundred bytes can stand for billions of folders, none with a file to tell of.
    private var foldersLeft = 250_000

    /// Starts in the folder `path`; "" is the root.
    init(in path: String) {
        self.path = path.isEmpty ? [] : Array(path.utf8) + [UInt8(ascii: "/")]
        depth = self.path.count { $0 == UInt8(ascii: "/") }
    }

    /// Compares two folders, either of which may be absent.
    ///
    /// - Throws: ``GitError``: `corrupt` for a folder that is out of order; `tooLarge` for one that is too deep or
    ///   holds too many; what reading and `visit` throw.
    mutating func compare(
        _ old: ObjectID?, _ new: ObjectID?, in repository: borrowing Repository, _ visit: Visit
    ) throws(GitError) -> Step {
        guard old != new else { return .next }
        guard depth <= TreePath.maximumDepth, foldersLeft > 0 else {
            throw GitError(
                operation: "compare \"\(String(decoding: path, as: UTF8.self))\"", code: .tooLarge,
                message:
                    "there are more than \(TreePath.maximumDepth) folders one in another, or a quarter of a million in all"
            )
        }
        foldersLeft -= 1
        depth += 1
        defer { depth -= 1 }
        guard let old else {
            guard let new else { return .next }
            return try one(new, isNew: true, in: repository, visit)
        }
        guard let new else { return try one(old, isNew: false, in: repository, visit) }
        return try both(old, new, in: repository, visit)
    }

    private mutating func one(
        _ id: ObjectID, isNew: Bool, in repository: borrowing Repository, _ visit: Visit
    ) throws(GitError) -> Step {
        try unsafe repository.withObject(id, .tree) { (bytes) throws(GitError) in
            var entries = unsafe OrderedEntries(bytes, of: id)
            while let entry = try unsafe entries.next() {
                let step =
                    try unsafe isNew
                    ? tell(nil, entry, in: repository, visit)
                    : tell(entry, nil, in: repository, visit)
                guard step == .next else { return .stop }
            }
            return .next
        }
    }

    private mutating func both(
        _ old: ObjectID, _ new: ObjectID, in repository: borrowing Repository, _ visit: Visit
    ) throws(GitError) -> Step {
        try unsafe repository.withObject(old, .tree) { (oldBytes) throws(GitError) in
            try unsafe repository.withObject(new, .tree) { (newBytes) throws(GitError) in
                var before = unsafe OrderedEntries(oldBytes, of: old)
                var after = unsafe OrderedEntries(newBytes, of: new)
                var left = try unsafe Self.passed(&before, &after)
                var right = try unsafe after.next()
                while unsafe left != nil || right != nil {
                    let order = unsafe Self.order(left, right)
                    if order == 0, unsafe left?.id == right?.id, unsafe left?.kind == right?.kind {
                        unsafe left = try Self.passed(&before, &after)
                        unsafe right = try after.next()
                        continue
                    }
                    let step = try unsafe tell(
                        order <= 0 ? left : nil, order >= 0 ? right : nil, in: repository, visit)
                    guard step == .next else { return .stop }
                    if order <= 0 { unsafe left = try before.next() }
                    if order >= 0 { unsafe right = try after.next() }
                }
                return .next
            }
        }
    }

    /// Passes what both have alike, of which one look is enough, and returns what comes next in the first of them.
    ///
    /// What came before was the same in both.
    private static func passed(
        _ before: inout OrderedEntries, _ after: inout OrderedEntries
    ) throws(GitError) -> RawTreeEntry? {
        unsafe before.passAlike(&after)
        while let entry = try unsafe before.next() {
            guard unsafe after.pass(entry, standingAs: before.lastBytes) else { return unsafe entry }
        }
        return nil
    }

    private static func order(_ left: RawTreeEntry?, _ right: RawTreeEntry?) -> Int32 {
        guard let left = unsafe left else { return 1 }
        guard let right = unsafe right else { return -1 }
        return unsafe RawTreeEntry.order(left, right)
    }

    /// Tells of one name, which at least one side has; folders are entered instead.
    private mutating func tell(
        _ old: RawTreeEntry?, _ new: RawTreeEntry?, in repository: borrowing Repository, _ visit: Visit
    ) throws(GitError) -> Step {
        guard let name = unsafe (old ?? new)?.name else { return .next }
        let parent = path.count
        unsafe path.append(contentsOf: name)
        defer { path.removeSubrange(parent...) }
        // Both sides are folders or neither is, since a folder is ordered otherwise than a file of its name.
        if unsafe (old ?? new)?.kind == .directory, unsafe TreeEntry.Problem(name: name) == nil {
            path.append(UInt8(ascii: "/"))
            return try unsafe compare(old?.id, new?.id, in: repository, visit)
        }
        return try unsafe visit(String(decoding: path, as: UTF8.self), old?.entry, new?.entry)
    }
}

/// The entries of a tree, which must be in the order that git gives them.
@unsafe private struct OrderedEntries {
    private var cursor: TreeCursor
    private var previous: RawTreeEntry?
    private let tree: ObjectID

    init(_ bytes: UnsafeRawBufferPointer, of tree: ObjectID) {
        unsafe cursor = TreeCursor(bytes, of: tree)
        unsafe self.tree = tree
    }

    /// The last entry as it stands in the tree.
    var lastBytes: UnsafeRawBufferPointer { unsafe cursor.lastBytes }

    /// Passes the next entry, if it stands there as `entry` of another tree does; that it is in order is known.
    mutating func pass(_ entry: RawTreeEntry, standingAs bytes: UnsafeRawBufferPointer) -> Bool {
        guard unsafe cursor.pass(bytes) else { return false }
        unsafe previous = entry
        return true
    }

    /// Passes what stands in both trees alike and in order, as far as that is plain to see.
    mutating func passAlike(_ other: inout OrderedEntries) {
        unsafe previous = cursor.passAlike(&other.cursor, after: previous)
        // What came before was the same in both.
        unsafe other.previous = previous
    }

    mutating func next() throws(GitError) -> RawTreeEntry? {
        guard let entry = try unsafe cursor.next() else { return nil }
        if let previous = unsafe previous, unsafe RawTreeEntry.orderInTrees(previous, entry) >= 0 {
            throw unsafe GitError(
                operation: "compare tree \(tree)", code: .corrupt, category: .tree,
                message: "its entries are not in order, or one appears twice")
        }
        unsafe previous = entry
        return unsafe entry
    }
}
