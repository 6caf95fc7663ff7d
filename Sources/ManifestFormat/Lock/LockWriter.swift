package import PromotionModel

/// Writes `environment.lock`: canonical YAML, keys sorted, one field a line, so that a diff and a blame read well.
package enum LockWriter {
    /// The version that this program writes and reads.
    static let version = "towpath.dev/v1"

    /// The lock's bytes; the same record gives the same bytes.
    package static func bytes(_ record: EnvironmentRecord) -> [UInt8] {
        var lines = LockLines(byteCount: 512 + record.components.count * 384)
        lines.add("# Written by towpath; a change made by hand is reported as drift.")
        lines.add(0, "apiVersion", version)
        section("components", record.components, in: &lines) { $1.write($0) }
        if let configuration = record.configuration {
            lines.add(0, "configuration")
            lines.add(1, "at", configuration.at)
            lines.add(1, "digest", configuration.digest)
            lines.add(1, "promotion", configuration.promotion.description)
        }
        lines.add(0, "environment", scalar(record.environment.description))
        section("holds", record.holds, in: &lines) { $1.write($0) }
        lines.add(0, "kind", "EnvironmentLock")
        section("pending", record.pending, in: &lines) { $1.write($0) }
        return lines.bytes
    }

    /// A mapping of mappings, sorted by key; nothing where it is empty.
    private static func section<Key: CustomStringConvertible, Value>(
        _ name: String, _ entries: [Key: Value], in lines: inout LockLines,
        _ write: (Value, inout LockLines) -> Void
    ) {
        guard !entries.isEmpty else { return }
        lines.add(0, name)
        let sorted = entries.map { (key: $0.key.description, value: $0.value) }.sorted { $0.key < $1.key }
        for entry in sorted {
            lines.add(1, scalar(entry.key))
            write(entry.value, &lines)
        }
    }

    private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// `text` as a scalar that every reader takes for a string: plain where that is safe, else in double quotes.
    static func scalar(_ text: String) -> String {
        let first = text.utf8.first ?? 0
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: "@"):
                true
            default: false
            }
        }
        if isLetter, isPlain, text.utf8.count > 5 || !words.contains(text.lowercased()) { return text }
        return quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.isInvisible:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                result += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
