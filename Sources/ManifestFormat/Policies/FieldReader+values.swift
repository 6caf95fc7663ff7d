import PromotionModel
import YAMLSource

/// Values of fields that must not vanish: what stands there empty is refused, since it may have been meant as a demand.
extension FieldReader {
    /// Checks a mapping as ``init(_:file:known:noun:)`` does, and that none of its fields is empty.
    init(filled node: YAMLNode, file: String, known: [String], noun: String = "field") throws(Problem) {
        try self.init(node, file: file, known: known, noun: noun)
        for (key, value) in node.pairs where value.kind == .scalar && value.isNull {
            throw problem("\"\(key.text ?? "")\" is empty; leave it out to ask for nothing", at: value)
        }
    }

    /// A whole number within `range`, in decimal digits.
    func count(_ key: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = optional(key) else { return nil }
        let text = try text(value)
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let hasZeros = text.utf8.count > 1 && text.hasPrefix("0")
        guard isNumber, !hasZeros, let number = Int(text), range.contains(number) else {
            throw problem(
                "\"\(key)\" is \"\(text.printable)\": expected a whole number from \(range.lowerBound) "
                    + "to \(range.upperBound)", at: value)
        }
        return number
    }

    /// A span of time that is longer than nothing.
    func positiveSpan(_ key: String) throws(Problem) -> TimeSpan? {
        guard let span = try span(key) else { return nil }
        guard span.seconds > 0 else {
            throw problem("\"\(key)\" is no time at all: expected a duration such as 30m", at: node[key])
        }
        return span
    }

    /// One word, such as the name of a role.
    func word(_ key: String) throws(Problem) -> String? {
        guard let value = optional(key) else { return nil }
        return try word(of: value, key)
    }

    func requiredWord(_ key: String) throws(Problem) -> String {
        try word(of: try required(key), key)
    }

    private func word(of value: YAMLNode, _ key: String) throws(Problem) -> String {
        let text = try text(value)
        guard text.isPlainWord else { throw problem("\"\(key)\": expected one word", at: value) }
        return text
    }

    /// A list of words, each once and at least one; a single word stands for a list of one.
    func words(_ key: String) throws(Problem) -> [String]? {
        guard let values = try values(key) else { return nil }
        var words: [String] = []
        for value in values {
            let text = try word(of: value, key)
            guard !words.contains(text) else { throw problem("\"\(text)\" stands twice", at: value) }
            words.append(text)
        }
        guard !words.isEmpty else {
            throw problem("\"\(key)\" is an empty list; leave it out or name one", at: node[key])
        }
        return words
    }

    /// A list of patterns, at least one.
    func filledGlobs(_ key: String) throws(Problem) -> [NameGlob]? {
        try words(key).map { $0.map { NameGlob($0) } }
    }

    /// A list of nodes, at least one.
    func items(_ key: String, _ what: String) throws(Problem) -> [YAMLNode]? {
        guard let value = optional(key) else { return nil }
        guard value.kind == .sequence else { throw problem("\"\(key)\": expected a list of \(what)", at: value) }
        let items = Array(value.items)
        guard !items.isEmpty else { throw problem("\"\(key)\" is an empty list", at: value) }
        return items
    }

    /// A problem about a word that is none of `known`.
    func unknown(_ word: String, _ noun: String, among known: [String], at node: YAMLNode) -> Problem {
        let hint = Spelling.nearest(to: word, among: known).map { "did you mean \"\($0)\"?" }
        return problem(
            "unknown \(noun) \"\(word.printable)\"; \(hint ?? "expected one of \(known.joined(separator: ", "))")",
            at: node)
    }
}
