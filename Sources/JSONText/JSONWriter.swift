/// Writes JSON text; the same value gives the same bytes.
package struct JSONWriter {
    private var bytes: [UInt8] = []
    private let isIndented: Bool

    private init(isIndented: Bool) {
        self.isIndented = isIndented
    }

    /// `value` on one line, without white space.
    package static func line(_ value: JSONValue) -> String {
        var writer = JSONWriter(isIndented: false)
        writer.write(value, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// `value` over several lines, two spaces a level, ended by a line feed.
    package static func document(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(isIndented: true)
        writer.write(value, depth: 0)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    /// An object over several lines of which one member is a long array, handed over in pieces as it is written.
    ///
    /// The text is that of ``document(_:)`` for `head`, an array `name` of what `make` gives for each of `items`, and
    /// `tail`; neither is empty.
    package static func document<Item>(
        _ head: [JSONValue.Member], _ name: String, of items: some Sequence<Item>, _ make: (Item) -> JSONValue,
        _ tail: [JSONValue.Member], to put: ([UInt8]) -> Void
    ) {
        var writer = JSONWriter(isIndented: true)
        writer.bytes.reserveCapacity(pieceByteCount + pieceByteCount / 4)
        writer.bytes.append(UInt8(ascii: "{"))
        for member in head {
            writer.write(member, depth: 0)
            writer.bytes.append(UInt8(ascii: ","))
        }
        writer.breakLine(depth: 1)
        writer.write(name)
        writer.bytes += ": ".utf8
        writer.write(items, between: (UInt8(ascii: "["), UInt8(ascii: "]")), depth: 1) { writer, item in
            writer.write(make(item), depth: 2)
            guard writer.bytes.count >= pieceByteCount else { return }
            put(writer.bytes)
            writer.bytes.removeAll(keepingCapacity: true)
        }
        for member in tail {
            writer.bytes.append(UInt8(ascii: ","))
            writer.write(member, depth: 0)
        }
        writer.bytes += "\n}\n".utf8
        put(writer.bytes)
    }

    private static let pieceByteCount = 1 << 16

    /// A member on a line of its own.
    private mutating func write(_ member: JSONValue.Member, depth: Int) {
        breakLine(depth: depth + 1)
        write(member.key)
        bytes += ": ".utf8
        write(member.value, depth: depth + 1)
    }

    private mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): write(text)
        case .array(let items):
            write(items, between: (UInt8(ascii: "["), UInt8(ascii: "]")), depth: depth) { writer, item in
                writer.write(item, depth: depth + 1)
            }
        case .object(let members):
            write(members, between: (UInt8(ascii: "{"), UInt8(ascii: "}")), depth: depth) { writer, member in
                writer.write(member.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.isIndented { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func write<Item>(
        _ items: some Sequence<Item>, between brackets: (UInt8, UInt8), depth: Int,
        _ writeItem: (inout JSONWriter, Item) -> Void
    ) {
        bytes.append(brackets.0)
        var isEmpty = true
        for item in items {
            if !isEmpty { bytes.append(UInt8(ascii: ",")) }
            isEmpty = false
            breakLine(depth: depth + 1)
            writeItem(&self, item)
        }
        if !isEmpty { breakLine(depth: depth) }
        bytes.append(brackets.1)
    }

    private mutating func breakLine(depth: Int) {
        guard isIndented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let utf8 = text.utf8.span
        let isPlain = unsafe utf8.withUnsafeBufferPointer { utf8 in
            guard unsafe Self.isPlain(utf8) else { return false }
            unsafe bytes.append(contentsOf: utf8)
            return true
        }
        if !isPlain {
            for scalar in text.unicodeScalars { write(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether `text` stands between quotes as it is.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        // No way out of the loop, so that many bytes are looked at at once.
        var other: UInt8 = 0
        for place in text.indices {
            let byte = unsafe text[place]
            other |= byte &- 0x20 > 0x5E ? 1 : 0
            other |= byte == UInt8(ascii: "\"") ? 1 : 0
            other |= byte == UInt8(ascii: "\\") ? 1 : 0
        }
        return other == 0
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes += "\\\"".utf8
        case "\\": bytes += "\\\\".utf8
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case " "..."~": bytes += String(scalar).utf8
        default: Self.isShown(scalar) ? bytes += String(scalar).utf8 : escape(scalar)
        }
    }

    /// Whether a character stands as it is.
    ///
    /// Control characters may not (RFC 8259 §7); line separators and marks that only turn or hide other text must not,
    /// since what is written may end in a log, a commit message or on a terminal.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        for unit in String(scalar).utf16 {
            let hex = String(unit, radix: 16)
            bytes += ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8
        }
    }
}
