import ModelBuilders
import Planning
import PromotionModel
import Testing

/// A ledger, what is asked of it, and what a rollback makes of it.
struct RollbackCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// An entry a line: a result, then components with their versions, such as `promoted web 2 api 1`.
    let ledger: [String]
    let asked: [ComponentName]
    /// Digests, by version, that holds in force reject.
    let held: [Character]
    let answer: String

    init(
        _ name: String, _ ledger: [String], of asked: [ComponentName] = [], held: [Character] = [], gives answer: String
    ) {
        testDescription = name
        self.ledger = ledger
        self.asked = asked
        self.held = held
        self.answer = answer
    }

    static let all: [RollbackCase] = [
        RollbackCase("to the version before", ["adopted web 1", "promoted web 2"], gives: "web 2 → 1"),
        RollbackCase(
            "what was rolled back is no way back, though its hold is gone",
            ["adopted web 1", "promoted web 2", "promoted web 3", "rolled-back web 2"], gives: "web 2 → 1"),
        RollbackCase(
            "nor is any that an earlier rollback moved away from",
            [
                "adopted web 1", "promoted web 2", "promoted web 3", "rolled-back web 2", "rolled-back web 1",
                "promoted web 4",
            ], gives: "web 4 → 1"),
        RollbackCase(
            "what was promoted again since is good again",
            ["adopted web 1", "promoted web 2", "rolled-back web 1", "promoted web 2", "promoted web 3"],
            gives: "web 3 → 2"),
        RollbackCase(
            "nothing is left",
            ["adopted web 1", "promoted web 2", "rolled-back web 1"],
            gives: "every other version that web has had was rolled back: there is nothing to go back to"),
        RollbackCase(
            "what another component was rolled back from may be good in this one",
            ["adopted web 1 api 1", "promoted api 2", "rolled-back api 1", "promoted web 2", "promoted web 3"],
            gives: "web 3 → 2"),
        RollbackCase(
            "what a hold in force rejects is no way back", ["adopted web 1", "promoted web 2", "promoted web 3"],
            held: ["2"], gives: "web 3 → 1"),
        RollbackCase(
            "a component without an earlier version stays and is said",
            ["adopted web 1", "promoted web 2 api 1"],
            gives: "web 2 → 1 | api has had 1 only: there is nothing to go back to"),
        RollbackCase(
            "none can go back", ["adopted web 1 api 1"],
            gives:
                "api has had 1 only: there is nothing to go back to; web has had 1 only: there is nothing to go back to"
        ),
        RollbackCase(
            "one that is named and cannot go back stops the rest", ["adopted web 1", "promoted web 2 api 1"],
            of: ["web", "api"], gives: "api has had 1 only: there is nothing to go back to"),
        RollbackCase(
            "what stays of the same promotion is said", ["adopted web 1 api 1", "promoted web 2 api 2"], of: ["web"],
            gives: "web 2 → 1, besides api 2"),
        RollbackCase(
            "waits and refusals are no arrivals",
            ["adopted web 1", "promoted web 2", "waiting web 3", "refused web 4"], gives: "web 2 → 1"),
        RollbackCase(
            "a component that is not there", ["adopted web 1"], of: ["api"],
            gives: "prod has no component \"api\" recorded"),
        RollbackCase(
            "what arrived last has gone", ["adopted web 1", "promoted api 1", "retired api"],
            gives: "what arrived last in prod is no longer recorded there"),
        RollbackCase("an empty ledger", [], gives: "nothing was ever promoted to prod"),
    ]

    var entries: [LedgerEntry] {
        ledger.enumerated().map { index, line in
            let words = line.split(separator: " ").map(String.init)
            var entry = LedgerEntry(
                environment: "prod", at: Timestamp(seconds: Int64(index)), basis: String(repeating: "0", count: 40),
                signedOffBy: "Ada <ada@example.invalid>")
            var item = LedgerEntry.Item(
                promotion: .of("prod", Character(String(index, radix: 16))),
                result: LedgerResult(rawValue: words[0]) ?? .promoted)
            if words[0] == "retired" {
                item.retired = words.dropFirst().map { ComponentName(stringLiteral: $0) }
            } else {
                for pair in stride(from: 1, to: words.count, by: 2) {
                    let name = words[pair]
                    item.artifacts[ComponentName(stringLiteral: name)] = .pinned(
                        name, words[pair + 1], Character(words[pair + 1]))
                }
            }
            entry.items = [item]
            return entry
        }
    }
}

@Suite struct RollbackSelectionTests {
    private func answer(_ sample: RollbackCase) -> String {
        let entries = sample.entries
        var record = entries.reduce(EnvironmentRecord(environment: "prod")) { $0.applying($1) }
        for digit in sample.held {
            record.holds[.component("web")] = .make(.component("web"), rejected: .of(digit))
        }
        do throws(PromotionSelection.Unselectable) {
            let rollback = try PromotionSelection.rollback(of: sample.asked, record: record, entries: entries)
            let changes = rollback.changes.map { change in
                "\(change.component) \(change.from?.version ?? "") → \(change.to?.version ?? "")"
            }.joined(separator: ", ")
            return changes
                + (rollback.alsoArrived.isEmpty ? "" : ", besides " + rollback.alsoArrived.joined(separator: ", "))
                + rollback.skipped.map { " | " + $0.reason }.joined()
        } catch {
            return error.description
        }
    }

    @Test(arguments: RollbackCase.all)
    func `a rollback goes to the last known good`(sample: RollbackCase) {
        #expect(answer(sample) == sample.answer)
    }
}
