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
        let word = unsafe UInt64(bigEndian: base.loadUnaligned(as: UInt64.self))
        let count = unsafe name.count
        guard count < 8 else { return word }
        let rest = UInt64(64 - 8 * count)
        let isFolder = unsafe mode == 0o040000
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
        guard let base = unsafe bytes.baseAddress else { return unsafe last }
        let end = unsafe position + alike(other)
        let shift = unsafe other.position - position
        var last = unsafe last
        var start = unsafe position
        while unsafe end - start >= Self.leastByteCount {
            let head = unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let (mode, nameStart): (UInt32, Int)
            switch head >> 8 {
            case 0x31_3030_3634_3420: (mode, nameStart) = (0o100644, start + 7)
            case let other where other >> 8 == 0x3430_3030_3020: (mode, nameStart) = (0o040000, start + 6)
            default: return unsafe pass(to: start, &other, shift, last)
            }
            guard let found = unsafe memchr(base + nameStart, 0, end - nameStart) else { break }
            let nameEnd = unsafe base.distance(to: UnsafeRawPointer(found))
            guard end - nameEnd > ObjectID.byteCount else { break }
            let entry = unsafe RawTreeEntry(
                mode: mode, name: UnsafeRawBufferPointer(start: base + nameStart, count: nameEnd - nameStart),
                id: ObjectID(copying: base + nameEnd + 1))
            if let last = unsafe last, unsafe RawTreeEntry.orderInTrees(last, entry) >= 0 { break }
            unsafe last = entry
            unsafe lastPosition = start
            start = nameEnd + 1 + ObjectID.byteCount
        }
        return unsafe pass(to: start, &other, shift, last)
    }

    /// The fewest bytes that an entry has.
    private static let leastByteCount = 8 + ObjectID.byteCount

    private mutating func pass(
        to end: Int, _ other: inout TreeCursor, _ shift: Int, _ last: RawTreeEntry?
    ) -> RawTreeEntry? {
        if unsafe end > position {
            unsafe other.lastPosition = lastPosition + shift
            unsafe other.position = end + shift
            unsafe position = end
        }
        return unsafe last
    }

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
