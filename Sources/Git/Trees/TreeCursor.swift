internal import Glibc

/// One entry as it stands in the bytes of a tree; only valid while those bytes are.
@unsafe struct RawTreeEntry {
    let mode: UInt32
    let name: UnsafeRawBufferPointer
    let id: ObjectID

    var kind: EntryKind { unsafe EntryKind(mode: mode) }

    /// Whether `left` comes before (negative), at (0) or after (positive) `right` in a tree.
    ///
    /// A directory is ordered as if its name ended with a slash, which makes the order that of full paths.
    static func order(_ left: RawTreeEntry, _ right: RawTreeEntry) -> Int32 {
        let common = unsafe min(left.name.count, right.name.count)
        if common > 0, let first = unsafe left.name.baseAddress, let second = unsafe right.name.baseAddress {
            let order = unsafe memcmp(first, second, common)
            if order != 0 { return order }
        }
        let order = unsafe Int32(left.byte(after: common)) - Int32(right.byte(after: common))
        // Equal in spite of different names only if a hostile name holds a slash.
        return unsafe order != 0 ? order : Int32(clamping: left.name.count - right.name.count)
    }

    /// ``order(_:_:)`` of two entries that stand in trees, where the bytes of an id follow each name.
    static func orderInTrees(_ left: RawTreeEntry, _ right: RawTreeEntry) -> Int32 {
        let (one, other) = unsafe (left.leading, right.leading)
        return unsafe one == other ? order(left, right) : one < other ? -1 : 1
    }

    /// The first eight bytes of the name, with the slash of a folder, as a number.
    ///
    /// Of two entries whose numbers differ, the one with the smaller number comes first. Of an entry that stands in a tree.
    var leading: UInt64 {
        guard let base = unsafe name.baseAddress else { return 0 }
        return unsafe Self.leading(
            UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)), count: name.count, isFolder: mode == 0o040000)
    }

    /// That of a name of `count` bytes, of which the first eight, or what follows them, are those of `word`.
    @inline(__always)
    static func leading(_ word: UInt64, count: Int, isFolder: Bool) -> UInt64 {
        guard count < 8 else { return word }
        let rest = UInt64(64 - 8 * count)
        return (word >> rest) << rest | (isFolder ? UInt64(UInt8(ascii: "/")) << (rest - 8) : 0)
    }

    /// What is wrong with the entry by itself; nil if nothing is.
    var problem: TreeEntry.Problem? {
        if let problem = unsafe TreeEntry.Problem(name: name) { return problem }
        guard case .unknown = unsafe kind else { return nil }
        return .unknownMode
    }

    /// The entry as a value.
    var entry: TreeEntry {
        unsafe TreeEntry(name, kind: kind, id: id, problem: problem)
    }

    /// Whether its name may stand again behind `next`, the entry behind it in order.
    ///
    /// A folder of the name of a file comes behind all that begins with that name and goes on with what is below a slash.
    func mayRepeat(behind next: RawTreeEntry) -> Bool {
        unsafe mode != 0o040000 && next.name.count >= name.count
            && next.name.prefix(name.count).elementsEqual(name)
    }

    private func byte(after count: Int) -> UInt8 {
        if unsafe count < name.count { return unsafe name[count] }
        return unsafe mode == 0o040000 ? UInt8(ascii: "/") : 0
    }
}

/// Reads the entries of a tree one by one, without copying.
@unsafe struct TreeCursor {
    private let bytes: UnsafeRawBufferPointer
    private let tree: ObjectID
    /// How far the entries read so far reach.
    private(set) var position = 0
    private var lastPosition = 0

    init(_ bytes: UnsafeRawBufferPointer, of tree: ObjectID) {
        unsafe self.bytes = bytes
        unsafe self.tree = tree
    }

    /// The next entry; nil at the end.
    ///
    /// - Throws: ``GitError`` with code `corrupt` if the bytes are no tree. An odd name or order is no such case.
    mutating func next() throws(GitError) -> RawTreeEntry? {
        guard unsafe position < bytes.count, let base = unsafe bytes.baseAddress else { return nil }
        var mode: UInt32 = 0
        var start = unsafe position
        while true {
            guard unsafe start < bytes.count, unsafe start - position <= 7 else { throw unsafe malformed }
            let digit = unsafe bytes[start]
            start += 1
            if digit == UInt8(ascii: " ") { break }
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { throw unsafe malformed }
            mode = mode << 3 | UInt32(digit - UInt8(ascii: "0"))
        }
        guard let found = unsafe memchr(base + start, 0, bytes.count - start) else { throw unsafe malformed }
        let end = unsafe base.distance(to: UnsafeRawPointer(found))
        guard unsafe bytes.count - end > ObjectID.byteCount else { throw unsafe malformed }
        unsafe lastPosition = position
        unsafe position = end + 1 + ObjectID.byteCount
        return unsafe RawTreeEntry(
            mode: mode, name: UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
            id: ObjectID(copying: base + end + 1))
    }

    /// The last entry as it stands in the tree.
    var lastBytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[lastPosition..<position])
    }

    /// Passes the next entry, if it stands there as `entry` does.
    mutating func pass(_ entry: UnsafeRawBufferPointer) -> Bool {
        guard let own = unsafe bytes.baseAddress, let other = entry.baseAddress,
            unsafe bytes.count - position >= entry.count, unsafe memcmp(own + position, other, entry.count) == 0
        else { return false }
        unsafe lastPosition = position
        unsafe position += entry.count
        return true
    }

    /// Passes the folders and files that stand in both trees alike, up to the first entry that does not, is not in order
    /// behind `last`, or is anything else; quicker than one by one, since it is the usual case.
    ///
    /// - Returns: the last one that was passed, or `last`.
    mutating func passAlike(_ other: inout TreeCursor, after last: RawTreeEntry?) -> RawTreeEntry? {
        let end = unsafe position + alike(other)
        let shift = unsafe other.position - position
        var start = unsafe position
        var found: Plain?
        var leading = unsafe last?.leading ?? 0
        while let next = unsafe plain(at: start, before: end) {
            // Of the same number may be those whose names begin alike, which somebody else compares.
            if next.leading <= leading, unsafe found != nil || last != nil {
                guard next.leading == leading, let before = unsafe found.map({ unsafe entry($0) }) ?? last,
                    unsafe RawTreeEntry.order(before, entry(next)) < 0
                else { break }
            }
            leading = next.leading
            found = next
            start = next.end
        }
        guard let found else { return unsafe last }
        unsafe (lastPosition, position) = (found.start, found.end)
        unsafe (other.lastPosition, other.position) = (found.start + shift, found.end + shift)
        return unsafe entry(found)
    }

    /// Passes the folders and files of a tree that is in order, up to the first whose ``RawTreeEntry/leading`` is not below
    /// `limit`, or which is anything else.
    mutating func pass(below limit: UInt64) {
        while let next = unsafe plain(at: position, before: bytes.count), next.leading < limit {
            unsafe (lastPosition, position) = (next.start, next.end)
        }
    }

    /// Passes the folders and files up to the first of the name `name`, or which is anything else.
    mutating func pass(unlike name: UnsafeRawBufferPointer) {
        guard let wanted = name.baseAddress, let base = unsafe bytes.baseAddress else { return }
        while let next = unsafe plain(at: position, before: bytes.count) {
            let count = next.nameEnd - next.nameStart
            if count == name.count, unsafe memcmp(base + next.nameStart, wanted, count) == 0 { return }
            unsafe (lastPosition, position) = (next.start, next.end)
        }
    }

    /// Where a folder or a file stands.
    private struct Plain {
        let start: Int
        let isFolder: Bool
        let nameStart: Int
        let nameEnd: Int
        /// As ``RawTreeEntry/leading``.
        let leading: UInt64

        var end: Int { nameEnd + 1 + ObjectID.byteCount }
    }

    /// What stands at `start`, if it is a folder or a file as git writes them and ends before `end`.
    @inline(__always)
    private func plain(at start: Int, before end: Int) -> Plain? {
        guard unsafe end - start >= Self.leastByteCount, let base = unsafe bytes.baseAddress else { return nil }
        let head = unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        let isFolder = head >> 16 == 0x3430_3030_3020
        guard isFolder || head >> 8 == 0x31_3030_3634_3420 else { return nil }
        let nameStart = start + (isFolder ? 6 : 7)
        guard let found = unsafe memchr(base + nameStart, 0, end - nameStart) else { return nil }
        let nameEnd = unsafe base.distance(to: UnsafeRawPointer(found))
        guard end - nameEnd > ObjectID.byteCount else { return nil }
        let word = unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: nameStart, as: UInt64.self))
        let leading = unsafe RawTreeEntry.leading(word, count: nameEnd - nameStart, isFolder: isFolder)
        return Plain(start: start, isFolder: isFolder, nameStart: nameStart, nameEnd: nameEnd, leading: leading)
    }

    private func entry(_ plain: Plain) -> RawTreeEntry {
        let name = unsafe UnsafeRawBufferPointer(rebasing: bytes[plain.nameStart..<plain.nameEnd])
        return unsafe RawTreeEntry(
            mode: plain.isFolder ? 0o040000 : 0o100644, name: name,
            id: ObjectID(copying: bytes.baseAddress.unsafelyUnwrapped + plain.nameEnd + 1))
    }

    /// The fewest bytes that an entry has.
    private static let leastByteCount = 8 + ObjectID.byteCount

    /// How many bytes both have alike from where they are, to eight; or less.
    private func alike(_ other: TreeCursor) -> Int {
        guard let own = unsafe bytes.baseAddress, let theirs = unsafe other.bytes.baseAddress else { return 0 }
        let limit = unsafe min(bytes.count - position, other.bytes.count - other.position)
        let (left, right) = unsafe (own + position, theirs + other.position)
        var count = 0
        while count + 8 <= limit,
            unsafe left.loadUnaligned(fromByteOffset: count, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: count, as: UInt64.self)
        { count += 8 }
        return count
    }

    private var malformed: GitError {
        unsafe GitError(
            operation: "read tree \(tree)", code: .corrupt, category: .tree,
            message: "it is not well formed at byte \(position)")
    }
}
