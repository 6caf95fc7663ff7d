/// A place in a text of ASCII lines, and the scalars of one line that can be told without looking at another.
@safe struct LineCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let count: Int
    private(set) var position = 0
    /// Offset of the line's first byte.
    private var lineStart = 0
    /// From 1.
    private(set) var line: UInt32 = 1
    /// Whether there is nothing but ASCII that is shown, blanks and line feeds.
    let isPlain: Bool

    init(_ text: SourceText) {
        unsafe bytes = text.bytes
        count = text.count
        isPlain = unsafe text.isASCII && text.markCount == 0 && Self.hasNoControls(text.bytes)
    }

    private static func hasNoControls(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var bad: UInt8 = 0
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            bad |= (byte < 0x20 && byte != 0x0A) || byte == 0x7F ? 1 : 0
        }
        return bad == 0
    }

    /// The byte at the cursor; a line feed behind the last one.
    var byte: UInt8 { byte(at: position) }

    private func byte(at offset: Int) -> UInt8 {
        unsafe offset < count ? bytes[offset] : 0x0A
    }

    private func isBreakOrBlank(at offset: Int) -> Bool {
        let byte = byte(at: offset)
        return byte == 0x20 || byte == 0x0A
    }

    /// From 0.
    var column: Int { position - lineStart }

    var isAtEnd: Bool { position >= count }

    var isAtLineEnd: Bool { byte == 0x0A }

    mutating func skip(_ count: Int) { position += count }

    mutating func skipBlanks() {
        while byte == 0x20 { position += 1 }
    }

    /// Goes to the beginning of the next line.
    mutating func nextLine() {
        while byte != 0x0A { position += 1 }
        position += 1
        lineStart = position
        line &+= 1
    }

    /// Whether `- ` stands here, or `-` at the end of the line.
    var isEntry: Bool { byte == UInt8(ascii: "-") && isBreakOrBlank(at: position + 1) }

    /// Whether `---` and nothing else in the word stands here.
    var isDocumentStart: Bool { startsLikeMarker && byte == UInt8(ascii: "-") && isBreakOrBlank(at: position + 3) }

    /// Whether three dashes or dots stand here.
    var startsLikeMarker: Bool {
        let first = byte
        guard first == UInt8(ascii: "-") || first == UInt8(ascii: ".") else { return false }
        return byte(at: position + 1) == first && byte(at: position + 2) == first
    }

    /// Goes behind `---`; answers whether nothing follows in the line.
    mutating func skipDocumentStart() -> Bool {
        skip(3)
        skipBlanks()
        return isAtLineEnd
    }

    /// Whether the `:` behind a key stands here.
    var isKeyEnd: Bool { byte == UInt8(ascii: ":") && isBreakOrBlank(at: position + 1) }

    /// Whether the rest of the line is blank or a comment, behind a value that ends here.
    var isAtValueEnd: Bool {
        var offset = position
        while byte(at: offset) == 0x20 { offset += 1 }
        let byte = byte(at: offset)
        return byte == 0x0A || (byte == UInt8(ascii: "#") && offset > position)
    }

    var isFlowStart: Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

    func isFlowEnd(_ isMapping: Bool) -> Bool { byte == (isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]")) }

    /// Whether the `:` behind a key of a flow mapping stands here.
    var isFlowKeyEnd: Bool { byte == UInt8(ascii: ":") && byte(at: position + 1) == 0x20 }
}

// MARK: - Scalars

extension LineCursor {
    /// The scalar of a block that begins here, and goes behind it; `nil` where it is of another kind, or goes on.
    mutating func scalar() -> StoredNode? {
        switch byte {
        case UInt8(ascii: "\""): return quoted(.doubleQuoted)
        case UInt8(ascii: "'"): return quoted(.singleQuoted)
        case let byte where Self.isPlainStart(byte): return plain()
        case UInt8(ascii: "-") where !isBreakOrBlank(at: position + 1): return plain()
        default: return nil
        }
    }

    /// The scalar of a flow collection that begins here, and goes behind it; `nil` where it is no simple one.
    mutating func flowScalar() -> StoredNode? {
        switch byte {
        case UInt8(ascii: "\""): return quoted(.doubleQuoted)
        case UInt8(ascii: "'"): return quoted(.singleQuoted)
        case let byte where Self.isPlainStart(byte): return word()
        case UInt8(ascii: "-") where Self.isWordByte(self.byte(at: position + 1)): return word()
        default: return nil
        }
    }

    /// A plain scalar of a flow collection: one word.
    private mutating func word() -> StoredNode {
        let start = position
        while Self.isWordByte(byte) { position += 1 }
        return node(from: start, to: position, style: .plain)
    }

    private mutating func plain() -> StoredNode? {
        let start = position
        var end = position
        while true {
            let byte = self.byte
            if byte == 0x0A { break }
            if byte == 0x20 {
                skipBlanks()
                // A comment ends the scalar; a colon here belongs to a key with a blank behind it.
                if self.byte == UInt8(ascii: "#") { break }
                if isKeyEnd { return nil }
                continue
            }
            if byte == UInt8(ascii: ":"), isBreakOrBlank(at: position + 1) { break }
            position += 1
            end = position
        }
        position = end
        return node(from: start, to: end, style: .plain)
    }

    /// The text between two quotes of one line, where nothing in it is escaped.
    private mutating func quoted(_ style: YAMLStyle) -> StoredNode? {
        let start = position
        let quote = byte
        position += 1
        while byte != quote {
            guard byte != 0x0A, style != .doubleQuoted || byte != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        position += 1
        // Two are one that is part of the text.
        guard style != .singleQuoted || byte != quote else { return nil }
        return node(from: start, to: position, style: style)
    }

    private func node(from start: Int, to end: Int, style: YAMLStyle) -> StoredNode {
        let quotes = style == .plain ? 0 : 1
        let count = end - start - 2 * quotes
        return StoredNode(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end), line: line,
            column: UInt32(truncatingIfNeeded: start - lineStart + 1), next: 0,
            textStart: UInt32(truncatingIfNeeded: count > 0 ? start + quotes : start),
            textCount: UInt32(truncatingIfNeeded: count), form: .scalar, style: style)
    }

    /// Whether a plain scalar that begins with `byte` is nothing else: no indicator, and no merge key.
    private static func isPlainStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"),
            UInt8(ascii: "~"), UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: "="):
            true
        default: false
        }
    }

    /// Whether `byte` can be part of a plain word of a flow collection and nothing else.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"),
            UInt8(ascii: "~"), UInt8(ascii: "$"), UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
