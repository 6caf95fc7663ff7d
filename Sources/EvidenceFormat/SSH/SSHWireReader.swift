/// Reads the data types of the SSH protocol (RFC 4251 §5) from bytes that anyone may have written.
struct SSHWireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool {
        rest.isEmpty
    }

    /// The next `count` bytes; `nil` where fewer are left.
    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func uint32() -> UInt32? {
        bytes(4)?.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A `string`: its length and as many bytes.
    mutating func string() -> [UInt8]? {
        guard let count = uint32() else { return nil }
        return bytes(Int(count))
    }

    /// A `string` that holds UTF-8.
    mutating func text() -> String? {
        string().flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A non-negative `mpint` in its shortest form, as exactly `width` bytes; `nil` where it does not fit.
    mutating func unsigned(width: Int) -> [UInt8]? {
        guard var magnitude = string() else { return nil }
        if let first = magnitude.first, first & 0x80 != 0 { return nil }
        if magnitude.first == 0 {
            guard magnitude.count > 1, magnitude[1] & 0x80 != 0 else { return nil }
            magnitude.removeFirst()
        }
        guard magnitude.count <= width else { return nil }
        return Array(repeating: 0, count: width - magnitude.count) + magnitude
    }
}

/// Writes the data types of the SSH protocol (RFC 4251 §5).
enum SSHWire {
    static func uint32(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func string(_ bytes: [UInt8]) -> [UInt8] {
        uint32(UInt32(bytes.count)) + bytes
    }

    static func string(_ text: String) -> [UInt8] {
        string(Array(text.utf8))
    }
}
