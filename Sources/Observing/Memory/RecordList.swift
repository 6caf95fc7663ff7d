/// Where the records of a file are, as it is kept beside the file: so that a process that looks up a few of them reads no
/// heads of all the others.
///
/// One entry for each key, sorted by key: the offset of the record, and its head.
struct RecordList: Sendable {
    private static let entryByteCount = 8 + RecordHead.byteCount
    /// Changes whenever the list does.
    private static let format: UInt64 = 0x546F_7770_6174_6C01
    /// Format, file, end, and bytes of all records.
    private static let headByteCount = 32
    /// A longer one is not read.
    private static let maximumBytes = 1 << 28

    private let entries: [UInt8]
    /// Of all records together.
    let byteCount: Int
    let count: Int

    /// Of nothing.
    init() {
        (entries, byteCount, count) = ([], 0, 0)
    }

    /// Of `places`, each under another key.
    init(_ places: [RecordPlaces.Place]) {
        var writer = ByteWriter()
        writer.bytes.reserveCapacity(places.count * Self.entryByteCount)
        for place in places.sorted(by: { $0.head.key.words < $1.head.key.words }) {
            writer.add(word: UInt64(place.offset))
            place.head.append(to: &writer)
        }
        entries = writer.bytes
        byteCount = places.reduce(0) { $0 + $1.byteCount }
        count = places.count
    }

    subscript(key: DeclarationKey) -> RecordPlaces.Place? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            guard let place = place(middle) else { return nil }
            if place.head.key == key { return place }
            if place.head.key.words < key.words { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    var places: [RecordPlaces.Place] {
        (0..<count).compactMap(place)
    }

    private func place(_ index: Int) -> RecordPlaces.Place? {
        let start = index * Self.entryByteCount
        return unsafe entries.withUnsafeBytes { bytes in
            let entry = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<start + Self.entryByteCount])
            let offset = unsafe UInt64(littleEndian: entry.loadUnaligned(as: UInt64.self))
            return unsafe RecordHead(UnsafeRawBufferPointer(rebasing: entry[8...])).flatMap { head in
                offset <= RecordFile.maximumBytes ? RecordPlaces.Place(offset: Int(offset), head: head) : nil
            }
        }
    }
}

// MARK: - The file

extension RecordList {
    private static func path(of records: String) -> String { "\(records).list" }

    /// The list that is kept beside the file at `path`, and the offset behind the last record in it; `nil` where there is
    /// none, it is another file's, or damaged.
    ///
    /// - Parameter file: What tells the file from any that was ever at that path.
    static func kept(beside path: String, of file: UInt64) -> (list: RecordList, end: Int)? {
        guard let bytes = FileBytes.own(Self.path(of: path), limit: maximumBytes) else { return nil }
        let entriesEnd = bytes.count - 8
        guard entriesEnd >= headByteCount, (entriesEnd - headByteCount).isMultiple(of: entryByteCount) else {
            return nil
        }
        let word = { (offset: Int) in
            unsafe bytes.withUnsafeBytes {
                unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
        }
        guard word(0) == format, word(8) == file, word(entriesEnd) == Checksum.of(bytes[..<entriesEnd]),
            word(16) <= RecordFile.maximumBytes, word(24) <= RecordFile.maximumBytes
        else { return nil }
        return (RecordList(Array(bytes[headByteCount..<entriesEnd]), byteCount: Int(word(24))), Int(word(16)))
    }

    private init(_ entries: [UInt8], byteCount: Int) {
        self.entries = entries
        self.byteCount = byteCount
        count = entries.count / Self.entryByteCount
    }

    /// Keeps the list beside the file at `path`, of which it has all records before `end`; false where that fails.
    ///
    /// To be called under the lock of the folder.
    func keep(beside path: String, of file: UInt64, end: Int) -> Bool {
        var writer = ByteWriter()
        for word in [Self.format, file, UInt64(end), UInt64(byteCount)] { writer.add(word: word) }
        writer.bytes += entries
        guard writer.bytes.count + 8 <= Self.maximumBytes else { return false }
        writer.add(word: Checksum.of(writer.bytes))
        return FileBytes.replace(Self.path(of: path)) { FileBytes.put(writer.bytes, on: $0) }
    }
}
