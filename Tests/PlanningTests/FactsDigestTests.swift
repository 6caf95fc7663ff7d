import JSONText
import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@testable import Planning

@Suite struct FactsDigestTests {
    @Test func `the recorded digest is the one of the members of the document`() throws {
        let fleet = Fleets.promoting(since: "2026-11-21T10:00:00Z")
        let observation = fleet.observation
        let plan = Planner(identity: "Towpath <towpath@example.invalid>").plan(for: observation, at: Fleets.now)
        let recorded = try #require(plan.environments.flatMap(\.entry.items).first)
        let member = try #require(
            WaitingPromotions(in: observation).members.first { $0.promotion.id == recorded.promotion })
        guard case .contract(let contract) = member.choice else {
            Issue.record("no contract")
            return
        }
        let facts = FactsAssembly(
            observation: observation, promotion: member.promotion, record: member.record, changes: member.changes,
            instant: Fleets.now
        ).facts(for: member.choice)
        let text = FactsDocument.text(of: facts, contract: contract)
        guard case .object(let members) = try JSONReader.value(text) else {
            Issue.record("no object")
            return
        }
        #expect(members.count > 15)
        let texts = Dictionary(uniqueKeysWithValues: members.map { ($0.key, JSONWriter.line($0.value)) })
        #expect(recorded.facts == Fingerprint.facts(Fingerprint.digests(of: texts)))
        let sum = "2cb5e3ae7b9858bcba1eacc979d8f47797df5e63ddd163a571d45822fc63421c"
        #expect(Fingerprint.digests(of: ["kind": "\"Facts\""]) == ["kind": sum], "as sha256sum gives it")
    }
    @Test(arguments: ["2026-11-21T10:00:00Z", "2026-11-21T11:30:00Z"] as [Timestamp])
    func `what is judged anew has the facts that the plan records, and any other digest is told`(
        _ since: Timestamp
    ) throws {
        let observation = Fleets.promoting(since: since).observation
        let planner = Planner(identity: "Towpath <towpath@example.invalid>")
        let judged = planner.judgedPromotions(in: observation, at: Fleets.now)
        let items = planner.plan(for: observation, at: Fleets.now).environments.flatMap(\.entry.items)
        #expect(!items.isEmpty && items.map(\.facts) == judged.map(\.digest))
        var item = try #require(items.first)
        #expect(FactsComparison.difference(between: item, and: judged.first) == nil)
        #expect(FactsComparison.difference(between: item, and: nil)?.contains("asks for no promotion") == true)
        item.facts = nil
        #expect(FactsComparison.difference(between: item, and: judged.first) == "no facts are recorded")
        item.facts = try PromotionModel.Digest("sha256:" + String(repeating: "7", count: 64))
        item.gates[0] = GateResult(item.gates[0].gate, .closed, "no")
        let told = try #require(FactsComparison.difference(between: item, and: judged.first))
        #expect(told.contains("777777777777 recorded") && told.contains("contract was closed and is open"), "\(told)")
        item.result = .adopted
        #expect(FactsComparison.difference(between: item, and: nil) != nil, "nothing is judged when a ledger begins")
    }
}
