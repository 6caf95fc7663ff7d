/// A pattern over names in which `*` stands for any text, also for none.
package struct NameGlob: Hashable, Sendable, CustomStringConvertible {
    package let description: String
    private let parts: [[UInt8]]

    package init(_ pattern: String) {
        description = pattern
        parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether the pattern names exactly one name.
    package var isLiteral: Bool {
        parts.count == 1
    }

    /// How much of a name the pattern fixes; of two patterns that match, the greater is the more specific.
    package var specificity: Int {
        parts.reduce(isLiteral ? 1_000_000 : 0) { $0 + $1.count }
    }

    package func matches(_ name: String) -> Bool {
        guard !isLiteral else { return name.utf8.elementsEqual(parts[0]) }
        // `*` alone, which most patterns are.
        guard parts.count > 2 || !parts[0].isEmpty || !parts[1].isEmpty else { return true }
        let bytes = Array(name.utf8)
        guard bytes.starts(with: parts[0]) else { return false }
        var position = parts[0].count
        for part in parts[1..<(parts.count - 1)] {
            guard let found = Self.firstPosition(of: part, in: bytes, from: position) else { return false }
            position = found + part.count
        }
        let last = parts[parts.count - 1]
        return bytes.count - last.count >= position && bytes.suffix(last.count).elementsEqual(last)
    }

    private static func firstPosition(of part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= part.count else { return nil }
        return (start...max(start, bytes.count - part.count)).first { position in
            position + part.count <= bytes.count && bytes[position..<position + part.count].elementsEqual(part)
        }
    }
}
