/// A pattern over paths: `*` within a segment, `**` across segments, `{name}` captures one segment or part of one.
///
/// A captured part is never empty. The same capture twice must match the same text.
package struct PathGlob: Hashable, Sendable, CustomStringConvertible {
    /// What was captured, by the name in braces.
    package typealias Captures = [String: String]

    fileprivate enum Token: Hashable {
        case literal([UInt8])
        case star
        case capture(String)
    }

    fileprivate enum Segment: Hashable {
        case anything
        case tokens([Token])
    }

    package let description: String
    private let segments: [Segment]
    /// The same without any search, where the pattern needs none.
    private let plain: PlainPathGlob?

    /// Two patterns are one where they are written alike.
    package static func == (left: PathGlob, right: PathGlob) -> Bool {
        left.description == right.description
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(description)
    }

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
        plain = PlainPathGlob(segments)
        description = pattern
        guard repeatedCaptures.count <= Self.maximumRepeatedCaptures else {
            throw Malformed(pattern: pattern, reason: "at most two captures may stand more than once")
        }
    }

    /// Each capture that must match the same text again multiplies the ways to try; no layout met needs more than one.
    private static let maximumRepeatedCaptures = 2

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
        if let plain { return plain.match(path) }
        let folders = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        var matching = Matching(segments: segments, path: folders, repeated: repeatedCaptures)
        return matching.captures()
    }

    /// Whether the pattern is the folder `path` and below it a capture of a whole name, so that it captures the name of
    /// whatever is there; the root is "".
    package func capturesNames(in path: String) -> Bool {
        plain?.capturesNames(in: path) ?? false
    }

    /// Whether some path below the folder `path` could match: the walk need not enter folders where this is false.
    package func couldMatch(below path: String) -> Bool {
        // Where nothing crosses segments, what is as deep already has nothing below it.
        let depth = path.isEmpty ? 0 : path.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "/") ? 1 : 0) }
        guard depth < segments.count || segments.contains(.anything) else { return false }
        let folders = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        for (index, folder) in folders.enumerated() {
            guard index < segments.count else { return false }
            if segments[index] == .anything { return true }
            var matching = Matching(segments: [segments[index]], path: [folder], repeated: repeatedCaptures)
            guard matching.captures() != nil else { return false }
        }
        return segments.count > folders.count
    }

    /// The captures that stand more than once, sorted.
    private var repeatedCaptures: [String] {
        let names = captureNames
        return Set(names.filter { name in names.count { $0 == name } > 1 }).sorted()
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

/// One attempt to match a path.
///
/// Remembers from which position on a wildcard is known to lead nowhere, so that nothing is tried twice: the time is
/// bounded by the product of the lengths, however many wildcards the pattern has.
private struct Matching {
    /// A wildcard of the pattern at a segment of the path, under what the repeated captures hold.
    private struct Wildcard: Hashable {
        let segment: Int
        let token: Int
        let folder: Int
        let bound: [String]
    }

    /// A place in the pattern and in the path.
    private struct Position {
        var segment: Int
        var token: Int
        var folder: Int
        var offset: Int
    }

    private let segments: [PathGlob.Segment]
    private let path: [[UInt8]]
    private let repeated: [String]
    private var failures: [Wildcard: Int] = [:]

    init(segments: [PathGlob.Segment], path: [[UInt8]], repeated: [String]) {
        self.segments = segments
        self.path = path
        self.repeated = repeated
    }

    mutating func captures() -> PathGlob.Captures? {
        match(segment: 0, folder: 0, [:])
    }

    private mutating func match(segment: Int, folder: Int, _ captures: PathGlob.Captures) -> PathGlob.Captures? {
        guard segment < segments.count else { return folder == path.count ? captures : nil }
        switch segments[segment] {
        case .anything:
            guard segment < segments.count - 1 else { return folder < path.count ? captures : nil }
            let wildcard = Wildcard(segment: segment, token: 0, folder: 0, bound: bound(captures))
            return first(from: folder, through: path.count, of: wildcard) { matching, start in
                matching.match(segment: segment + 1, folder: start, captures)
            }
        case .tokens(let tokens):
            guard folder < path.count else { return nil }
            return match(tokens, Position(segment: segment, token: 0, folder: folder, offset: 0), captures)
        }
    }

    private mutating func match(
        _ tokens: [PathGlob.Token], _ position: Position, _ captures: PathGlob.Captures
    ) -> PathGlob.Captures? {
        let text = path[position.folder]
        guard position.token < tokens.count else {
            guard position.offset == text.count else { return nil }
            return match(segment: position.segment + 1, folder: position.folder + 1, captures)
        }
        func after(_ offset: Int) -> Position {
            Position(
                segment: position.segment, token: position.token + 1, folder: position.folder, offset: offset)
        }
        let wildcard = Wildcard(
            segment: position.segment, token: position.token, folder: position.folder, bound: bound(captures))
        switch tokens[position.token] {
        case .literal(let bytes):
            guard text[position.offset...].starts(with: bytes) else { return nil }
            return match(tokens, after(position.offset + bytes.count), captures)
        case .star:
            // The last one takes all that is left, or nothing matches.
            let isLast = position.token == tokens.count - 1
            return first(from: isLast ? text.count : position.offset, through: text.count, of: wildcard) {
                matching, end in
                matching.match(tokens, after(end), captures)
            }
        case .capture(let name):
            if let known = captures[name] {
                guard text[position.offset...].starts(with: known.utf8) else { return nil }
                return match(tokens, after(position.offset + known.utf8.count), captures)
            }
            let isLast = position.token == tokens.count - 1
            let start = isLast ? max(position.offset + 1, text.count) : position.offset + 1
            return first(from: start, through: text.count, of: wildcard) { matching, end in
                // Never half a character.
                guard end == text.count || text[end] & 0xC0 != 0x80 else { return nil }
                let value = String(decoding: text[position.offset..<end], as: UTF8.self)
                var captures = captures
                captures[name] = value
                return matching.match(tokens, after(end), captures)
            }
        }
    }

    /// The first success of `attempt` at a position from `start` on.
    ///
    /// What a wildcard has tried in vain from one position on it need not try again from a later one.
    private mutating func first(
        from start: Int, through end: Int, of wildcard: Wildcard,
        _ attempt: (inout Matching, Int) -> PathGlob.Captures?
    ) -> PathGlob.Captures? {
        let failed = failures[wildcard] ?? .max
        for position in stride(from: start, through: Swift.min(end, failed - 1), by: 1) {
            if let found = attempt(&self, position) { return found }
        }
        failures[wildcard] = Swift.min(start, failed)
        return nil
    }

    private func bound(_ captures: PathGlob.Captures) -> [String] {
        repeated.map { captures[$0] ?? "" }
    }
}

/// A pattern in which each segment is a fixed text or captures a whole segment, and nothing is captured twice: nearly all
/// are, and match in one way or not at all.
private struct PlainPathGlob {
    private enum Part {
        case literal([UInt8])
        case capture(String)
    }

    private let parts: [Part]
    /// Whether anything may follow, but not nothing.
    private let isOpen: Bool
    /// What stands before the last folder, where that is all that is captured, with a slash behind it.
    private let above: [UInt8]?

    /// `nil` where `segments` say more.
    init?(_ segments: [PathGlob.Segment]) {
        isOpen = segments.last == .anything
        var parts: [Part] = []
        var names: Set<String> = []
        for segment in isOpen ? segments.dropLast() : segments[...] {
            guard case .tokens(let tokens) = segment, tokens.count == 1 else { return nil }
            switch tokens[0] {
            case .literal(let bytes): parts.append(.literal(bytes))
            case .capture(let name):
                guard names.insert(name).inserted else { return nil }
                parts.append(.capture(name))
            case .star: return nil
            }
        }
        self.parts = parts
        var above: [UInt8] = []
        var isFixed = !isOpen
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let text) where index < parts.count - 1: above += text + [UInt8(ascii: "/")]
            case .capture where index == parts.count - 1: break
            default: isFixed = false
            }
        }
        self.above = isFixed ? above : nil
    }

    func capturesNames(in path: String) -> Bool {
        guard let above else { return false }
        return path.isEmpty
            ? above.isEmpty : above.last == UInt8(ascii: "/") && above.dropLast().elementsEqual(path.utf8)
    }

    func match(_ path: String) -> PathGlob.Captures? {
        let bytes = path.utf8
        var captures: PathGlob.Captures = [:]
        var next = bytes.startIndex
        var folder = Self.folder(of: bytes, from: &next)
        for part in parts {
            guard let found = folder else { return nil }
            switch part {
            case .literal(let text):
                guard found.elementsEqual(text) else { return nil }
            case .capture(let name):
                captures[name] = String(Substring(found))
            }
            folder = Self.folder(of: bytes, from: &next)
        }
        return (folder != nil) == isOpen ? captures : nil
    }

    /// The folder of `path` that begins at `start` or behind the next slashes; `start` is then behind it.
    private static func folder(of path: String.UTF8View, from start: inout String.Index) -> Substring.UTF8View? {
        guard let first = path[start...].firstIndex(where: { $0 != UInt8(ascii: "/") }) else { return nil }
        start = path[first...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
        return path[first..<start]
    }
}
