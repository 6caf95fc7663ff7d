import PromotionModel
import YAMLSource

/// Reads one mapping of a strict format, in which every field is known and every value has its shape.
///
/// A field that is misspelt must never vanish: it may be a gate. Whatever is wrong is a problem that names the place.
struct FieldReader {
    let node: YAMLNode
    let file: String

    /// Checks that `node` is a mapping with fields from `known` only.
    ///
    /// - Parameter noun: what the fields are called in messages, such as `gate`.
    init(_ node: YAMLNode, file: String, known: [String], noun: String = "field") throws(Problem) {
        self.node = node
        self.file = file
        guard node.kind == .mapping else {
            throw Self.problem(node, file, "expected a mapping with \(known.joined(separator: ", "))")
        }
        for (key, _) in node.pairs {
            guard let text = key.text, key.kind == .scalar else {
                throw Self.problem(key, file, "expected a plain key")
            }
            if known.contains(text) { continue }
            let hint = Spelling.nearest(to: text, among: known).map { "; did you mean \"\($0)\"?" }
            throw Self.problem(
                key, file,
                "unknown \(noun) \"\(text)\"" + (hint ?? "; expected one of \(known.joined(separator: ", "))"))
        }
    }

    static func problem(_ node: YAMLNode, _ file: String, _ message: String) -> Problem {
        Problem(Place(file: file, line: node.line, column: node.column), message)
    }

    func problem(_ message: String, at node: YAMLNode? = nil) -> Problem {
        Self.problem(node ?? self.node, file, message)
    }

    /// The value of `key`; `nil` where it is absent or null.
    func optional(_ key: String) -> YAMLNode? {
        guard let value = node[key], !(value.kind == .scalar && value.isNull) else { return nil }
        return value
    }

    func required(_ key: String) throws(Problem) -> YAMLNode {
        guard let value = optional(key) else { throw problem("\"\(key)\" is missing") }
        return value
    }

    /// The text of a scalar, as written.
    func text(_ value: YAMLNode) throws(Problem) -> String {
        guard value.kind == .scalar, let text = value.text else {
            throw problem("expected one value, not several", at: value)
        }
        return text
    }

    func requiredText(_ key: String) throws(Problem) -> String {
        let value = try required(key)
        let text = try text(value)
        guard !text.isEmpty else { throw problem("\"\(key)\" is empty", at: value) }
        return text
    }

    func optionalText(_ key: String) throws(Problem) -> String? {
        guard let value = optional(key) else { return nil }
        return try text(value)
    }

    /// One value, or a list of values.
    func values(_ key: String) throws(Problem) -> [YAMLNode]? {
        guard let value = optional(key) else { return nil }
        switch value.kind {
        case .scalar: return [value]
        case .sequence: return Array(value.items)
        case .mapping: throw problem("expected one value or a list", at: value)
        }
    }

    func flag(_ key: String) throws(Problem) -> Bool? {
        guard let value = optional(key) else { return nil }
        switch try text(value) {
        case "true": return true
        case "false": return false
        case let other: throw problem("expected true or false, found \"\(other)\"", at: value)
        }
    }

    func instant(_ key: String) throws(Problem) -> Timestamp? {
        guard let value = optional(key) else { return nil }
        let text = try text(value)
        guard let instant = Timestamp(text) else {
            throw problem(
                "\"\(text)\" is no instant: expected RFC 3339 with a zone, such as 2026-12-24T18:00:00Z", at: value)
        }
        return instant
    }

    func span(_ key: String) throws(Problem) -> TimeSpan? {
        guard let value = optional(key) else { return nil }
        let text = try text(value)
        return try parse(value) { () throws(TimeSpan.Malformed) in try TimeSpan(text) }
    }

    /// Runs a parser of text and names the place of what it refuses.
    func parse<Value, Failure: Error & CustomStringConvertible>(
        _ value: YAMLNode, _ body: () throws(Failure) -> Value
    ) throws(Problem) -> Value {
        do {
            return try body()
        } catch {
            throw problem(error.description, at: value)
        }
    }

    func environmentName(_ value: YAMLNode) throws(Problem) -> EnvironmentName {
        let text = try text(value)
        return try parse(value) { () throws(InvalidName) in try EnvironmentName(text) }
    }

    func globs(_ key: String) throws(Problem) -> [NameGlob]? {
        guard let values = try values(key) else { return nil }
        var globs: [NameGlob] = []
        for value in values {
            let text = try text(value)
            guard text.isPlainWord else { throw problem("expected a name or a pattern with *", at: value) }
            globs.append(NameGlob(text))
        }
        return globs
    }
}

/// Guesses what a misspelt word was meant to be.
package enum Spelling {
    /// The word of `words` that is at most two edits away from `word`, the nearest first.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let limit = min(2, max(1, word.count / 3))
        return words.map { ($0, distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.1 <= limit }.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Edits between two words: insert, delete, replace, swap of neighbours (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars.prefix(64))
        let right = Array(right.unicodeScalars.prefix(64))
        var rows = [Array(0...right.count)]
        for (row, scalar) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(rows[row][column + 1], current[column]) + 1
                cost = min(cost, rows[row][column] + (scalar == other ? 0 : 1))
                if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
                    cost = min(cost, rows[row - 1][column - 1] + 1)
                }
                current.append(cost)
            }
            rows.append(current)
        }
        return rows[left.count][right.count]
    }
}
