/// A pattern over principals or namespaces (ssh_config(5), PATTERNS): `*` any text, `?` one byte, `!` in front negates.
struct WordPattern: Hashable, Sendable {
    let isNegated: Bool
    /// Without the `!`.
    let text: String
    private let bytes: [UInt8]

    init(_ word: Substring) {
        isNegated = word.first == "!"
        text = String(isNegated ? word.dropFirst() : word)
        bytes = Array(text.utf8)
    }

    /// Whether the pattern names exactly one word.
    var isLiteral: Bool {
        !bytes.contains(UInt8(ascii: "*")) && !bytes.contains(UInt8(ascii: "?"))
    }

    /// Whether the pattern says nothing about a word but, at most, how long it is.
    var isBlank: Bool {
        bytes.allSatisfy { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// Whether `word` has the form of the pattern, negated or not.
    ///
    /// Goes back to the last `*` only, so it takes at most as many steps as the product of both lengths.
    func covers(_ word: String) -> Bool {
        let word = Array(word.utf8)
        var (position, index) = (0, 0)
        var star: (index: Int, position: Int)?
        while position < word.count {
            if index < bytes.count, bytes[index] == UInt8(ascii: "*") {
                star = (index, position)
                index += 1
            } else if index < bytes.count, bytes[index] == UInt8(ascii: "?") || bytes[index] == word[position] {
                index += 1
                position += 1
            } else if let last = star {
                star = (last.index, last.position + 1)
                index = last.index + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return bytes[index...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// A comma-separated list of patterns: some pattern must match, no negated one may.
struct WordPatternList: Hashable, Sendable {
    let patterns: [WordPattern]
    /// As written.
    let text: String

    /// `nil` where an item of the list is empty.
    init?(_ text: String) {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        patterns = words.map(WordPattern.init)
        self.text = text
        guard patterns.allSatisfy({ !$0.text.isEmpty }) else { return nil }
    }

    func matches(_ word: String) -> Bool {
        let covering = patterns.filter { $0.covers(word) }
        return !covering.isEmpty && !covering.contains(where: \.isNegated)
    }
}
