import Git
import LedgerFormat
import Observing
import PromotionModel
import TestSupport
import Testing

/// The ledger as it is read back from histories that people make.
@Suite struct LedgerWalkTests {
    private static let dev = "environments/dev/environment.lock"

    /// A message that closes as an entry of `environment` does.
    private func entry(_ environment: String = "dev", by identity: String = "Ada <ada@example.invalid>") -> String {
        """
        hold(\(environment)): everything: to look

        Environment: \(environment)
        Release: *
        Recorded-At: 2026-11-20T12:00:00Z
        Basis: \(String(repeating: "0", count: 40))
        Signed-off-by: \(identity)
        """
    }

    private func history(_ bare: BareRepository) throws -> LedgerHistory {
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.tip() ?? ""))
        return try LedgerWalk.history(of: [EnvironmentName("dev")], from: tip, in: repository)
    }

    @Test func `entries come oldest first, and commits beside the locks are passed over`() throws {
        let bare = try BareRepository()
        try bare.commit(["README.md": "1"])
        let first = try bare.commit([Self.dev: "1"], entry())
        try bare.commit(["README.md": "2", "environments/dev/a.yaml": "a"])
        try bare.commit(["environments/prod/environment.lock": "1"], entry("prod"))
        let second = try bare.commit([Self.dev: "2"], entry())
        let history = try history(bare)
        #expect(history.entries[try EnvironmentName("dev")]?.map(\.commit) == [first, second])
        #expect(history.intrusions.isEmpty)
    }

    @Test(arguments: [3, 40]) func `a lock in the first commit of all belongs to no entry`(count: Int) throws {
        let names = try (0..<count).map { try EnvironmentName("env-\($0)") }
        var files: [String: BareRepository.Entry] = [:]
        for name in names { files["environments/\(name)/a.yaml"] = "a" }
        files["environments/env-1/environment.lock"] = "1"
        let bare = try BareRepository()
        try bare.commit(files)
        let second = try bare.commit(["environments/env-2/environment.lock": "1"], entry("env-2"))
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: second))
        let history = try LedgerWalk.history(of: names, from: tip, in: repository)
        #expect(history.entries.mapValues { $0.map(\.commit) } == [names[2]: [second]])
        #expect(history.intrusions.map(\.environment) == [names[1]])
    }

    private static let forgeries: [(name: String, message: String, told: String)] = [
        ("no trailers", "Tidy up", "no ledger entry, by Ada <ada@example.invalid>: Tidy up"),
        ("trailers in the middle", "Tidy\n\nEnvironment: dev\nRelease: *\n\nand more words", "no ledger entry"),
        ("a line that is no trailer", "Tidy\n\nEnvironment: dev\nhello\nSigned-off-by: A <a@x>", "no ledger entry"),
        (
            "two environments",
            "x\n\nEnvironment: dev\nEnvironment: prod\nRelease: *\nRecorded-At: 2026-11-20T12:00:00Z\n"
                + "Basis: 0000000000000000000000000000000000000000\nSigned-off-by: A <a@x>", "no ledger entry"
        ),
        (
            "a broken instant",
            "x\n\nEnvironment: dev\nRelease: *\nRecorded-At: today\n"
                + "Basis: 0000000000000000000000000000000000000000\nSigned-off-by: A <a@x>", "a broken ledger entry"
        ),
    ]

    @Test(arguments: forgeries)
    func `a commit that only looks like an entry is an intrusion`(_: String, message: String, told: String) throws {
        let bare = try BareRepository()
        try bare.commit([Self.dev: "1"], entry(), isRoot: false)
        try bare.commit([Self.dev: "2"], message)
        let intrusions = try history(bare).intrusions
        #expect(intrusions.last?.message.hasPrefix(told) == true, "\(intrusions)")
    }

    @Test func `an entry of another environment, or signed off by another, is an intrusion`() throws {
        let bare = try BareRepository()
        try bare.commit(["README.md": "1"])
        try bare.commit([Self.dev: "1"], entry("prod"))
        try bare.commit([Self.dev: "2"], entry(by: "Eve <eve@example.invalid>"))
        try bare.commit([Self.dev: .gone])
        #expect(
            try history(bare).intrusions.map(\.message) == [
                "an entry of prod, by Ada <ada@example.invalid>",
                "signed off by Eve <eve@example.invalid> and committed by another, Ada <ada@example.invalid>",
                "deleted by Ada <ada@example.invalid>",
            ])
    }

    @Test func `merges in both directions keep whoever wrote the lock`() throws {
        let bare = try BareRepository()
        let root = try bare.commit(["README.md": "1"])
        let first = try bare.commit([Self.dev: "1"], entry())
        // A topic that began before the entry and merges main into itself, and is then merged into main.
        try bare.commit(["a": "1"], branch: "topic", from: root)
        let tree = try bare.git("merge-tree", "--write-tree", "topic", "main")
        let merged = try bare.git("commit-tree", "-p", "topic", "-p", "main", "-m", "Merge main", tree)
        try bare.git("update-ref", "refs/heads/topic", merged)
        try bare.merge("topic", "Merge the topic")
        try bare.git("update-ref", "refs/heads/main", merged)
        let second = try bare.commit([Self.dev: "2"], entry())
        let history = try history(bare)
        #expect(history.entries[try EnvironmentName("dev")]?.map(\.commit) == [first, second])
        #expect(history.intrusions.isEmpty)
    }

    @Test func `a merge commit that changes the lock itself is an intrusion`() throws {
        let bare = try BareRepository()
        try bare.commit(["README.md": "1"])
        try bare.commit([Self.dev: "1"], entry())
        try bare.commit(["a": "1"], branch: "topic", from: try bare.tip())
        try bare.commit([Self.dev: "3"], branch: "evil", from: try bare.tip())
        let tree = try bare.git("rev-parse", "evil^{tree}")
        let merged = try bare.git("commit-tree", "-p", "main", "-p", "topic", "-m", "Merge", tree)
        try bare.git("update-ref", "refs/heads/main", merged)
        #expect(
            try history(bare).intrusions.map(\.message) == [
                "changed in a commit with 2 parents by Ada <ada@example.invalid>"
            ])
    }
}
