import LedgerFormat
import ModelBuilders
import PromotionModel
import Testing

@Suite struct LedgerHistoryTests {
    @Test(arguments: 0..<UInt64(256))
    func `folding in two steps equals folding in one`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let entries = (0..<random.number(0...12)).map { _ in random.entry("prod") }
        let cut = random.number(0...entries.count)
        let whole = LedgerHistory.fold(entries, environment: "prod")
        let half = LedgerHistory.fold(Array(entries[..<cut]), environment: "prod")
        #expect(entries[cut...].reduce(half) { $0.applying($1) } == whole)
    }

    private static func entry(
        _ day: Int, _ result: LedgerResult, _ artifacts: [ComponentName: Artifact], retired: [ComponentName] = []
    ) -> LedgerHistory.Recorded {
        let at = Timestamp(seconds: Int64(day) * 86_400)
        var entry = LedgerEntry(
            environment: "staging", at: at, basis: String(repeating: "b", count: 40),
            signedOffBy: "t <t@example.invalid>")
        var item = LedgerEntry.Item(promotion: .of("staging", "a"), result: result)
        item.artifacts = artifacts
        item.retired = retired
        entry.items = [item]
        return LedgerHistory.Recorded(commit: String(repeating: "c", count: 40), entry: entry)
    }

    private static func stay(_ digit: Character, _ from: Int, _ until: Int?) -> Residence {
        Residence(
            environment: "staging", digest: .of(digit), from: Timestamp(seconds: Int64(from) * 86_400),
            until: until.map { Timestamp(seconds: Int64($0) * 86_400) }, health: .assumed)
    }

    private static func web(_ digit: Character, _ tag: String = "1") -> [ComponentName: Artifact] {
        ["web": .pinned("web", tag, digit)]
    }

    @Test(
        arguments: [
            // Moved on, and came back.
            (
                [entry(1, .adopted, web("1")), entry(2, .promoted, web("2")), entry(4, .promoted, web("1"))],
                [stay("1", 1, 2), stay("2", 2, 4), stay("1", 4, nil)]
            ),
            // Another tag of the same content is the same stay.
            ([entry(1, .promoted, web("1")), entry(2, .promoted, web("1", "again"))], [stay("1", 1, nil)]),
            // What waits or is refused is not there.
            ([entry(1, .waiting, web("1")), entry(2, .refused, web("1")), entry(3, .withdrawn, web("1"))], []),
            ([entry(1, .promoted, web("1")), entry(2, .waiting, web("2"))], [stay("1", 1, nil)]),
            // A rollback ends a stay, and so does retiring.
            (
                [entry(1, .promoted, web("1")), entry(2, .promoted, web("2")), entry(3, .rolledBack, web("1"))],
                [stay("1", 1, 2), stay("2", 2, 3), stay("1", 3, nil)]
            ),
            ([entry(1, .promoted, web("1")), entry(2, .promoted, [:], retired: ["web"])], [stay("1", 1, 2)]),
            // Two components with the same content have a stay each.
            (
                [
                    entry(1, .promoted, ["a": .pinned("x", "1", "1"), "b": .pinned("x", "1", "1")]),
                    entry(2, .promoted, [:], retired: ["a"]),
                ], [stay("1", 1, 2), stay("1", 1, nil)]
            ),
            // Without a digest nothing can be looked up.
            ([entry(1, .promoted, ["web": "web:1"]), entry(2, .promoted, web("1"))], [stay("1", 2, nil)]),
        ] as [([LedgerHistory.Recorded], [Residence])])
    func `a stay lasts from an arrival to the next`(_ entries: [LedgerHistory.Recorded], _ stays: [Residence]) {
        let history = LedgerHistory(entries: ["staging": entries])
        #expect(history.residences(of: [.of("1"), .of("2")]) == stays)
        #expect(history.residences(of: [.of("2")]) == stays.filter { $0.digest == .of("2") })
        #expect(history.residences(of: []).isEmpty)
    }

    @Test func `the evidence is what was folded and what ever arrived`() {
        let entries = [
            Self.entry(1, .adopted, Self.web("1")), Self.entry(2, .promoted, Self.web("2")),
            Self.entry(3, .waiting, Self.web("3")),
        ]
        let intrusion = LedgerEvidence.Intrusion(environment: "prod", commit: "x", message: "y")
        let evidence = LedgerHistory(entries: ["staging": entries], intrusions: [intrusion]).evidence
        #expect(evidence.arrivals == ["staging": Set(Self.web("1").values).union(Self.web("2").values)])
        #expect(evidence.folded["staging"]?.components["web"]?.artifact.digest == .of("2"))
        #expect(evidence.folded["staging"]?.pending.count == 1)
        #expect(evidence.intrusions == [intrusion])
    }
}
