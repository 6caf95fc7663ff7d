import Git
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
        bytes.append(contentsOf: name.description.utf8)
        bytes.append((record == nil ? 0 : 1) | (published == nil ? 0 : 2))
        record?.append(to: &bytes)
        published?.append(to: &bytes)
        switch content {
        case .folder(let folder):
            bytes.append(0)
            folder.tree.append(to: &bytes)
            bytes.append(contentsOf: folder.path.utf8)
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

    /// Adds a row of `other`, whose name comes behind those that are here.
    mutating func add(_ row: Range<Int>, of other: RestSheet) {
        bytes.append(contentsOf: other.bytes[row])
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
            let name = RestSheet.name(in: other.bytes, at: row.lowerBound)
            while position < sheet.bytes.count {
                let length = RestSheet.length(of: sheet.bytes, at: position)
                let mine = RestSheet.name(in: sheet.bytes, at: position)
                if mine.elementsEqual(name) {
                    defer { position += length }
                    return sheet.bytes[position..<position + length].elementsEqual(other.bytes[row])
                }
                guard mine.lexicographicallyPrecedes(name) else { return false }
                position += length
            }
            return false
        }
    }

    private static func name(in bytes: [UInt8], at position: Int) -> ArraySlice<UInt8> {
        bytes[position + headCount..<position + headCount + Int(bytes[position + 2])]
    }
}
