import ManifestFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct LockTests {
    private static let file = "environments/prod/environment.lock"

    private static let record: EnvironmentRecord = {
        var record = EnvironmentRecord(environment: "prod")
        record.components["web"] = EnvironmentRecord.Component(
            artifact: .pinned("web", "1.10", "1"), promotion: .of("prod", "a"), source: "staging",
            at: "2026-11-21T09:30:00Z", previous: Digest.of("0").description, health: .healthy)
        record.components["Deployment/api/app"] = EnvironmentRecord.Component(
            artifact: "localhost:5000/api:latest", promotion: .of("prod", "b"), source: nil, at: "2026-11-20T00:00:00Z",
            previous: nil, health: .assumed)
        record.configuration = EnvironmentRecord.Configuration(
            digest: .of("c"), promotion: .of("prod", "c"), at: "2026-11-20T00:00:00Z")
        record.pending[.of("prod", "d")] = EnvironmentRecord.Pending(
            result: .waiting, since: "2026-11-21T10:00:00Z",
            artifacts: ["web": .pinned("web", "1.11", "2"), "new": "new:no"], retired: ["old", "Deployment/api/app"],
            configuration: .of("d"),
            gates: [.soak: "web 1.11 has been in staging since 2026-11-21T09:00:00Z", .hold: "it's \"held\": #7"])
        record.holds[.environment] = .make(.environment, until: "2026-12-01T00:00:00Z")
        record.holds[.component("web")] = .make(.component("web"), rejected: .of("9"))
        return record
    }()

    private static let text = String(decoding: LockWriter.bytes(record), as: UTF8.self)

    private static func read(_ text: String, environment: EnvironmentName = "prod") throws -> EnvironmentRecord {
        try LockReader.record(Array(text.utf8), file: file, environment: environment)
    }

    @Test func `a lock is written one field a line`() {
        Golden.expect(Self.text, is: "lock-full.txt")
        Golden.expect(
            String(decoding: LockWriter.bytes(EnvironmentRecord(environment: "no")), as: UTF8.self),
            is: "lock-empty.txt")
    }

    @Test(arguments: 0..<UInt64(256))
    func `a lock reads back as it was written`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        for _ in 0..<4 {
            var record = random.record()
            // The writer sorts; a list in another order is the same list.
            for (id, pending) in record.pending { record.pending[id]?.retired = pending.retired.sorted() }
            let bytes = LockWriter.bytes(record)
            let text = try #require(String(validating: bytes, as: UTF8.self))
            #expect(!text.unicodeScalars.contains { $0.isInvisible && $0 != "\n" })
            #expect(try LockReader.record(bytes, file: Self.file, environment: record.environment) == record)
        }
    }

    @Test func `half a lock is refused, unless what is cut off is a whole section`() {
        let bytes = Array(Self.text.utf8)
        let accepted = (0..<bytes.count).filter { length in
            errorText { try LockReader.record(Array(bytes[..<length]), file: Self.file, environment: "prod") } == nil
        }
        // What is pending comes last and may be missing; the ledger tells whether it should be there.
        #expect(accepted.map { String(decoding: bytes[$0...].prefix(9), as: UTF8.self) } == ["pending:\n"])
    }

    @Test(arguments: 0..<UInt64(256))
    func `no other bytes mean the same lock`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        var bytes = Array(Self.text.utf8)
        let place = random.number(0...bytes.count - 1)
        switch random.number(0...2) {
        case 0: bytes[place] ^= UInt8(1 << random.number(0...6))
        case 1: bytes.remove(at: place)
        default: bytes.insert(random.pick(Array(" \n#\"a0".utf8)), at: place)
        }
        // A bit that makes another valid value makes another record: that is what the ledger is compared with.
        do {
            let record = try LockReader.record(bytes, file: Self.file, environment: "prod")
            #expect(record != Self.record && LockWriter.bytes(record) == bytes)
        } catch {
            #expect(error.place.file == Self.file)
        }
    }

    private static let edits: [(name: String, from: String, to: String)] = [
        ("newer version", "towpath.dev/v1", "towpath.dev/v2"),
        ("other kind", "kind: EnvironmentLock", "kind: Lock"),
        ("other environment", "environment: prod", "environment: dev"),
        ("comment", "# Written", "# Edited"),
        ("unknown field", "environment: prod", "environment: prod\nextra: 1"),
        ("misspelt field", "    health: healthy", "    helth: healthy"),
        ("unknown health", "health: healthy", "health: splendid"),
        ("quoted", "health: healthy", "health: \"healthy\""),
        ("indented", "    health: healthy", "     health: healthy"),
        ("bad digest", "digest: sha256:1", "digest: sha256:g"),
        ("bad promotion", "promotion: prod.aaaaaaaaaaaaaaaa", "promotion: prod.a"),
        ("bad instant", "at: 2026-11-21T09:30:00Z", "at: 2026-11-31T09:30:00Z"),
        ("bad artifact", "artifact: registry.test/web", "artifact: \"registry.test/w\\neb\""),
        ("tag in the repository", "artifact: registry.test/web", "artifact: \"registry.test/web:1\""),
        ("unknown gate", "      soak: ", "      sook: "),
        ("unknown result", "result: waiting", "result: maybe"),
        ("duplicate key", "    health: healthy", "    health: healthy\n    health: healthy"),
        ("sections swapped", "kind: EnvironmentLock\n", ""),
        ("no end", "kind: EnvironmentLock", "kind: EnvironmentLock\n---\na: b"),
        ("components a list", "components:\n", "components: []\nx:\n"),
        ("holds a scalar", "holds:\n", "holds: 7\nx:\n"),
        ("carriage returns", "\n", "\r\n"),
        ("tab", "  web", "\tweb"),
    ]

    @Test func `a lock that somebody else wrote is refused with a reason`() {
        let text = Self.edits.map { edit in
            let edited = Self.text.split(separator: edit.from, omittingEmptySubsequences: false).joined(
                separator: edit.to)
            #expect(edited != Self.text, "\(edit.name) changes nothing")
            return "\(edit.name)\n  \(errorText { try Self.read(edited) } ?? "accepted")\n"
        }.joined(separator: "\n")
        Golden.expect(text, is: "messages-lock.txt")
    }

    @Test func `the lock of another environment is refused`() {
        #expect(
            errorText { try Self.read(Self.text, environment: "dev") }?.hasSuffix("the lock of another environment")
                == true)
    }
}
