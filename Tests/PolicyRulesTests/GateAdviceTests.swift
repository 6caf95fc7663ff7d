import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@Suite struct GateAdviceTests {
    private static func rule(
        _ kind: EvidenceKind = .tests, name: String? = nil, role: String? = nil
    ) -> GateSpecification {
        .evidence([
            EvidenceRule(
                kind: kind, name: name,
                conditions: [.init(path: "failed", demand: .equals(World.number("0")))], maximumAge: nil, role: role)
        ])
    }

    /// A row of which every line is a sentence.
    private static func row(
        _ name: String, _ lines: [String], _ gates: [GateSpecification], _ change: (inout World) -> Void = { _ in }
    ) -> GateCase {
        GateCase(name, lines.joined(separator: "\n")) { world in
            world.gates = gates
            change(&world)
        }
    }

    private static let failing = World.statement("1", .tests, ["failed": World.number("3")], name: "unit")

    @Test(arguments: [
        row("permitted", [], [.pinned]),
        row(
            "missing", ["attest the digest: towpath attest web --env prod --type tests --from FILE --key KEY"],
            [rule()]),
        row(
            "another type than tests, and its name and role",
            [
                "attest the digest: towpath attest web --env prod --type coverage --name unit --from FILE --key KEY, "
                    + "with a key of \"ci\""
            ], [rule(.coverage, name: "unit", role: "ci")]),
        row(
            "a type of the fleet's own",
            [
                "attest the digest: towpath attest web --env prod --type 'https://x.example/a?b&c' "
                    + "--name 'it'\\''s a name' --from FILE --key KEY"
            ], [rule(EvidenceKind("https://x.example/a?b&c"), name: "it's a name")]),
        row(
            "failed, which is not missing",
            [
                "mend what failed and promote that, or attest anew what is not its fault: "
                    + "towpath attest web --env prod --type tests --name unit --from FILE --key KEY"
            ], [rule()]
        ) { $0.evidence = [failing] },
        row(
            "one of two",
            ["attest the digest: towpath attest web --env prod --type vulnerabilities --from FILE --key KEY"],
            [rule(), rule(.vulnerabilities)]
        ) { $0.evidence = [World.statement("1", .tests, ["failed": World.number("0")])] },
        row(
            "a type that is signed",
            ["let another signer attest the digest: towpath attest web --env prod --type sbom --from FILE --key KEY"],
            [.signature(SignatureRule(role: nil, count: 1, kinds: [.billOfMaterials]))]),
        row(
            "any type that is signed",
            [
                "let another signer attest the digest: towpath attest web --env prod --type TYPE --from FILE --key KEY, "
                    + "with a key of \"ci\""
            ], [.signature(SignatureRule(role: "ci", count: 1, kinds: []))]),
        row(
            "no digest", ["write the digest, sha256:…, beside the tag in the manifest"], [rule()]
        ) { world in
            world.changes = [World.change("web", "web:1.5")]
            world.sources = [World.source("staging", ["web": "web:1.5"])]
        },
        row(
            "many",
            (1...5).map { number in
                "attest the digest: towpath attest c\(number) --env prod --type tests --from FILE --key KEY"
            } + ["attest 2 more in the same way"], [rule()]
        ) { world in
            world.changes = (1...7).map { World.change(ComponentName(stringLiteral: "c\($0)"), World.web) }
        },
    ])
    func `what would open a gate is said as it can be typed`(_ row: GateCase) {
        let advice = GateAdvice.texts(for: row.world.verdict(), of: row.world.facts.promotion)
        #expect(advice.joined(separator: "\n") == row.expected)
    }

    @Test func `a promotion of settings alone has no component to name`() {
        let configuration = Promotion.ConfigurationChange(from: nil, to: .of("7"), supersedes: nil)
        let promotion = Promotion(id: .of("prod", "a"), environment: "prod", changes: [], configuration: configuration)
        let gates = [GateResult(.approvals, .pending, "x"), GateResult(.hold, .closed, "y")]
        let verdict = Verdict(contract: nil, source: nil, gates: gates)
        #expect(
            GateAdvice.texts(for: verdict, of: promotion) == [
                "release the hold when its reason is gone: towpath release prod",
                "let people approve: towpath approve prod --key KEY",
            ])
    }
}
