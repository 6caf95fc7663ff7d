/// Reads JSON text strictly (RFC 8259): bounded, duplicate keys refused, nothing after the value.
package struct JSONReader {
    /// The deepest nesting that is read: a document of ours needs six, a scanner's report a dozen.
    package static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Parses `text`.
    ///
    /// - Throws: ``Malformed`` with the byte offset and the reason.
    package static func value(_ text: String) throws(Malformed) -> JSONValue {
        try value(Array(text.utf8))
    }

    /// Parses `bytes`, which are UTF-8.
    ///
    /// - Throws: ``Malformed`` with the byte offset and the reason.
    package static func value(_ bytes: [UInt8]) throws(Malformed) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.malformed("expected the end of the text") }
        return value
    }

    /// Why a text is no JSON.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        /// 0-based, in bytes.
        package let offset: Int
        package let reason: String

        package var description: String {
            "not JSON at byte \(offset): \(reason)"
        }
    }

    private func malformed(_ reason: String) -> Malformed {
        Malformed(offset: position, reason: reason)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard position < bytes.count, bytes[position] == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let text = Array("\(word)".utf8)
        guard bytes[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }

    private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
        guard depth < Self.maximumDepth else { throw malformed("nested deeper than \(Self.maximumDepth)") }
        skipSpace()
        if take("{") { return try object(depth: depth) }
        if take("[") { return try array(depth: depth) }
        if take("\"") { return .string(try string()) }
        if take(word: "true") { return .bool(true) }
        if take(word: "false") { return .bool(false) }
        if take(word: "null") { return .null }
        return try number()
    }

    private mutating func object(depth: Int) throws(Malformed) -> JSONValue {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard take("\"") else { throw malformed("expected a key in quotes") }
            let key = try string()
            guard keys.insert(key).inserted else { throw malformed("the key \"\(key)\" stands twice") }
            skipSpace()
            guard take(":") else { throw malformed("expected \":\" after a key") }
            members.append(JSONValue.Member(key, try value(depth: depth + 1)))
            skipSpace()
        } while take(",")
        guard take("}") else { throw malformed("expected \",\" or \"}\"") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Malformed) -> JSONValue {
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw malformed("expected \",\" or \"]\"") }
        return .array(items)
    }

    private mutating func number() throws(Malformed) -> JSONValue {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits() throws(Malformed) {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        guard position > start else { throw malformed("expected a value") }
    }

    private mutating func string() throws(Malformed) -> String {
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw malformed("invalid UTF-8") }
                return text
            case UInt8(ascii: "\\"): content += String(try escape()).utf8
            case 0..<0x20: throw malformed("a control character must be escaped")
            default: content.append(byte)
            }
        }
        throw malformed("the text ends inside a string")
    }

    private mutating func escape() throws(Malformed) -> Unicode.Scalar {
        guard position < bytes.count else { throw malformed("the text ends inside an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw malformed("unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(Malformed) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else { throw malformed("half a surrogate pair") }
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw malformed("half a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(Malformed) -> UInt32 {
        guard position + 4 <= bytes.count else { throw malformed("expected four hexadecimal digits") }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw malformed("expected four hexadecimal digits")
            }
            value = value * 16 + UInt32(digit)
        }
        position += 4
        return value
    }
}
