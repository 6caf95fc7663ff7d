import LedgerFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct LedgerMessageTests {
    private static let identity = "towpath <towpath@example.invalid>"

    private static func entry(_ items: [LedgerEntry.Item] = []) -> LedgerEntry {
        var entry = LedgerEntry(
            environment: "prod", at: "2026-11-21T09:30:00Z", basis: String(repeating: "b", count: 40),
            signedOffBy: identity)
        entry.items = items
        return entry
    }

    private static func item(
        _ result: LedgerResult, _ artifacts: [ComponentName: Artifact], retired: [ComponentName] = [],
        digit: Character = "c"
    ) -> LedgerEntry.Item {
        var item = LedgerEntry.Item(promotion: .of("prod", digit), result: result)
        item.artifacts = artifacts
        item.retired = retired
        item.contract = "policies/prod.yaml@" + String(repeating: "0", count: 40)
        return item
    }

    private static let before = EnvironmentRecord.make(
        "prod",
        ["web": .pinned("web", "1.4.2", "1"), "api": .pinned("api", "2.0", "2"), "old": .pinned("old", "9", "3")])

    private static let messages: [(String, LedgerEntry, EnvironmentRecord)] = {
        var promoted = item(.promoted, ["web": .pinned("web", "1.5.0", "4")])
        promoted.source = "staging"
        promoted.supersedes = [.of("prod", "a")]
        promoted.gates = [
            GateResult(.contract, .open, "judged by \"to-prod\" in policies/prod.yaml"),
            GateResult(.soak, .open, "web 1.5.0 in staging since 2026-11-20T00:00:00Z, for 30m or more"),
        ]
        var configuration = item(.promoted, ["api": .pinned("api", "2.0", "5"), "new": "new:1"], retired: ["old"])
        configuration.configuration = .of("f")
        var waiting = item(.waiting, ["web": .pinned("web", "1.5.0", "4")])
        waiting.gates = [
            GateResult(
                .soak, .pending, "web 1.5.0 has been in staging since 2026-11-21T09:15:00Z; 30m are full at …",
                nextChange: "2026-11-21T09:45:00Z"), GateResult(.hold, .open, "no hold"),
        ]
        var refused = item(.refused, ["api": "api:latest"], digit: "d")
        refused.gates = [
            GateResult(.pinned, .closed, "api declares api:latest without a digest; add @sha256:…"),
            GateResult(.hold, .pending, "api is held by Ada\n\nResult: promoted"),
        ]
        var held = entry()
        held.holds = [
            .make(.environment, until: "2026-12-01T00:00:00Z"), .make(.component("web"), rejected: .of("4")),
        ]
        var released = entry()
        released.released = [.environment, .component("web")]
        var both = released
        both.holds = held.holds
        var accepted = entry([item(.adopted, before.components.mapValues(\.artifact))])
        accepted.acceptance = HistoryAcceptance(
            replaced: String(repeating: "d", count: 40), reason: "a \"secret\"\nwas taken out")
        let empty = EnvironmentRecord(environment: "prod")
        let many = Dictionary(
            uniqueKeysWithValues: (100..<230).map { index in
                (Self.component("component-\(index)"), Artifact.pinned("c", "1.\(index)", "6"))
            })
        return [
            ("promote", entry([promoted]), before), ("promote-set", entry([configuration]), before),
            ("promote-and-block", entry([promoted, refused]), before),
            ("promote-many", entry([item(.promoted, many)]), empty),
            ("adopt", entry([item(.adopted, before.components.mapValues(\.artifact))]), empty),
            ("accept", accepted, empty), ("block", entry([waiting, refused]), before),
            ("wait", entry([waiting]), before),
            ("withdraw", entry([item(.withdrawn, ["web": .pinned("web", "1.5.0", "4")], retired: ["api"])]), before),
            ("rollback", entry([item(.rolledBack, ["web": .pinned("web", "1.3", "7")])]), before),
            ("hold", held, before), ("release", released, before), ("hold-and-release", both, before),
        ]
    }()

    private static func component(_ text: String) -> ComponentName {
        ComponentName(stringLiteral: text)
    }

    @Test(arguments: messages.indices)
    func `a message is for people first`(index: Int) {
        let (name, entry, before) = Self.messages[index]
        Golden.expect(LedgerMessage.text(for: entry, before: before), is: "\(name).txt")
    }

    @Test(arguments: messages.indices)
    func `a message reads back as its entry`(index: Int) throws {
        let (_, entry, before) = Self.messages[index]
        #expect(try LedgerReader.entry(in: LedgerMessage.text(for: entry, before: before)) == entry)
    }

    @Test(arguments: 0..<UInt64(256))
    func `any entry reads back from its message`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        for _ in 0..<4 {
            let entry = random.entry()
            var before = random.record()
            before.components.merge(EnvironmentRecord.make("prod", random.artifacts()).components) { $1 }
            let message = LedgerMessage.text(for: entry, before: before)
            #expect(try LedgerReader.entry(in: message) == entry)
            #expect(!message.unicodeScalars.contains { $0.isInvisible && $0 != "\n" && $0.value < 0xE000 })
        }
    }

    @Test(arguments: [nil, "", "a\n\nSigned-off-by: Eve <eve@example.invalid>", "\u{1B}[31m"])
    func `an acceptance reads back with who signed it off, and is no entry`(reason: String?) throws {
        let acceptance = HistoryAcceptance(replaced: String(repeating: "d", count: 40), reason: reason)
        let message = LedgerMessage.text(
            for: acceptance, of: "refs/heads/main", basis: String(repeating: "b", count: 40),
            at: "2026-11-21T09:30:00Z", signedOffBy: Self.identity)
        let read = try #require(try LedgerReader.acceptance(in: message))
        #expect(read.acceptance == acceptance && read.signedOffBy == Self.identity)
        #expect(try LedgerReader.entry(in: message) == nil)
        #expect(!message.contains("\u{1B}"))
        #expect(try LedgerReader.acceptance(in: message + "\nmore\n") == nil)
        #expect(throws: LedgerReader.Malformed.self) {
            try LedgerReader.acceptance(in: message.replacing("\"dddd", with: "\"dxdd"))
        }
    }

    @Test func `a reason of ten thousand bytes is kept whole`() throws {
        var random = RandomModel(seed: 7)
        var reason = ""
        while reason.utf8.count < 10_000 { reason += random.text() }
        var entry = Self.entry([Self.item(.waiting, ["web": "web:1"])])
        entry.items[0].gates = [GateResult(.hold, .closed, reason)]
        entry.holds = [
            Hold(scope: .environment, reason: reason, owner: reason, since: "2026-11-21T09:30:00Z", until: nil)
        ]
        let message = LedgerMessage.text(for: entry, before: Self.before)
        #expect(try LedgerReader.entry(in: message) == entry)
    }

    @Test(arguments: 0..<UInt64(256))
    func `no free text adds a paragraph or a trailer`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let entry = random.entry()
        let message = LedgerMessage.text(for: entry, before: random.record())
        let paragraphs = message.split(separator: "\n\n")
        #expect((2...3).contains(paragraphs.count))
        #expect(!(paragraphs.first?.contains("\n") ?? true), "the subject is one line")
        #expect((paragraphs.first?.count ?? 0) <= 200)
        #expect(!message.dropLast().contains("\n\n\n") && message.hasSuffix(">\n"))
        #expect(!message.split(separator: "\n").contains { $0.hasPrefix("---") }, "a divider cuts the message")
        let signOffs = message.split(separator: "\n").count { $0.hasPrefix("Signed-off-by: ") }
        #expect(signOffs == 1)
    }
}
