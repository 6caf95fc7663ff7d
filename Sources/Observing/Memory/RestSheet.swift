import Git
import Glibc
import PromotionModel

/// What rested when it was last looked at: a row for each environment, with all that its rest depends on, by name.
struct RestSheet: Hashable, Sendable {
    /// What the files of an environment are told by.
    enum Content {
        /// All of a folder.
        case folder(SealedFolder)
        /// Files that were found one by one.
        case files(DeclarationKey)
    }

    /// What the layout is written in.
    let layout: String
    /// The rows: two bytes for the length of the row, one for that of the name, the name, and what follows from the rest.
    private(set) var bytes: [UInt8] = []
    /// A longer row is nobody's.
    private static let maximumRow = Int(UInt16.max)

    init(layout: String) {
        self.layout = layout
    }

    /// The rows that were written as `bytes`; `nil` where they are no rows.
    init?(layout: String, bytes: [UInt8]) {
        self.layout = layout
        self.bytes = bytes
        var position = 0
        while position < bytes.count {
            guard bytes.count - position >= Self.headCount else { return nil }
            let length = Self.length(of: bytes, at: position)
            guard length >= Self.headCount + Int(bytes[position + 2]), length <= bytes.count - position else {
                return nil
            }
            position += length
        }
    }

    private static let headCount = 3

    private static func length(of bytes: [UInt8], at position: Int) -> Int {
        Int(bytes[position]) | Int(bytes[position + 1]) << 8
    }

    /// Adds the row of an environment whose name comes behind those that are here, and says where it stands; `nil` where
    /// it is too long.
    ///
    /// - Parameters:
    ///   - record: the id of the folder that has its lock; `nil` where that is known by the files.
    ///   - published: the tip of the branch that it is published to.
    mutating func add(
        _ name: EnvironmentName, content: Content, record: ObjectID?, published: ObjectID?
    ) -> Range<Int>? {
        let start = bytes.count
        bytes.append(0)
        bytes.append(0)
        bytes.append(UInt8(name.description.utf8.count))
        Self.add(name.description, to: &bytes)
        bytes.append((record == nil ? 0 : 1) | (published == nil ? 0 : 2))
        record?.append(to: &bytes)
        published?.append(to: &bytes)
        switch content {
        case .folder(let folder):
            bytes.append(0)
            folder.tree.append(to: &bytes)
            Self.add(folder.parent, to: &bytes)
            Self.add(folder.name, to: &bytes)
        case .files(let key):
            bytes.append(1)
            key.append(to: &bytes)
        }
        let length = bytes.count - start
        guard length <= Self.maximumRow else {
            bytes.removeSubrange(start...)
            return nil
        }
        bytes[start] = UInt8(truncatingIfNeeded: length)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 8)
        return start..<bytes.count
    }

    private static func add(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { unsafe bytes.append(contentsOf: UnsafeRawBufferPointer($0)) }
    }

    /// Makes room for as many rows as `other` has.
    mutating func reserve(asIn other: RestSheet) {
        bytes.reserveCapacity(other.bytes.count + Self.maximumRow)
    }

    /// Adds rows of `other`, whose names come behind those that are here.
    mutating func add(_ rows: Range<Int>, of other: RestSheet) {
        bytes.append(contentsOf: other.bytes[rows])
    }

    /// Goes through the rows of a sheet beside those of another, both by name.
    struct Comparison {
        private let sheet: RestSheet
        private var position = 0

        init(with sheet: RestSheet) {
            self.sheet = sheet
        }

        /// Whether the sheet has the row that stands at `row` in `other`, byte for byte.
        mutating func hasRow(_ row: Range<Int>, of other: RestSheet) -> Bool {
            unsafe sheet.bytes.withUnsafeBytes { mine in
                unsafe other.bytes.withUnsafeBytes { theirs in
                    let wanted = unsafe UnsafeRawBufferPointer(rebasing: theirs[row])
                    while position < mine.count {
                        let rest = unsafe UnsafeRawBufferPointer(rebasing: mine[position...])
                        let length = unsafe RestSheet.length(of: rest)
                        let order = unsafe RestSheet.order(rest, wanted)
                        guard order <= 0 else { return false }
                        position += length
                        if order == 0 {
                            return unsafe length == wanted.count
                                && memcmp(
                                    rest.baseAddress.unsafelyUnwrapped, wanted.baseAddress.unsafelyUnwrapped, length)
                                    == 0
                        }
                    }
                    return false
                }
            }
        }
    }

    private static func length(of row: UnsafeRawBufferPointer) -> Int {
        unsafe Int(row[0]) | Int(row[1]) << 8
    }

    /// Whether the name of the row that `left` begins with comes before (negative), at (0) or after that of `right`.
    private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let (first, second) = unsafe (Int(left[2]), Int(right[2]))
        let common = min(first, second)
        guard left.count - headCount >= first, right.count - headCount >= second,
            let one = left.baseAddress, let other = right.baseAddress
        else { return 1 }
        let order = unsafe memcmp(one + headCount, other + headCount, common)
        return order == 0 ? first - second : Int(order)
    }
}
