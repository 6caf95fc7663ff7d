package import PromotionModel

/// Writes `environment.lock`: canonical YAML, keys sorted, one field a line, so that a diff and a blame read well.
package enum LockWriter {
    /// The version that this program writes and reads.
    static let version = "towpath.dev/v1"

    /// The lock's bytes; the same record gives the same bytes.
    package static func bytes(_ record: EnvironmentRecord) -> [UInt8] {
        var lines = [
            "# Written by towpath; a change made by hand is reported as drift.",
            "apiVersion: \(version)",
        ]
        lines += section("components", record.components.map { ($0.key.description, fields($0.value)) })
        if let configuration = record.configuration {
            lines.append("configuration:")
            lines += [
                "  at: \(configuration.at)", "  digest: \(configuration.digest)",
                "  promotion: \(configuration.promotion)",
            ]
        }
        lines.append("environment: \(scalar(record.environment.description))")
        lines += section("holds", record.holds.map { ($0.key.description, fields($0.value)) })
        lines.append("kind: EnvironmentLock")
        lines += section("pending", record.pending.map { ($0.key.description, fields($0.value)) })
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// A mapping of mappings, sorted by key; nothing where it is empty.
    private static func section(_ name: String, _ entries: [(key: String, lines: [String])]) -> [String] {
        guard !entries.isEmpty else { return [] }
        return ["\(name):"]
            + entries.sorted { $0.key < $1.key }.flatMap { entry in
                ["  \(scalar(entry.key)):"] + entry.lines.map { "    " + $0 }
            }
    }

    private static func fields(_ component: EnvironmentRecord.Component) -> [String] {
        var lines = ["artifact: \(scalar(component.artifact.repository))", "at: \(component.at)"]
        if let digest = component.artifact.digest { lines.append("digest: \(digest)") }
        lines.append("health: \(component.health.rawValue)")
        if component.artifact.kind != .image { lines.append("kind: \(component.artifact.kind.rawValue)") }
        if let previous = component.previous { lines.append("previous: \(scalar(previous))") }
        lines.append("promotion: \(component.promotion)")
        if let source = component.source { lines.append("source: \(scalar(source.description))") }
        if let tag = component.artifact.tag { lines.append("version: \(scalar(tag))") }
        return lines
    }

    private static func fields(_ hold: Hold) -> [String] {
        var lines = ["owner: \(scalar(hold.owner))", "reason: \(scalar(hold.reason))"]
        if let rejected = hold.rejected { lines.append("rejected: \(rejected)") }
        lines.append("since: \(hold.since)")
        if let until = hold.until { lines.append("until: \(until)") }
        return lines
    }

    private static func fields(_ pending: EnvironmentRecord.Pending) -> [String] {
        var lines: [String] = []
        if !pending.artifacts.isEmpty {
            lines.append("artifacts:")
            lines += pending.artifacts.sorted { $0.key < $1.key }.map { name, artifact in
                "  \(scalar(name.description)): \(scalar(artifact.description))"
            }
        }
        if let configuration = pending.configuration { lines.append("configuration: \(configuration)") }
        if !pending.gates.isEmpty {
            lines.append("gates:")
            lines += pending.gates.sorted { $0.key < $1.key }.map { "  \($0.key.rawValue): \(scalar($0.value))" }
        }
        lines.append("result: \(pending.result.rawValue)")
        if !pending.retired.isEmpty {
            lines.append("retired:")
            lines += pending.retired.sorted().map { "  - \(scalar($0.description))" }
        }
        lines.append("since: \(pending.since)")
        return lines
    }

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
        let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        if isLetter, isPlain, !words.contains(text.lowercased()) { return text }
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
