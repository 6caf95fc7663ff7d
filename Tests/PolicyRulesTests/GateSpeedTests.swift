import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

/// Judging must not grow faster than what is judged.
@Suite struct GateSpeedTests {
    @Test func `a thousand promotions through ten gates, with five statements each, are judged at once`() {
        let rego = RegoRule(file: "a.rego", query: "data.a")
        let world = World { world in
            world.gates = [
                .soak("30m"), .evidence([EvidenceRule(kind: .tests, name: "unit", role: "ci")]),
                .signature(SignatureRule(role: "ci", count: 1, kinds: [])),
                .approvals([
                    ApprovalRule(
                        count: 2, role: "rm", notAuthor: true, expiry: "1d", escalation: nil, escalationRole: nil)
                ]),
                .secrets(SecretsRule(required: [], allowed: [])),
                .quota(QuotaRule(limits: ["cpu": Measure(8)], texts: [:])),
                .order(OrderRule(followsDependencies: true, sets: [])), .rate(RateRule(maximum: 5, span: "1h")),
                .configDrift(ConfigDriftRule(from: nil, maximum: 0, ignored: ["spec.*"])), .rego(rego),
            ]
            world.evidence = "12345".map { World.statement($0) }
            world.consents = ["ada", "grace"].enumerated().map { index, name in
                World.consent(Character(String(index)), by: World.signer(name, roles: ["rm"]))
            }
            let settings = (0..<100).map { ("web.yaml#Deployment/web:data.key\($0)", "value") }
            let survey = ManifestSurvey(
                settings: Dictionary(uniqueKeysWithValues: settings), resources: ["cpu": Measure(2)])
            world.survey = survey
            world.sources = [World.source("staging", ["web": World.web], survey: survey)]
            world.answers = [rego: .denied([])]
        }
        let facts = world.facts
        let contract = world.contract
        let clock = ContinuousClock()
        var permitted = 0
        let duration = clock.measure {
            for _ in 0..<1_000 {
                let verdict = Judgement.verdict(on: facts, by: .contract(contract), at: World.now)
                permitted += verdict.result == .permitted ? 1 : 0
            }
        }
        #expect(permitted == 1_000)
        // Some twenty times what a build for debugging takes: it finds what grows too fast, not a slow machine.
        #expect(duration < .seconds(30), "\(duration)")
        print("judged \(permitted) promotions in \(duration)")
    }
}
