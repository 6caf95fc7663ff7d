import CLibyaml

/// What is checked on the raw bytes before the parser sees them, and how offsets become positions.
@safe struct SourceText {
    /// The bytes behind the byte order mark.
    let bytes: UnsafeBufferPointer<UInt8>

    /// Bytes of the byte order mark at the start: 3 or 0.
    let markCount: Int

    /// Whether every byte is ASCII, so that characters and bytes count alike.
    let isASCII: Bool

    /// Number of bytes behind the byte order mark.
    var count: Int {
        unsafe bytes.count
    }

    /// Lines `%TAG …` that one stream may have.
    ///
    /// The parser compares each with all before it, which makes many of them slow; people write one or two.
    private static let maxTagDirectives = 256

    /// Looks at `source`.
    ///
    /// - Throws: a problem if the stream is too large, is UTF-16 or UTF-32, or declares too many tag handles.
    init(_ source: UnsafeBufferPointer<UInt8>, limits: YAMLLimits) throws(YAMLProblem) {
        // Offsets are kept in 32 bits.
        let maxBytes = min(limits.maxBytes, Int(Int32.max))
        guard source.count <= maxBytes else {
            throw YAMLProblem(
                line: 1, column: 1, message: "the file has \(source.count) bytes, more than the \(maxBytes) allowed")
        }
        if let encoding = unsafe Self.foreignEncoding(source) {
            throw YAMLProblem(line: 1, column: 1, message: "the file is \(encoding); only UTF-8 is read")
        }
        let hasMark = unsafe source.count >= 3 && source[0] == 0xEF && source[1] == 0xBB && source[2] == 0xBF
        markCount = hasMark ? 3 : 0
        unsafe bytes = UnsafeBufferPointer(rebasing: source[markCount...])
        unsafe isASCII = Self.isASCII(bytes)
        if let start = unsafe bytes.baseAddress, unsafe memchr(start, Int32(UInt8(ascii: "%")), bytes.count) != nil {
            try checkTagDirectives()
        }
    }

    /// Whether no byte has its high bit set; folds eight bytes at a time, since every stream pays for this.
    private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        let words = raw.count / 8
        var fold: UInt64 = 0
        for word in 0..<words {
            unsafe fold |= raw.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
        }
        for offset in words * 8..<raw.count {
            fold |= UInt64(unsafe raw[offset])
        }
        return fold & 0x8080_8080_8080_8080 == 0
    }

    /// The byte at `offset`, the byte order mark not counted.
    subscript(offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < count)
        return unsafe bytes[offset]
    }

    /// Line and column, from 1, of the byte at `offset`, the byte order mark not counted.
    func position(at offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for index in 0..<min(offset, count) {
            let byte = self[index]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// Whether the line that holds `offset` contains `{{`.
    func lineHasTemplate(at offset: Int) -> Bool {
        var start = min(offset, count)
        while start > 0, self[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        var index = start
        while index + 1 < count, self[index] != UInt8(ascii: "\n") {
            if self[index] == UInt8(ascii: "{"), self[index + 1] == UInt8(ascii: "{") { return true }
            index += 1
        }
        return false
    }

    private func checkTagDirectives() throws(YAMLProblem) {
        var directives = 0
        var isLineStart = true
        for index in 0..<count {
            if isLineStart, unsafe bytes[index...].starts(with: "%TAG".utf8) {
                directives += 1
                guard directives <= Self.maxTagDirectives else {
                    let (line, column) = position(at: index)
                    throw YAMLProblem(
                        line: line, column: column, message: "more than \(Self.maxTagDirectives) %TAG directives")
                }
            }
            isLineStart = self[index] == UInt8(ascii: "\n") || self[index] == UInt8(ascii: "\r")
        }
    }

    /// The name of the encoding if `source` starts as UTF-16 or UTF-32 does, with or without byte order mark.
    private static func foreignEncoding(_ source: UnsafeBufferPointer<UInt8>) -> String? {
        guard source.count >= 2 else { return nil }
        let first = unsafe (source[0], source[1])
        let second = unsafe source.count >= 4 ? (source[2], source[3]) : (1, 1)
        switch (first.0, first.1, second.0, second.1) {
        case (0, 0, 0xFE, 0xFF), (0, 0, 0, 1...): return "UTF-32"
        case (0xFF, 0xFE, 0, 0), (1..., 0, 0, 0): return "UTF-32"
        case (0xFE, 0xFF, _, _), (0xFF, 0xFE, _, _): return "UTF-16"
        case (0, 1..., 0, 1...), (1..., 0, 1..., 0): return "UTF-16"
        default: return nil
        }
    }
}
