/// Swift source as words and symbols, with comments and literals set apart.
///
/// A rule over tokens cannot be fooled by a comment, a string or a line break, and needs no compiler. Code inside
/// a string interpolation is code and yields tokens.
struct ScannedSource: Sendable {
    /// A word (keyword, identifier, number) or one symbol character.
    struct Token: Sendable {
        let text: String
        let line: Int
        let startsLine: Bool
    }

    /// One line of a comment.
    struct CommentLine: Sendable {
        let text: String
        let line: Int
    }

    private(set) var tokens: [Token] = []
    private(set) var comments: [CommentLine] = []

    init(_ text: String) {
        var scanner = SourceScanner(text)
        scanner.scanCode(insideInterpolation: false)
        tokens = scanner.tokens
        comments = scanner.comments
    }
}

/// One pass over the bytes of a file.
private struct SourceScanner {
    private(set) var tokens: [ScannedSource.Token] = []
    private(set) var comments: [ScannedSource.CommentLine] = []

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Reads code up to the end, or up to the parenthesis that closes an interpolation.
    mutating func scanCode(insideInterpolation: Bool) {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                position += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                skipLineComment()
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
                skipBlockComment()
            case UInt8(ascii: "/"):
                scanSlash()
            case UInt8(ascii: "#"):
                scanHash()
            case UInt8(ascii: "\""):
                scanString(hashes: 0)
            case UInt8(ascii: "`"):
                scanRawIdentifier()
            case UInt8(ascii: "("):
                depth += 1
                scanSymbol()
            case UInt8(ascii: ")") where insideInterpolation && depth == 0:
                position += 1
                return
            case UInt8(ascii: ")"):
                depth -= 1
                scanSymbol()
            case _ where isWord(byte):
                scanWord()
            default:
                scanSymbol()
            }
        }
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    private func text(from start: Int) -> String {
        String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func count(of byte: UInt8, from offset: Int = 0) -> Int {
        var found = 0
        while peek(offset + found) == byte { found += 1 }
        return found
    }
}

// MARK: - Words and symbols

extension SourceScanner {
    private mutating func append(from start: Int) {
        let startsLine = tokens.last.map { $0.line < line } ?? true
        tokens.append(.init(text: text(from: start), line: line, startsLine: startsLine))
    }

    private mutating func scanSymbol() {
        position += 1
        append(from: position - 1)
    }

    private mutating func scanWord() {
        let start = position
        while let byte = peek(), isWord(byte) { position += 1 }
        append(from: start)
    }

    /// Keeps the backquotes, so that a quoted name never equals a keyword.
    private mutating func scanRawIdentifier() {
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") { position += 1 }
        if peek() == UInt8(ascii: "`") { position += 1 }
        append(from: start)
    }
}

// MARK: - Comments

extension SourceScanner {
    private mutating func skipLineComment() {
        let start = position
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
        comments.append(.init(text: text(from: start), line: line))
    }

    private mutating func skipBlockComment() {
        var start = position
        var depth = 0
        repeat {
            switch (peek(), peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                depth += 1
                position += 2
            case (UInt8(ascii: "*"), UInt8(ascii: "/")):
                depth -= 1
                position += 2
            case (UInt8(ascii: "\n"), _):
                comments.append(.init(text: text(from: start), line: line))
                line += 1
                position += 1
                start = position
            default:
                position += 1
            }
        } while depth > 0 && position < bytes.count
        comments.append(.init(text: text(from: start), line: line))
    }
}

// MARK: - Literals

extension SourceScanner {
    private mutating func scanHash() {
        let hashes = count(of: UInt8(ascii: "#"))
        switch peek(hashes) {
        case UInt8(ascii: "\""):
            position += hashes
            scanString(hashes: hashes)
        case UInt8(ascii: "/"):
            position += hashes
            skipExtendedRegex(hashes: hashes)
        default:
            scanSymbol()
        }
    }

    /// Reads a string literal from its first quote; `hashes` is the number of `#` before it.
    private mutating func scanString(hashes: Int) {
        // Three quotes open lines of text only at the end of their own line: `#"""#` is one quote, quoted.
        let quotes = count(of: UInt8(ascii: "\"")) >= 3 && peek(3) == UInt8(ascii: "\n") ? 3 : 1
        position += quotes
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\n"):
                // A literal that does not end on its line is no Swift; going on as code loses the least.
                guard quotes == 3 else { return }
                line += 1
                position += 1
            case UInt8(ascii: "\\") where count(of: UInt8(ascii: "#"), from: 1) >= hashes:
                position += 1 + hashes
                if peek() == UInt8(ascii: "(") {
                    position += 1
                    scanCode(insideInterpolation: true)
                } else if peek() != UInt8(ascii: "\n") {
                    position += 1
                }
            case UInt8(ascii: "\"")
            where count(of: UInt8(ascii: "\"")) >= quotes && count(of: UInt8(ascii: "#"), from: quotes) >= hashes:
                position += quotes + hashes
                return
            default:
                position += 1
            }
        }
    }

    /// A slash begins a regular expression where a value may begin and the line holds its end; else it divides.
    private mutating func scanSlash() {
        let opensValue = tokens.last.map { "(,=[{:;!&|?".contains($0.text) || $0.text == "return" } ?? true
        guard opensValue, let next = peek(1), next != UInt8(ascii: " "), next != UInt8(ascii: ")") else {
            scanSymbol()
            return
        }
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "/") {
            guard bytes[end] != UInt8(ascii: "\n") else {
                scanSymbol()
                return
            }
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(end + 1, bytes.count)
    }

    private mutating func skipExtendedRegex(hashes: Int) {
        position += 1
        while let byte = peek() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            position += 1
            if byte == UInt8(ascii: "/"), count(of: UInt8(ascii: "#")) >= hashes {
                position += hashes
                return
            }
        }
    }
}
