/// When a text may stand without quotes and still be read as that text, by readers of YAML 1.1 and 1.2 alike.
///
/// Errs on the side of quotes, which are never wrong.
enum PlainText {
    /// Whether `text` may be written plain: it is one, and every reader takes it for a string.
    static func isSafe(_ text: String, inFlow: Bool) -> Bool {
        isPlain(text, inFlow: inFlow) && readsAsString(text)
    }

    /// Whether the scanner reads `text`, written plain on one line, back as it is.
    static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, isPrintable(text) else { return false }
        if "-?:,[]{}#&*!|>'\"%@` ".utf8.contains(first) || " :".utf8.contains(last) || text.hasPrefix("...") {
            return false
        }
        // A question mark is no indicator here, but libyaml refuses it behind a colon.
        if inFlow, bytes.contains(where: { ",[]{}?".utf8.contains($0) }) { return false }
        return !zip(bytes, bytes.dropFirst()).contains { pair in
            pair == (UInt8(ascii: ":"), UInt8(ascii: " ")) || pair == (UInt8(ascii: " "), UInt8(ascii: "#"))
        }
    }

    /// Whether `text` holds only characters that may stand in a line of YAML; tabs are left out, they invite trouble.
    static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(isPrintable)
    }

    /// Whether the character may stand in a line of YAML: no control, no line break, no byte order mark.
    static func isPrintable(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Whether no reader resolves the plain scalar `text` to a null, boolean, number, date or merge key.
    static func readsAsString(_ text: String) -> Bool {
        let lower = text.lowercased()
        if Self.words.contains(lower) { return false }
        // Digit separators of one reader or another; a text is no less a number without them.
        let bytes = lower.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: ",") }
        return !isNumber(bytes) && !isDate(bytes)
    }

    /// Words some reader takes for null, a boolean, infinity, not-a-number, the merge key or the default key.
    private static let words: Set<String> = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "+.inf", "-.inf", ".nan", "<<",
        "=",
    ]

    /// Whether `bytes` is an integer in any base, a float with or without exponent, or a number in base 60 (`12:30`).
    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        if rest.count > 1, rest.first == UInt8(ascii: "0"), "xob".utf8.contains(rest[rest.startIndex + 1]) {
            return rest.dropFirst(2).allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
        }
        var digits = removeDigits(&rest)
        while digits > 0, rest.first == UInt8(ascii: ":") {
            rest.removeFirst()
            guard removeDigits(&rest) > 0 else { return false }
        }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            digits += removeDigits(&rest)
        }
        guard digits > 0 else { return false }
        if rest.first == UInt8(ascii: "e") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            _ = removeDigits(&rest)
        }
        return rest.isEmpty
    }

    /// Whether `bytes` starts as a date does, `2025-1-4`, alone or followed by a time.
    private static func isDate(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        guard removeDigits(&rest) == 4 else { return false }
        for _ in 0..<2 {
            guard rest.first == UInt8(ascii: "-") else { return false }
            rest.removeFirst()
            guard (1...2).contains(removeDigits(&rest)) else { return false }
        }
        return rest.first.map { "t ".utf8.contains($0) } ?? true
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func removeDigits(_ bytes: inout ArraySlice<UInt8>) -> Int {
        let count = bytes.prefix { isDigit($0) }.count
        bytes.removeFirst(count)
        return count
    }
}
