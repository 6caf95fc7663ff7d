internal import Glibc

extension PackReader {
    /// Adds to `result` what differs between the root folders `old`, or an empty one, and `new`, and no submodule is
    /// entered.
    ///
    /// - Returns: false, and nothing is added, for what has to be compared by the ``Repository``: objects that are in no
    ///   pack, folders that are not as git writes them or too many, names that must not be followed.
    package func compare(_ old: ObjectID?, _ new: ObjectID, adding result: inout ComparedFolders) -> Bool {
        var comparison = FolderComparison(result: result)
        // Handed over, so that it is not copied.
        result = ComparedFolders()
        defer { result = comparison.result }
        do throws(FolderComparison.NotRead) {
            try comparison.compare(old, new, in: self)
            comparison.result.closePair()
            return true
        } catch {
            comparison.result.forgetPair()
            return false
        }
    }
}

/// A walk through two trees that enters only where they differ.
private struct FolderComparison {
    /// Somebody else has to look at it.
    struct NotRead: Error {}

    var result: ComparedFolders
    /// The folder being compared: empty, or ending with a slash.
    private var path: [UInt8] = []
    private var depth = 0
    private var foldersLeft = 250_000

    init(result: ComparedFolders) {
        self.result = result
    }

    mutating func compare(_ old: ObjectID?, _ new: ObjectID?, in reader: PackReader) throws(NotRead) {
        guard old != new else { return }
        guard depth <= TreePath.maximumDepth, foldersLeft > 0 else { throw NotRead() }
        foldersLeft -= 1
        depth += 1
        defer { depth -= 1 }
        let (before, after) = (try Self.folder(old, in: reader), try Self.folder(new, in: reader))
        var left = unsafe EntryCursor(before)
        var right = unsafe EntryCursor(after)
        try unsafe Self.pass(&left, &right)
        while unsafe left.entry != nil || right.entry != nil {
            let order = unsafe EntryCursor.order(left, right)
            try unsafe tell(order <= 0 ? left.entry : nil, order >= 0 ? right.entry : nil, left, right, in: reader)
            if order == 0 {
                try unsafe Self.pass(&left, &right)
            } else if order < 0 {
                try unsafe left.advance()
            } else {
                try unsafe right.advance()
            }
        }
        // Up to here the cursors look at their bytes.
        extendLifetime(before)
        extendLifetime(after)
    }

    private static func folder(_ id: ObjectID?, in reader: PackReader) throws(NotRead) -> PackReader.Content? {
        guard let id else { return nil }
        guard let content = reader.readFolder(id) else { throw NotRead() }
        return content
    }

    /// Advances both, beyond what stands in both alike.
    private static func pass(_ left: inout EntryCursor, _ right: inout EntryCursor) throws(NotRead) {
        repeat { try unsafe right.advance() } while unsafe left.pass(as: right)
        try unsafe left.advance()
    }

    /// Tells of one name, which at least one side has; folders are entered instead.
    private mutating func tell(
        _ old: EntryCursor.Entry?, _ new: EntryCursor.Entry?, _ left: EntryCursor, _ right: EntryCursor,
        in reader: PackReader
    ) throws(NotRead) {
        let (oldID, newID) = (old.map { unsafe left.id(of: $0) }, new.map { unsafe right.id(of: $0) })
        let (oldKind, newKind) = (old.map { EntryKind(mode: $0.mode) }, new.map { EntryKind(mode: $0.mode) })
        if oldID == newID, oldKind == newKind { return }
        let name = unsafe old.map { unsafe left.name(of: $0) } ?? new.map { unsafe right.name(of: $0) }
        guard let name = unsafe name, unsafe TreeEntry.Problem(name: name) == nil else { throw NotRead() }
        let parent = path.count
        unsafe path.append(contentsOf: name)
        defer { path.removeSubrange(parent...) }
        // Both sides are folders or neither is, since a folder is ordered otherwise than a file of its name.
        if oldKind == .directory || newKind == .directory {
            path.append(UInt8(ascii: "/"))
            return try compare(oldID, newID, in: reader)
        }
        guard result.openCount < CommitIndex.maximumChanges else { throw NotRead() }
        result.add(
            String(decoding: path, as: UTF8.self), old: try Self.version(oldKind, oldID),
            new: try Self.version(newKind, newID))
    }

    private static func version(_ kind: EntryKind?, _ id: ObjectID?) throws(NotRead) -> ChangedFile.Version? {
        guard let kind, let id else { return nil }
        if case .unknown = kind { throw NotRead() }
        return ChangedFile.Version(kind: kind, id: id)
    }
}

/// Goes through the entries of a folder, which must be in the order that git gives them.
@unsafe private struct EntryCursor {
    /// Where an entry stands in the bytes of its folder.
    struct Entry {
        let mode: UInt32
        /// Where it begins.
        var start: Int
        var nameStart: Int
        /// Where the NUL behind its name stands.
        var nameEnd: Int

        var end: Int { nameEnd + 1 + ObjectID.byteCount }
    }

    private let base: UnsafePointer<UInt8>?
    private let count: Int
    private var position = 0
    /// The one that was come to; `nil` before the first and behind the last.
    private(set) var entry: Entry?

    /// Begins before the first entry of `content`, which the caller keeps alive.
    init(_ content: PackReader.Content?) {
        unsafe base = content.map { content in
            unsafe content.withUnsafeMutablePointerToElements { unsafe UnsafePointer($0) }
        }
        unsafe count = content?.header ?? 0
    }

    func name(of entry: Entry) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(
            start: base.map { unsafe $0 + entry.nameStart }, count: entry.nameEnd - entry.nameStart)
    }

    func id(of entry: Entry) -> ObjectID {
        guard let base = unsafe base else { return .zero }
        return unsafe ObjectID(copying: base + entry.nameEnd + 1)
    }

    /// Goes to the next entry, or behind the last.
    mutating func advance() throws(FolderComparison.NotRead) {
        guard let base = unsafe base, unsafe position < count else { return unsafe entry = nil }
        let start = unsafe position
        var (mode, next): (UInt32, Int) = (0, start)
        let last = unsafe min(count, start + 8)
        while true {
            guard next < last else { throw FolderComparison.NotRead() }
            let digit = unsafe base[next]
            next += 1
            if digit == UInt8(ascii: " ") { break }
            guard digit &- 48 < 8 else { throw FolderComparison.NotRead() }
            mode = mode << 3 | UInt32(digit &- 48)
        }
        guard let found = unsafe memchr(base + next, 0, count - next) else { throw FolderComparison.NotRead() }
        let nameEnd = unsafe UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
        let one = Entry(mode: mode, start: start, nameStart: next, nameEnd: nameEnd)
        guard unsafe one.end <= count else { throw FolderComparison.NotRead() }
        if let entry = unsafe entry, unsafe Self.order(base, entry, base, one) >= 0 { throw FolderComparison.NotRead() }
        unsafe entry = one
        unsafe position = one.end
    }

    /// Goes to the next entry, if it stands there as the one that `other` came to; what came before was alike too.
    mutating func pass(as other: EntryCursor) -> Bool {
        guard let entry = unsafe other.entry, let own = unsafe base, let base = unsafe other.base else { return false }
        let length = entry.end - entry.start
        guard unsafe count - position >= length, unsafe memcmp(own + position, base + entry.start, length) == 0 else {
            return false
        }
        let shift = unsafe position - entry.start
        unsafe self.entry = Entry(
            mode: entry.mode, start: position, nameStart: entry.nameStart + shift, nameEnd: entry.nameEnd + shift)
        unsafe position += length
        return true
    }

    /// Which of two entries comes first: the one of `left` (negative), that of `right` (positive), or both are of one
    /// name.
    static func order(_ left: EntryCursor, _ right: EntryCursor) -> Int32 {
        guard let one = unsafe left.entry, let base = unsafe left.base else { return 1 }
        guard let other = unsafe right.entry, let otherBase = unsafe right.base else { return -1 }
        return unsafe order(base, one, otherBase, other)
    }

    /// As ``RawTreeEntry/order(_:_:)``.
    private static func order(
        _ base: UnsafePointer<UInt8>, _ one: Entry, _ otherBase: UnsafePointer<UInt8>, _ other: Entry
    ) -> Int32 {
        let (count, otherCount) = (one.nameEnd - one.nameStart, other.nameEnd - other.nameStart)
        let common = min(count, otherCount)
        let order = unsafe memcmp(base + one.nameStart, otherBase + other.nameStart, common)
        if order != 0 { return order }
        let next = { (base: UnsafePointer<UInt8>, entry: Entry, count: Int) -> Int32 in
            if common < count { return unsafe Int32(base[entry.nameStart + common]) }
            return entry.mode == 0o040000 ? Int32(UInt8(ascii: "/")) : 0
        }
        let last = unsafe next(base, one, count) - next(otherBase, other, otherCount)
        return last != 0 ? last : Int32(clamping: count - otherCount)
    }
}
