import Crypto
import Git
import PromotionModel

/// A told history as bytes, with a digest of all of them.
///
/// Bytes that are cut short, damaged or of another version hold nothing.
package enum ToldHistoryFile {
    /// Changes whenever bytes of an older program must not count.
    private static let magic = Array("towptold2\n".utf8)
    private static let stateByteCount = SHA256.byteCount

    /// The bytes of `history`.
    package static func bytes(of history: ToldHistory) -> [UInt8] {
        var writer = Writer()
        for entry in history.entries { writer.put(entry) }
        var body = Array(history.commit.hex.utf8) + history.state
        Writer.put(writer.texts.count, in: &body)
        for text in writer.texts {
            Writer.put(text.utf8.count, in: &body)
            body += text.utf8
        }
        Writer.put(writer.artifactCount, in: &body)
        body += writer.artifacts
        Writer.put(history.entries.count, in: &body)
        body += writer.body
        return magic + Array(SHA256.hash(data: body)) + body
    }

    /// The history that `bytes` hold; `nil` where they hold none.
    package static func history(in bytes: [UInt8]) -> ToldHistory? {
        let start = magic.count + SHA256.byteCount
        guard bytes.count >= start + ObjectID.hexCount + stateByteCount, bytes.starts(with: magic),
            bytes[magic.count..<start].elementsEqual(SHA256.hash(data: bytes[start...])),
            let commit = ObjectID(hex: String(decoding: bytes[start..<(start + ObjectID.hexCount)], as: UTF8.self))
        else { return nil }
        let state = start + ObjectID.hexCount
        var reader = Reader(bytes: bytes, position: state + stateByteCount)
        do throws(Malformed) {
            for _ in 0..<(try reader.count()) {
                reader.texts.append(try reader.text(of: try reader.count()))
            }
            let artifactCount = try reader.count()
            reader.artifacts.reserveCapacity(artifactCount)
            for _ in 0..<artifactCount { reader.artifacts.append(try reader.writtenArtifact()) }
            let count = try reader.count()
            var entries: [HistoryEntry] = []
            entries.reserveCapacity(count)
            for _ in 0..<count { entries.append(try reader.entry()) }
            guard reader.position == bytes.count else { return nil }
            return ToldHistory(
                commit: commit, state: Array(bytes[state..<(state + stateByteCount)]), entries: entries)
        } catch {
            return nil
        }
    }

    private struct Malformed: Error {}

    /// Writes entries; every text and every artifact once.
    private struct Writer {
        var texts: [String] = []
        var artifacts: [UInt8] = []
        var artifactCount = 0
        var body: [UInt8] = []
        private var numbers: [String: Int] = [:]
        /// Of each component, what the entry before found, which is what the next one made of it.
        private var found: [ComponentName: (artifact: Artifact, number: Int)] = [:]

        init() {}

        static func put(_ number: Int, in bytes: inout [UInt8]) {
            let word = UInt32(truncatingIfNeeded: number)
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }

        private mutating func put(_ number: Int) { Self.put(number, in: &body) }

        private mutating func put(_ text: String?) {
            put(number(of: text))
        }

        private mutating func number(of text: String?) -> Int {
            guard let text else { return 0 }
            if let number = numbers[text] { return number }
            texts.append(text)
            numbers[text] = texts.count
            return texts.count
        }

        mutating func put(_ entry: HistoryEntry) {
            // No other entry has it.
            put(entry.commit.utf8.count)
            body += entry.commit.utf8
            put(Int(truncatingIfNeeded: entry.at.seconds & 0xFFFF_FFFF))
            put(Int(truncatingIfNeeded: entry.at.seconds >> 32))
            put(entry.author)
            put(entry.subject)
            put(entry.promotions.count)
            for promotion in entry.promotions { put(promotion.description) }
            put(entry.result?.rawValue)
            put(entry.changes.count)
            for change in entry.changes {
                put(change.component.description)
                put(change.from, of: change.component, change.to)
                put(change.result?.rawValue)
                put(change.promotion?.description)
            }
            put(entry.emergencies.count)
            for (promotion, emergency) in entry.emergencies.sorted(by: { $0.key.description < $1.key.description }) {
                put(promotion.description)
                put(emergency.reason)
                put(emergency.by.count)
                for name in emergency.by { put(name) }
                put(emergency.reviewWithin.description)
            }
        }

        private mutating func put(_ from: Artifact?, of component: ComponentName, _ to: Artifact?) {
            var number = 0
            if let to {
                let known = found[component]
                number = known.flatMap { $0.artifact == to ? $0.number : nil } ?? add(to)
            }
            guard let from else {
                put(0)
                return put(number)
            }
            let former = add(from)
            found[component] = (from, former)
            put(former)
            put(number)
        }

        /// Adds `artifact` to the list of all; its number there, from 1 on.
        private mutating func add(_ artifact: Artifact) -> Int {
            for text in [artifact.kind.rawValue, artifact.repository, artifact.tag] {
                Self.put(number(of: text), in: &artifacts)
            }
            // Hardly ever does another artifact have it.
            let start = artifacts.count
            Self.put(0, in: &artifacts)
            artifact.digest?.append(to: &artifacts)
            artifacts[start] = UInt8(artifacts.count - start - 4)
            artifactCount += 1
            return artifactCount
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position: Int
        var texts: [String] = []
        var artifacts: [Artifact] = []

        /// A number that something still to be read has at least as many bytes for.
        mutating func count() throws(Malformed) -> Int {
            let number = try word()
            guard number <= bytes.count - position else { throw Malformed() }
            return number
        }

        private mutating func word() throws(Malformed) -> Int {
            guard bytes.count - position >= 4 else { throw Malformed() }
            defer { position += 4 }
            return Int(bytes[position]) | Int(bytes[position + 1]) << 8 | Int(bytes[position + 2]) << 16
                | Int(bytes[position + 3]) << 24
        }

        mutating func text(of count: Int) throws(Malformed) -> String {
            guard let text = String(validating: bytes[position..<(position + count)], as: UTF8.self) else {
                throw Malformed()
            }
            position += count
            return text
        }

        private mutating func optionalText() throws(Malformed) -> String? {
            let number = try word()
            guard number <= texts.count else { throw Malformed() }
            return number == 0 ? nil : texts[number - 1]
        }

        private mutating func text() throws(Malformed) -> String {
            guard let text = try optionalText() else { throw Malformed() }
            return text
        }

        /// What `make` makes of `text`, which it once came from.
        private func made<Value>(_ text: String, _ make: (String) throws -> Value?) throws(Malformed) -> Value {
            do {
                if let value = try make(text) { return value }
            } catch {
                throw Malformed()
            }
            throw Malformed()
        }

        private mutating func promotion() throws(Malformed) -> PromotionID {
            try made(try text()) { PromotionID($0) }
        }

        private mutating func result() throws(Malformed) -> LedgerResult? {
            guard let text = try optionalText() else { return nil }
            return try made(text) { LedgerResult(rawValue: $0) }
        }

        private mutating func list<Value>(
            _ read: (inout Reader) throws(Malformed) -> Value
        ) throws(Malformed) -> [Value] {
            var values: [Value] = []
            for _ in 0..<(try count()) { values.append(try read(&self)) }
            return values
        }

        private mutating func artifact() throws(Malformed) -> Artifact? {
            let number = try word()
            guard number <= artifacts.count else { throw Malformed() }
            return number == 0 ? nil : artifacts[number - 1]
        }

        /// An artifact in the list of all.
        mutating func writtenArtifact() throws(Malformed) -> Artifact {
            let kind = try text()
            let (repository, tag) = (try text(), try optionalText())
            let byteCount = try count()
            let digest = byteCount == 0 ? nil : try text(of: byteCount)
            return Artifact(
                kind: try made(kind) { ArtifactKind(rawValue: $0) }, repository: repository, tag: tag,
                digest: try digest.map { (text) throws(Malformed) in try made(text) { try Digest($0) } })
        }

        private mutating func change() throws(Malformed) -> HistoryEntry.Change {
            let component = try made(try text()) { try ComponentName($0) }
            let (from, to, result) = (try artifact(), try artifact(), try result())
            let promotion = try optionalText()
            return HistoryEntry.Change(
                component: component, from: from, to: to, result: result,
                promotion: try promotion.map { (text) throws(Malformed) in try made(text) { PromotionID($0) } })
        }

        mutating func entry() throws(Malformed) -> HistoryEntry {
            let commit = try text(of: try count())
            let (low, high) = (try word(), try word())
            let seconds = Int64(high) << 32 | Int64(low)
            let (author, subject) = (try text(), try text())
            let promotions = try list { (reader) throws(Malformed) in try reader.promotion() }
            let result = try result()
            let changes = try list { (reader) throws(Malformed) in try reader.change() }
            let emergencies = try list { (reader) throws(Malformed) in
                let promotion = try reader.promotion()
                let reason = try reader.text()
                let by = try reader.list { (reader) throws(Malformed) in try reader.text() }
                let within = try reader.made(try reader.text()) { try TimeSpan($0) }
                return (promotion, Emergency(reason: reason, by: by, reviewWithin: within))
            }
            return HistoryEntry(
                commit: commit, at: Timestamp(seconds: seconds), author: author, subject: subject,
                promotions: promotions, result: result, changes: changes,
                emergencies: Dictionary(emergencies) { first, _ in first })
        }
    }
}
