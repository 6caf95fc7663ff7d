import ModelBuilders
import PromotionModel
import Testing

@Suite struct EnvironmentRecordTests {
    private static let basis = String(repeating: "b", count: 40)

    private static func entry(
        _ items: [LedgerEntry.Item], at instant: Timestamp = "2026-11-02T00:00:00Z", holds: [Hold] = [],
        released: [Hold.Scope] = []
    ) -> LedgerEntry {
        var entry = LedgerEntry(
            environment: "prod", at: instant, basis: basis, signedOffBy: "towpath <t@example.invalid>")
        entry.items = items
        entry.holds = holds
        entry.released = released
        return entry
    }

    private static func item(
        _ digit: Character, _ result: LedgerResult, _ artifacts: [ComponentName: Artifact] = [:],
        retired: [ComponentName] = []
    ) -> LedgerEntry.Item {
        var item = LedgerEntry.Item(promotion: .of("prod", digit), result: result)
        item.artifacts = artifacts
        item.retired = retired
        return item
    }

    private let old = Artifact.pinned("web", "1.4", "1")
    private let new = Artifact.pinned("web", "1.5", "2")

    @Test(arguments: [LedgerResult.adopted, .promoted, .rolledBack])
    func `what arrives is recorded with what it replaced`(_ result: LedgerResult) {
        let before = EnvironmentRecord.make("prod", ["web": old, "api": old])
        let after = before.applying(Self.entry([Self.item("c", result, ["web": new])]))
        #expect(after.components["web"]?.artifact == new)
        #expect(after.components["web"]?.previous == old.digest?.description)
        #expect(after.components["web"]?.promotion == .of("prod", "c"))
        #expect(after.components["web"]?.at == "2026-11-02T00:00:00Z")
        #expect(after.components["api"] == before.components["api"])
    }

    @Test func `without a digest the replaced tag is kept`() {
        let before = EnvironmentRecord.make("prod", ["web": "web:1"])
        #expect(
            before.applying(Self.entry([Self.item("c", .promoted, ["web": new])])).components["web"]?.previous == "1")
    }

    @Test(arguments: [LedgerResult.waiting, .refused])
    func `what does not arrive is pending with its shut gates`(_ result: LedgerResult) {
        var item = Self.item("c", result, ["web": new])
        item.gates = [GateResult(.soak, .pending, "soon"), GateResult(.hold, .open, "no hold")]
        let before = EnvironmentRecord.make("prod", ["web": old])
        let once = before.applying(Self.entry([item]))
        #expect(once.components == before.components)
        #expect(once.pending[item.promotion]?.gates == [.soak: "soon"])
        #expect(once.pending[item.promotion]?.since == "2026-11-02T00:00:00Z")
        let twice = once.applying(Self.entry([item], at: "2026-11-03T00:00:00Z"))
        #expect(twice.pending[item.promotion]?.since == "2026-11-02T00:00:00Z", "it has waited since it was first seen")
    }

    @Test(arguments: [LedgerResult.adopted, .promoted, .rolledBack, .withdrawn])
    func `what arrives or is withdrawn is no longer pending`(_ result: LedgerResult) {
        let waiting = EnvironmentRecord(environment: "prod").applying(
            Self.entry([Self.item("c", .waiting, ["web": new])]))
        let after = waiting.applying(Self.entry([Self.item("c", result, ["web": new])]))
        #expect(after.pending.isEmpty)
        #expect((after.components["web"] != nil) == (result != .withdrawn))
    }

    @Test func `a retired component goes`() {
        let before = EnvironmentRecord.make("prod", ["web": old, "api": old])
        #expect(
            Set(before.applying(Self.entry([Self.item("c", .promoted, retired: ["web"])])).components.keys) == ["api"])
        #expect(before.applying(Self.entry([Self.item("c", .refused, retired: ["web"])])).components.count == 2)
    }

    @Test func `a hold set in the entry that releases the old one stays`() {
        let old = Hold.make(.component("web"))
        let new = Hold.make(.component("web"), since: "2026-11-05T00:00:00Z")
        let before = EnvironmentRecord.make("prod", [:], holds: [old, .make(.environment)])
        let after = before.applying(Self.entry([], holds: [new], released: [.component("web"), .environment]))
        #expect(after.holds == [.component("web"): new])
    }

    @Test func `an empty entry changes nothing`() {
        let before = EnvironmentRecord.make("prod", ["web": old])
        #expect(Self.entry([]).isEmpty)
        #expect(before.applying(Self.entry([])) == before)
    }
}

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("web", "web"), ("a b", "a b"), ("ü漢🚀", "ü漢🚀"), ("a\u{1B}[31m", #"a\u{1b}[31m"#), ("\u{202E}x", #"\u{202e}x"#),
        ("a\nb", #"a\u{a}b"#), ("\u{FEFF}", #"\u{feff}"#), ("\u{2028}", #"\u{2028}"#), ("\u{7F}", #"\u{7f}"#),
    ])
    func `what is invisible is written out`(_ text: String, _ printable: String) {
        #expect(text.printable == printable)
    }

    @Test(arguments: [
        (Place(file: "a.yaml"), "a.yaml"), (Place(file: "a.yaml", line: 3), "a.yaml:3"),
        (Place(file: "a.yaml", line: 3, column: 7), "a.yaml:3:7"), (Place(file: "a\n\u{1B}"), #"a\u{a}\u{1b}"#),
    ])
    func `a place is written as compilers do`(_ place: Place, _ text: String) {
        #expect(place.description == text)
    }

    @Test(arguments: [(Problem.Severity.error, "a:1: x"), (.skipped, "a:1: note: x"), (.warning, "a:1: warning: x")])
    func `a problem says how much it takes away`(_ severity: Problem.Severity, _ text: String) {
        #expect(Problem(Place(file: "a", line: 1), "x", severity: severity).description == text)
    }

    @Test func `captures fill a name once`() {
        #expect(FleetLayout.fill("{env}-{app}", with: ["env": "prod", "app": "web"]) == "prod-web")
        #expect(FleetLayout.fill("{env}", with: ["env": "{zone}", "zone": "x"]) == "{zone}")
        #expect(FleetLayout.fill("x", with: ["env": "prod"]) == "x")
        #expect(FleetLayout.lockPath(of: "prod") == "environments/prod/environment.lock")
    }
}
