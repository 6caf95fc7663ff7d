import PromotionModel

/// The lines of a lock as they are written, two blanks for each step down.
struct LockLines {
    private(set) var bytes: [UInt8] = []
    /// The last instant and how it is written: what arrived together shares one.
    private var last: (instant: Timestamp, text: String)?

    /// - Parameter byteCount: about how many there will be.
    init(byteCount: Int) {
        bytes.reserveCapacity(byteCount)
    }

    /// A line of its own.
    mutating func add(_ line: String) {
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A key that has lines below it, `depth` steps down.
    mutating func add(_ depth: Int, _ key: String) {
        begin(depth, key)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func add(_ depth: Int, _ key: String, _ value: String) {
        begin(depth, key)
        bytes.append(UInt8(ascii: " "))
        add(value)
    }

    mutating func add(_ depth: Int, _ key: String, _ digest: Digest) {
        begin(depth, key)
        bytes.append(UInt8(ascii: " "))
        digest.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func add(_ depth: Int, _ key: String, _ instant: Timestamp) {
        let text = last?.instant == instant ? last?.text : nil
        let written = text ?? instant.description
        last = (instant, written)
        add(depth, key, written)
    }

    private mutating func begin(_ depth: Int, _ key: String) {
        for _ in 0..<depth * 2 { bytes.append(UInt8(ascii: " ")) }
        bytes += key.utf8
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: - Parts of a lock

    mutating func write(_ component: EnvironmentRecord.Component) {
        add(2, "artifact", LockWriter.scalar(component.artifact.repository))
        add(2, "at", component.at)
        if let digest = component.artifact.digest { add(2, "digest", digest) }
        add(2, "health", component.health.rawValue)
        if component.artifact.kind != .image { add(2, "kind", component.artifact.kind.rawValue) }
        if let previous = component.previous { add(2, "previous", LockWriter.scalar(previous)) }
        add(2, "promotion", component.promotion.description)
        if let source = component.source { add(2, "source", LockWriter.scalar(source.description)) }
        if let tag = component.artifact.tag { add(2, "version", LockWriter.scalar(tag)) }
    }

    mutating func write(_ hold: Hold) {
        add(2, "owner", LockWriter.scalar(hold.owner))
        add(2, "reason", LockWriter.scalar(hold.reason))
        if let rejected = hold.rejected { add(2, "rejected", rejected) }
        add(2, "since", hold.since)
        if let until = hold.until { add(2, "until", until) }
    }

    mutating func write(_ pending: EnvironmentRecord.Pending) {
        if !pending.artifacts.isEmpty {
            add(2, "artifacts")
            for (name, artifact) in pending.artifacts.sorted(by: { $0.key < $1.key }) {
                add(3, LockWriter.scalar(name.description), LockWriter.scalar(artifact.description))
            }
        }
        if let configuration = pending.configuration { add(2, "configuration", configuration) }
        if !pending.gates.isEmpty {
            add(2, "gates")
            for (gate, reason) in pending.gates.sorted(by: { $0.key < $1.key }) {
                add(3, gate.rawValue, LockWriter.scalar(reason))
            }
        }
        add(2, "result", pending.result.rawValue)
        if !pending.retired.isEmpty {
            add(2, "retired")
            for name in pending.retired.sorted() { add("      - \(LockWriter.scalar(name.description))") }
        }
        add(2, "since", pending.since)
    }
}
