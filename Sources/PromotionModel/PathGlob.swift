/// A pattern over paths: `*` within a segment, `**` across segments, `{name}` captures one segment or part of one.
///
/// A captured part is never empty. The same capture twice must match the same text.
package struct PathGlob: Hashable, Sendable, CustomStringConvertible {
    /// What was captured, by the name in braces.
    package typealias Captures = [String: String]

    private enum Token: Hashable {
        case literal([UInt8])
        case star
        case capture(String)
    }

    private enum Segment: Hashable {
        case anything
        case tokens([Token])
    }

    package let description: String
    private let segments: [Segment]

    /// Parses `pattern`.
    ///
    /// - Throws: ``Malformed`` for an absolute pattern, an empty segment, `..`, and braces that do not pair.
    package init(_ pattern: String) throws(Malformed) {
        guard !pattern.isEmpty else { throw Malformed(pattern: pattern, reason: "it is empty") }
        var segments: [Segment] = []
        for text in pattern.split(separator: "/", omittingEmptySubsequences: false) {
            guard !text.isEmpty, text != ".", text != ".." else {
                throw Malformed(
                    pattern: pattern, reason: "expected a path relative to the root, without \".\" and \"..\"")
            }
            if text == "**" {
                segments.append(.anything)
            } else {
                segments.append(.tokens(try Self.tokens(text, of: pattern)))
            }
        }
        self.segments = segments
        description = pattern
    }

    private static func tokens(_ text: Substring, of pattern: String) throws(Malformed) -> [Token] {
        var tokens: [Token] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        func flush() {
            if !literal.isEmpty { tokens.append(.literal(literal)) }
            literal = []
        }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                flush()
                if tokens.last != .star { tokens.append(.star) }
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")), end > rest.startIndex else {
                    throw Malformed(pattern: pattern, reason: "expected a name and \"}\" after \"{\"")
                }
                flush()
                tokens.append(.capture(String(decoding: rest[..<end], as: UTF8.self)))
                rest = rest[(end + 1)...]
            case UInt8(ascii: "}"):
                throw Malformed(pattern: pattern, reason: "\"}\" without \"{\"")
            default:
                literal.append(byte)
            }
        }
        flush()
        return tokens
    }

    /// The names in braces, in order of appearance.
    package var captureNames: [String] {
        segments.flatMap { segment -> [String] in
            guard case .tokens(let tokens) = segment else { return [] }
            return tokens.compactMap { token in
                if case .capture(let name) = token { name } else { nil }
            }
        }
    }

    /// The captures of the first way in which the whole of `path` matches, shortest first; `nil` where none does.
    package func match(_ path: String) -> Captures? {
        match(path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)[...], segments[...], [:])
    }

    /// Whether some path below the folder `path` could match: the walk need not enter folders where this is false.
    package func couldMatch(below path: String) -> Bool {
        let folders = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        for (index, folder) in folders.enumerated() {
            guard index < segments.count else { return false }
            switch segments[index] {
            case .anything: return true
            case .tokens(let tokens):
                guard Self.match(folder[...], tokens[...], [:]) != nil else { return false }
            }
        }
        return segments.count > folders.count
    }

    private func match(_ path: ArraySlice<[UInt8]>, _ pattern: ArraySlice<Segment>, _ captures: Captures) -> Captures? {
        guard let first = pattern.first else { return path.isEmpty ? captures : nil }
        let rest = pattern.dropFirst()
        switch first {
        case .anything:
            guard !rest.isEmpty else { return path.isEmpty ? nil : captures }
            for start in path.startIndex...path.endIndex {
                if let found = match(path[start...], rest, captures) { return found }
            }
            return nil
        case .tokens(let tokens):
            guard let segment = path.first, let found = Self.match(segment[...], tokens[...], captures) else {
                return nil
            }
            return match(path.dropFirst(), rest, found)
        }
    }

    private static func match(_ text: ArraySlice<UInt8>, _ tokens: ArraySlice<Token>, _ captures: Captures) -> Captures?
    {
        guard let first = tokens.first else { return text.isEmpty ? captures : nil }
        let rest = tokens.dropFirst()
        switch first {
        case .literal(let bytes):
            return text.starts(with: bytes) ? match(text.dropFirst(bytes.count), rest, captures) : nil
        case .star:
            for end in text.startIndex...text.endIndex {
                if let found = match(text[end...], rest, captures) { return found }
            }
            return nil
        case .capture(let name):
            guard !text.isEmpty else { return nil }
            for end in (text.startIndex + 1)...text.endIndex {
                let value = String(decoding: text[..<end], as: UTF8.self)
                if let known = captures[name], known != value { continue }
                if let found = match(text[end...], rest, captures.merging([name: value]) { old, _ in old }) {
                    return found
                }
            }
            return nil
        }
    }

    /// Why a text is no pattern.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let pattern: String
        package let reason: String

        package var description: String {
            "\"\(pattern.printable)\" is no path pattern: \(reason)"
        }
    }
}
