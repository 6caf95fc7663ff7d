/// A pattern over tags, versions and revisions that never move once they are given.
///
/// `*` stands for any text, also for none; `{number}` for digits; `{commit}` for 7 to 64 hexadecimal digits in lower
/// case; `{semver}` for a whole version, `MAJOR.MINOR.PATCH` with what may follow after `-` or `+`. Everything else is
/// itself.
package struct TagPattern: Hashable, Sendable, CustomStringConvertible {
    private enum Part: Hashable {
        case text([UInt8])
        case any
        case number
        case commit
        case version
    }

    /// Why a text is no pattern.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The longest pattern in bytes: tags of registries end at 128.
    private static let mostBytes = 128
    /// The longest tag that is looked at, in bytes; a longer one matches nothing.
    private static let mostTagBytes = 256

    package let description: String
    private let parts: [Part]

    /// - Throws: ``Malformed`` for a pattern that is empty, too long, fits every tag, or has an unknown word in braces.
    package init(_ text: String) throws(Malformed) {
        guard text.isPlainWord, text.utf8.count <= Self.mostBytes else {
            throw Malformed(description: "expected a pattern of tags, such as \"v{semver}\", of one word")
        }
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "*"):
                rest = rest.dropFirst()
                if parts.last != .any { parts.append(.any) }
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")),
                    let part = Self.words[String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)]
                else {
                    throw Malformed(
                        description: "\"\(text)\": expected {number}, {commit} or {semver} where a brace opens")
                }
                parts.append(part)
                rest = rest[(end + 1)...]
            default:
                let run = rest.prefix { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "{") }
                parts.append(.text(Array(run)))
                rest = rest.dropFirst(run.count)
            }
        }
        guard parts != [.any] else {
            throw Malformed(description: "\"*\" fits every tag, and so says of none that it never moves")
        }
        description = text
        self.parts = parts
    }

    private static let words: [String: Part] = ["number": .number, "commit": .commit, "semver": .version]

    /// Whether `tag` is one of those that the pattern describes.
    package func matches(_ tag: String) -> Bool {
        let bytes = Array(tag.utf8)
        guard bytes.count <= Self.mostTagBytes else { return false }
        // All places that a beginning of the pattern can reach: the cost is the product of both lengths at most.
        var places: Set<Int> = [0]
        for part in parts {
            places = places.reduce(into: []) { $0.formUnion(Self.ends(of: part, from: $1, in: bytes)) }
            if places.isEmpty { return false }
        }
        return places.contains(bytes.count)
    }

    private static func ends(of part: Part, from start: Int, in bytes: [UInt8]) -> [Int] {
        switch part {
        case .text(let text): bytes[start...].starts(with: text) ? [start + text.count] : []
        case .any: Array(start...bytes.count)
        case .number: run(from: start, in: bytes, where: isDigit).map { $0 }
        case .commit:
            run(from: start, in: bytes) { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
                .filter { (7...64).contains($0 - start) }
        case .version: versionEnds(from: start, in: bytes)
        }
    }

    /// Where a run of bytes that fulfil `condition` may end, of one byte at least.
    private static func run(from start: Int, in bytes: [UInt8], where condition: (UInt8) -> Bool) -> [Int] {
        let count = bytes[start...].prefix(while: condition).count
        return count == 0 ? [] : Array((start + 1)...(start + count))
    }

    private static func versionEnds(from start: Int, in bytes: [UInt8]) -> [Int] {
        var end = start
        for place in 0..<3 {
            if place > 0 {
                guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return [] }
                end += 1
            }
            let digits = bytes[end...].prefix(while: isDigit).count
            guard digits > 0 else { return [] }
            end += digits
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") else {
            return [end]
        }
        let tail = run(from: end + 1, in: bytes) { byte in
            isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+")].contains(byte)
        }
        return [end] + tail
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte)
    }
}
