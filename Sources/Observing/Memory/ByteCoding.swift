/// Writes whole numbers and texts one after the other.
struct ByteWriter {
    private(set) var storage: [UInt8] = []

    var bytes: [UInt8] {
        get { storage }
        _modify { yield &storage }
    }

    /// Eight bytes, the lowest first.
    mutating func add(word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { storage.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// A number that is not negative, seven bits a byte, the lowest first.
    mutating func add(_ number: Int) {
        var rest = UInt(bitPattern: number)
        while rest > 0x7F {
            storage.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        storage.append(UInt8(rest))
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        storage.append(contentsOf: text.utf8)
    }

    /// Nothing or a text.
    mutating func add(optional text: String?) {
        add(text == nil ? 0 : 1)
        if let text { add(text) }
    }
}

/// Reads what ``ByteWriter`` writes, and anything else without harm.
struct ByteReader {
    /// The bytes are not what was written.
    struct Damaged: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number() throws(Damaged) -> Int {
        var number: UInt = 0
        for shift in stride(from: UInt(0), to: 63, by: 7) {
            guard position < bytes.count else { throw Damaged() }
            let byte = bytes[position]
            position += 1
            number |= UInt(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return Int(number) }
        }
        throw Damaged()
    }

    /// The number of items that follow, each of at least one byte.
    mutating func count() throws(Damaged) -> Int {
        let count = try number()
        guard count <= bytes.count - position else { throw Damaged() }
        return count
    }

    /// So many bytes as they stand.
    mutating func bytes(_ count: Int) throws(Damaged) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw Damaged() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func text() throws(Damaged) -> String {
        let count = try count()
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    mutating func optionalText() throws(Damaged) -> String? {
        try number() == 0 ? nil : try text()
    }
}
