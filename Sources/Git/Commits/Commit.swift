/// One commit: a tree, where it came from, who made it and why.
package struct Commit: Hashable, Sendable {
    /// Its name.
    package let id: ObjectID
    /// The root folder as of this commit.
    package let tree: ObjectID
    /// In the order of the commit, the branch merged into first; listed even if not present.
    package let parents: [ObjectID]
    /// Who made the change, and when.
    package let author: Signature
    /// Who recorded it, and when.
    package let committer: Signature
    /// The message as stored, in whatever encoding.
    package let messageBytes: [UInt8]
    /// Whether the parents are absent because the clone is shallow: such a commit is not the beginning of history.
    package let isShallowBoundary: Bool

    /// The message; bytes that are no UTF-8 are replaced.
    package var message: String { String(decoding: messageBytes, as: UTF8.self) }

    /// The first line of the message that is not empty.
    package var subject: String {
        let line = messageBytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first ?? []
        return String(decoding: line, as: UTF8.self)
    }
}

/// The text of a commit object, taken apart without trusting it.
///
/// Only the ids must be well formed; names and dates that are not become empty or zero (see
/// ``Signature/isWellFormed``), since a commit with a bad date is still part of history.
struct CommitText {
    private(set) var tree = ObjectID.zero
    private(set) var parents: [ObjectID] = []
    private var authorLine: ArraySlice<UInt8> = []
    private var committerLine: ArraySlice<UInt8> = []
    private var message: ArraySlice<UInt8> = []

    /// Parses `bytes`; nil if the tree or a parent is not well formed.
    init?(_ bytes: [UInt8]) {
        var position = 0
        guard let root = Self.id(after: "tree ", in: bytes, at: &position) else { return nil }
        tree = root
        while Self.line(in: bytes, at: position).starts(with: "parent ".utf8) {
            guard let parent = Self.id(after: "parent ", in: bytes, at: &position) else { return nil }
            parents.append(parent)
        }
        while position < bytes.count {
            let line = Self.line(in: bytes, at: position)
            position = line.endIndex + 1
            if line.isEmpty { break }
            if authorLine.isEmpty, line.starts(with: "author ".utf8) { authorLine = line.dropFirst(7) }
            if committerLine.isEmpty, line.starts(with: "committer ".utf8) { committerLine = line.dropFirst(10) }
        }
        message = position < bytes.count ? bytes[position...] : []
    }

    /// When it was committed, as it claims; zero if that cannot be read.
    var committerSeconds: Int64 { Self.seconds(committerLine) ?? 0 }

    /// When it was committed, as the signature made of the line says: zero if that is not well formed.
    var signedSeconds: Int64 {
        guard let open = committerLine.firstIndex(of: UInt8(ascii: "<")),
            committerLine[open...].contains(UInt8(ascii: ">"))
        else { return 0 }
        return committerSeconds
    }

    /// The value for the commit `id`.
    func commit(id: ObjectID, isShallowBoundary: Bool) -> Commit {
        Commit(
            id: id, tree: tree, parents: parents, author: Self.signature(authorLine),
            committer: Self.signature(committerLine), messageBytes: Array(message),
            isShallowBoundary: isShallowBoundary)
    }

    private static func line(in bytes: [UInt8], at position: Int) -> ArraySlice<UInt8> {
        guard position < bytes.count else { return [] }
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return bytes[position..<end]
    }

    private static func id(after key: String, in bytes: [UInt8], at position: inout Int) -> ObjectID? {
        let line = line(in: bytes, at: position)
        guard line.starts(with: key.utf8) else { return nil }
        position = line.endIndex + 1
        return ObjectID(hex: line.dropFirst(key.utf8.count))
    }

    /// Reads `Name <email> seconds zone` as git does: the address ends at the first `>`, the date follows the last.
    private static func signature(_ line: ArraySlice<UInt8>) -> Signature {
        guard let open = line.firstIndex(of: UInt8(ascii: "<")),
            let close = line[open...].firstIndex(of: UInt8(ascii: ">")),
            let last = line.lastIndex(of: UInt8(ascii: ">"))
        else {
            return Signature(
                name: String(decoding: line, as: UTF8.self), email: "", seconds: 0, offsetMinutes: 0,
                isWellFormed: false)
        }
        let blank = UInt8(ascii: " ")
        var nameEnd = open
        while nameEnd > line.startIndex, line[nameEnd - 1] == blank { nameEnd -= 1 }
        let date = line[(last + 1)...].split(separator: blank)
        let seconds = seconds(line)
        let offset = date.dropFirst().first.flatMap { minutes(ofZone: $0) }
        return Signature(
            name: String(decoding: line[..<nameEnd], as: UTF8.self),
            email: String(decoding: line[(open + 1)..<close], as: UTF8.self),
            seconds: seconds ?? 0, offsetMinutes: offset ?? 0,
            isWellFormed: seconds != nil && offset != nil && date.count == 2 && close == last)
    }

    private static func seconds(_ line: ArraySlice<UInt8>) -> Int64? {
        guard let close = line.lastIndex(of: UInt8(ascii: ">")) else { return nil }
        return line[(close + 1)...].split(separator: UInt8(ascii: " ")).first.flatMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
    }

    private static func minutes(ofZone zone: ArraySlice<UInt8>) -> Int? {
        guard zone.count >= 5, zone.count <= 7, let sign = zone.first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let digits = Int(String(decoding: zone.dropFirst(), as: UTF8.self)), digits >= 0
        else { return nil }
        let minutes = digits / 100 * 60 + digits % 100
        return sign == UInt8(ascii: "-") ? -minutes : minutes
    }
}
