import ModelBuilders
import Planning
import PolicyRules
import PromotionModel
import Testing

/// A promotion of the past under other policies, without a repository.
@Suite struct PolicySimulationTests {
    private static let since: Timestamp = "2026-11-21T11:30:00Z"

    /// What becomes of web 1.5 in prod, half an hour after staging had it.
    private func judged(_ contract: Contract, recorded: Artifact = Fleets.web("5")) -> PolicySimulation.Judged {
        var fleet = Fleets.promoting(since: Self.since)
        fleet.policies.contracts = [Fleets.contracts[0], Fleets.contracts[1], contract]
        var item = LedgerEntry.Item(promotion: .of("prod", "a"), result: .promoted)
        item.artifacts = ["web": recorded]
        return PolicySimulation.judgement(of: item, to: "prod", in: fleet.observation, at: Fleets.now)
    }

    @Test func `what is permitted is the same, what waits is delayed, what is closed is refused`() {
        #expect(judged(.make("to-prod", to: ["prod"], from: ["staging"])).outcome == .same)
        #expect(
            judged(.make("to-prod", to: ["prod"], from: ["staging"], gates: [.soak("1h")])).outcome
                == .delayed(until: "2026-11-21T12:30:00Z"))
        let refused = judged(.make("to-other", to: ["other"], from: ["staging"]))
        #expect(refused.outcome == .refused && refused.gates.map(\.gate) == [.contract])
    }

    @Test func `another unit does not hide the promotion`() {
        let together = Contract.make(
            "to-prod", to: ["prod"], from: ["staging"], unit: .together, gates: [.soak("1h")])
        #expect(judged(together).outcome == .delayed(until: "2026-11-21T12:30:00Z"))
    }

    @Test func `what the basis does not declare is unknown`() {
        let judged = judged(.make("to-prod", to: ["prod"], from: ["staging"]), recorded: Fleets.web("6"))
        #expect(judged.outcome == .unknown(reason: "its basis does not declare web 1.6"))
    }

    @Test func `what the policies of then do not permit any more is unknown`() {
        let open = PolicySimulation.Judged(.same)
        let shut = PolicySimulation.Judged(.refused, gates: [GateResult(.source, .closed, "it is gone")])
        let late = PolicySimulation.Judged(.delayed(until: nil))
        #expect(late.confirmed(by: open) == late)
        #expect(open.confirmed(by: shut) == open)
        #expect(
            late.confirmed(by: shut).outcome
                == .unknown(reason: "what it was judged by then cannot be read any more: source: it is gone"))
    }

    @Test func `a file takes the place of its path and its names, a folder of everything`() {
        let former = Policies(
            contracts: [
                .make("a", to: ["a"], from: []), .make("b", to: ["b"], from: []), .make("c", to: ["c"], from: []),
            ],
            freezes: [.make("f", ["a"], until: Fleets.now)])
        let new = Policies(contracts: [.make("b", to: ["b"], from: ["a"])])
        let files = PolicyReplacement(policies: new, extent: .files(["policies/c.yaml"])).applied(to: former)
        #expect(files.contracts.map(\.name) == ["b", "a"] && files.contracts[0].from == ["a"])
        #expect(files.freezes.count == 1)
        let folder = PolicyReplacement(policies: new, extent: .folder).applied(to: former)
        #expect(folder.contracts.map(\.name) == ["b"] && folder.freezes.isEmpty)
    }
}
