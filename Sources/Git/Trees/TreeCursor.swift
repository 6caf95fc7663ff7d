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

    private var malformed: GitError {
        unsafe GitError(
            operation: "read tree \(tree)", code: .corrupt, category: .tree,
            message: "it is not well formed at byte \(position)")
    }
}
