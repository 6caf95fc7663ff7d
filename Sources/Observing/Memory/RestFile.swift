import Glibc

/// The file that names the environments that were found at rest, each by what its rest depends on.
///
/// Two words for the format and the build of the program, a word for how many keys follow, the keys, a checksum of all of
/// it. It is written whole or not at all, and read only if every byte is as it was written.
struct RestFile: Sendable {
    /// Changes whenever what is kept, or what it means, changes.
    private static let format: UInt64 = 0x546F_7770_5265_7301
    private static let headByteCount = 24
    /// A longer one is nobody's.
    private static let maximumBytes = 1 << 26

    private let folder: MemoryFolder

    init(in folder: MemoryFolder) {
        self.folder = folder
    }

    private var path: String { "\(folder.path)/resting" }

    /// The keys; none where there is no such file, or it cannot be believed.
    func read() -> Set<DeclarationKey> {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, MemoryFolder.isOwn(status),
            status.st_size >= Self.headByteCount + 8, status.st_size <= Self.maximumBytes,
            let bytes = FileBytes.read(descriptor, at: 0, count: Int(status.st_size))
        else { return [] }
        return Self.keys(in: bytes) ?? []
    }

    private static func keys(in bytes: [UInt8]) -> Set<DeclarationKey>? {
        unsafe bytes.withUnsafeBytes { buffer in
            let word = { (offset: Int) in unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
            let end = buffer.count - 8
            let count = word(16)
            guard word(0) == format, word(8) == MemoryFolder.program, count <= UInt64(maximumBytes),
                end == headByteCount + Int(count) * DeclarationKey.byteCount,
                word(end) == Checksum.of(Array(bytes[..<end]))
            else { return nil }
            var keys = Set<DeclarationKey>(minimumCapacity: Int(count))
            for offset in stride(from: headByteCount, to: end, by: DeclarationKey.byteCount) {
                keys.insert(
                    DeclarationKey(words: (word(offset), word(offset + 8), word(offset + 16), word(offset + 24))))
            }
            return keys
        }
    }

    /// Keeps `keys`, unless somebody else is writing now.
    func write(_ keys: Set<DeclarationKey>) {
        var writer = ByteWriter()
        for word in [Self.format, MemoryFolder.program, UInt64(keys.count)] { writer.add(word: word) }
        for key in keys {
            for word in [key.words.0, key.words.1, key.words.2, key.words.3] { writer.add(word: word) }
        }
        writer.add(word: Checksum.of(writer.bytes))
        guard writer.bytes.count <= Self.maximumBytes else { return }
        folder.withLock { FileBytes.replace(path) { FileBytes.put(writer.bytes, on: $0) } }
    }
}
