/// The file that names the environments that were found at rest, each with what its rest depends on.
///
/// A word for the format, one for the build of the program, one for the length of what the layout is written in, that
/// text, the rows of the sheet, a checksum of all of it. It is written whole or not at all, and read only if every byte is
/// as it was written.
struct RestFile: Sendable {
    /// Changes whenever what is kept, or what it means, changes.
    private static let format: UInt64 = 0x546F_7770_5265_7302
    private static let headByteCount = 24
    /// A longer one is nobody's.
    private static let maximumBytes = 1 << 26

    private let folder: MemoryFolder

    init(in folder: MemoryFolder) {
        self.folder = folder
    }

    private var path: String { "\(folder.path)/resting" }

    /// What is kept; `nil` where there is no such file, or it cannot be believed.
    func read() -> RestSheet? {
        guard let bytes = FileBytes.own(path, limit: Self.maximumBytes), bytes.count >= Self.headByteCount + 8 else {
            return nil
        }
        return Self.sheet(in: bytes)
    }

    private static func sheet(in bytes: [UInt8]) -> RestSheet? {
        let word = { (offset: Int) in
            unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        }
        let end = bytes.count - 8
        guard word(0) == format, word(8) == MemoryFolder.program, word(16) <= UInt64(end - headByteCount),
            word(end) == Checksum.of(bytes[..<end])
        else { return nil }
        let start = headByteCount + Int(word(16))
        return RestSheet(
            layout: String(decoding: bytes[headByteCount..<start], as: UTF8.self), bytes: Array(bytes[start..<end]))
    }

    /// Keeps `sheet`, unless somebody else is writing now.
    func write(_ sheet: RestSheet) {
        var writer = ByteWriter()
        for word in [Self.format, MemoryFolder.program, UInt64(sheet.layout.utf8.count)] { writer.add(word: word) }
        writer.bytes.append(contentsOf: sheet.layout.utf8)
        writer.bytes.append(contentsOf: sheet.bytes)
        writer.add(word: Checksum.of(writer.bytes[...]))
        guard writer.bytes.count <= Self.maximumBytes else { return }
        folder.withLock { FileBytes.replace(path) { FileBytes.put(writer.bytes, on: $0) } }
    }
}
