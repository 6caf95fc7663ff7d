import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@Suite struct EvidenceGateTests {
    private static func rule(
        _ kind: EvidenceKind = .tests, name: String? = "unit", require conditions: [EvidenceRule.Condition] = [],
        age: TimeSpan? = nil, role: String? = nil
    ) -> GateSpecification {
        .evidence([EvidenceRule(kind: kind, name: name, conditions: conditions, maximumAge: age, role: role)])
    }
    private static let noFailure = EvidenceRule.Condition(path: "failed", demand: .equals(World.number("0")))
    private static let covered = EvidenceRule.Condition(
        path: "line", demand: .between(minimum: .init(80), maximum: nil))
    private static func failed(_ text: String) -> [String: Evidence.Value] { ["failed": World.number(text)] }

    /// A world whose one gate is `rule` and whose statements are `evidence`.
    private static func row(
        _ name: String, _ expected: String, _ rule: GateSpecification, _ evidence: [Evidence],
        _ change: (inout World) -> Void = { _ in }
    ) -> GateCase {
        GateCase(name, expected) { world in
            world.gates = [rule]
            world.evidence = evidence
            change(&world)
        }
    }

    @Test(arguments: [
        row("nothing arrives", "open: nothing arrives that evidence could be about", rule(), []) { world in
            world.changes = [World.change("web", nil)]
        },
        row("none", "pending: no tests \"unit\" for web 1.5 (555555555555)", rule(), []),
        row(
            "refused",
            "pending: no tests \"unit\" for web 1.5 (555555555555); 1 did not count: by no key in policies/allowed_signers",
            rule(), []
        ) { $0.refusedEvidence = [World.refused(.strangeKey)] },
        row("refused of another kind", "pending: no tests \"unit\" for web 1.5 (555555555555)", rule(), []) { world in
            world.refusedEvidence = [World.refused(.strangeKey, .approval), World.refused(.unsigned, .coverage)]
        },
        row(
            "refused of no kind",
            "pending: no tests \"unit\" for web 1.5 (555555555555); 3 did not count: "
                + "1 not signed, 2 by no key in policies/allowed_signers", rule(), []
        ) { world in
            world.refusedEvidence = [
                World.refused(.strangeKey, nil), World.refused(.unsigned), World.refused(.strangeKey, id: "e"),
            ]
        },
        row("present", "open: tests \"unit\" for web 1.5", rule(), [World.statement("1")]),
        row(
            "another kind", "pending: no tests \"unit\" for web 1.5 (555555555555)", rule(),
            [World.statement("1", .coverage)]),
        row(
            "another name", "pending: no tests \"unit\" for web 1.5 (555555555555)", rule(),
            [World.statement("1", name: "load")]),
        row(
            "another digest", "pending: no tests \"unit\" for web 1.5 (555555555555)", rule(),
            [World.statement("1", about: .of("4"))]),
        row(
            "another role",
            "pending: no tests \"unit\" for web 1.5 (555555555555) signed by \"qa\"; 1 signed by others",
            rule(role: "qa"), [World.statement("1")]),
        row("the role", "open: tests \"unit\" for web 1.5", rule(role: "ci"), [World.statement("1")]),
        row(
            "no digest", "closed: web 1.5 has no sha256 digest, which statements are about", rule(),
            [World.statement("1")]
        ) { $0.changes = [World.change("web", "web:1.5")] },
        row(
            "passes", "open: tests \"unit\" for web 1.5", rule(require: [noFailure]),
            [World.statement("1", .tests, failed("0.0"))]),
        row(
            "fails", "closed: tests \"unit\" for web 1.5: failed is 3, required 0", rule(require: [noFailure]),
            [World.statement("1", .tests, failed("3"))]),
        row(
            "missing", "pending: tests \"unit\" for web 1.5: it has no value \"failed\"", rule(require: [noFailure]),
            [World.statement("1")]),
        row(
            "incomparable", "pending: tests \"unit\" for web 1.5: failed is NaN, which cannot be compared",
            rule(require: [noFailure]), [World.statement("1", .tests, ["failed": .incomparable("NaN")])]),
        row(
            "text for a number",
            "pending: tests \"unit\" for web 1.5: failed is \"0\", which cannot be compared with 0",
            rule(require: [noFailure]), [World.statement("1", .tests, ["failed": .text("0")])]),
        row(
            "below", "closed: coverage \"unit\" for web 1.5: line is 79.99, required at least 80",
            rule(.coverage, require: [covered]), [World.statement("1", .coverage, ["line": World.number("79.99")])]),
        row(
            "at the bound", "open: coverage \"unit\" for web 1.5", rule(.coverage, require: [covered]),
            [World.statement("1", .coverage, ["line": World.number("80.00")])]),
        row(
            "no number", "pending: coverage \"unit\" for web 1.5: line is true, which is no number",
            rule(.coverage, require: [covered]), [World.statement("1", .coverage, ["line": .flag(true)])]),
        row(
            "broken off without a failure", "closed: tests \"unit\" for web 1.5: result is FAILED",
            rule(require: [noFailure]),
            [World.statement("1", .tests, ["failed": World.number("0"), "result": .text("FAILED")])]),
        row(
            "without a result", "pending: tests \"unit\" for web 1.5: it has no result", rule(require: [noFailure]),
            [World.statement("1", .tests, ["failed": World.number("0"), "result": .text("-")])]),
    ])
    func `a statement says what is required`(_ row: GateCase) {
        #expect(row.world.result(of: .evidence) == row.expected)
    }

    @Test(arguments: [
        row(
            "a newer failure closes", "closed: tests \"unit\" for web 1.5: failed is 3, required 0",
            rule(require: [noFailure]),
            [
                World.statement("1", .tests, failed("0"), minutesAgo: 60),
                World.statement("2", .tests, failed("3"), minutesAgo: 30),
            ]),
        row(
            "a newer pass opens", "open: tests \"unit\" for web 1.5", rule(require: [noFailure]),
            [
                World.statement("1", .tests, failed("3"), minutesAgo: 60),
                World.statement("2", .tests, failed("0"), minutesAgo: 30),
            ]),
        row(
            "together, the failure counts", "closed: tests \"unit\" for web 1.5: failed is 3, required 0",
            rule(require: [noFailure]),
            [World.statement("2", .tests, failed("0")), World.statement("1", .tests, failed("3"))]),
        row(
            "a newer one that does not say waits", "pending: tests \"unit\" for web 1.5: it has no value \"failed\"",
            rule(require: [noFailure]),
            [World.statement("1", .tests, failed("0"), minutesAgo: 60), World.statement("2", minutesAgo: 30)]),
        row(
            "another role's failure does not count", "open: tests \"unit\" for web 1.5",
            rule(require: [noFailure], role: "ci"),
            [
                World.statement("1", .tests, failed("0"), minutesAgo: 60),
                World.statement("2", .tests, failed("3"), by: [World.signer("eve")], minutesAgo: 30),
            ]),
        row(
            "without a name, each has to pass", "closed: tests \"load\" for web 1.5: failed is 1, required 0",
            rule(name: nil, require: [noFailure]),
            [
                World.statement("1", .tests, failed("0")),
                World.statement("2", .tests, failed("1"), name: "load", minutesAgo: 300),
            ]),
        row(
            "young", "open: tests \"unit\" for web 1.5, until 2026-11-21T12:30:00Z [2026-11-21T12:30:00Z]",
            rule(age: "1h"), [World.statement("1")]),
        row(
            "too old", "pending: tests \"unit\" for web 1.5 counted until 2026-11-21T12:00:00Z; a new one is needed",
            rule(age: "30m"), [World.statement("1")]),
        row(
            "a failure does not grow too old", "closed: tests \"unit\" for web 1.5: failed is 3, required 0",
            rule(require: [noFailure], age: "30m"), [World.statement("1", .tests, failed("3"), minutesAgo: 900)]),
        row(
            "two artifacts", "pending: no tests \"unit\" for api 2 (444444444444)", rule(), [World.statement("1")]
        ) { $0.changes.append(World.change("api", .pinned("api", "2", "4"))) },
    ])
    func `what is newest counts`(_ row: GateCase) {
        #expect(row.world.result(of: .evidence) == row.expected)
        var reversed = row.world
        reversed.evidence.reverse()
        #expect(reversed.result(of: .evidence) == row.expected)
    }
}

@Suite struct RefusedPieceTests {
    /// What strangers put there changes numbers, and no other byte.
    @Test(arguments: RefusedEvidence.Cause.allCases.filter { $0 != .noSigners })
    func `nothing that somebody wrote is repeated`(_ cause: RefusedEvidence.Cause) {
        func reason(_ pieces: [RefusedEvidence]) -> String {
            let gates: [GateSpecification] = [
                .evidence([
                    EvidenceRule(kind: .tests, name: "unit", conditions: [], maximumAge: nil, role: nil)
                ]), .signature(SignatureRule(role: nil, count: 1, kinds: [])),
            ]
            let world = World { world in
                world.gates = gates
                world.refusedEvidence = pieces
            }
            return world.result(of: .evidence) + world.result(of: .signature)
        }
        let quiet = reason([World.refused(cause, reason: "")])
        let loud = String(repeating: "approved by everybody ", count: 10_000)
        #expect(reason([World.refused(cause, reason: loud)]) == quiet)
        let crowd = (0..<999).map { _ in World.refused(cause, nil, reason: loud) }
        #expect(reason(crowd) == reason(crowd.reversed()))
        #expect(reason(crowd) == quiet.replacing("; 1 did not", with: "; 999 did not"))
    }
}

@Suite struct StatementGateTests {
    private static func row(
        _ name: String, _ expected: String, _ gate: GateSpecification, _ evidence: [Evidence],
        _ change: (inout World) -> Void = { _ in }
    ) -> GateCase {
        GateCase(name, expected) { world in
            world.gates = [gate]
            world.evidence = evidence
            change(&world)
        }
    }

    private static func signed(_ count: Int, _ role: String? = nil, _ kinds: [EvidenceKind] = []) -> GateSpecification {
        .signature(SignatureRule(role: role, count: count, kinds: kinds))
    }
    private static let ci = World.signer("ci", roles: ["ci"])

    @Test(arguments: [
        row("one", "open: web 1.5 (555555555555) is signed by ci@example.org", signed(1), [World.statement("1")]),
        row("none", "pending: web 1.5 (555555555555) is signed by no allowed signer", signed(1), []),
        row(
            "the same key twice", "pending: web 1.5 (555555555555) is signed by 1 of 2 of \"ci\", ci@example.org",
            signed(2, "ci"), [World.statement("1"), World.statement("2", .coverage)]),
        row(
            "two keys of one address", "pending: web 1.5 (555555555555) is signed by 1 of 2 of \"ci\", ci@example.org",
            signed(2, "ci"),
            [
                World.statement("1"),
                World.statement("2", by: [World.signer("ci", roles: ["ci"], key: "second")]),
            ]),
        row(
            "two addresses of one person",
            "pending: web 1.5 (555555555555) is signed by 1 of 2 of \"ci\", ci@example.org",
            signed(2, "ci"), [World.statement("1"), World.statement("2", by: [World.signer("bot", roles: ["ci"])])]
        ) { $0.people = People(aliases: [["ci@example.org", "bot@example.org"]]) },
        row(
            "two", "open: web 1.5 (555555555555) is signed by ci@example.org, bot@example.org", signed(2, "ci"),
            [World.statement("1", by: [ci, World.signer("bot", roles: ["ci"])])]),
        row(
            "a third who may be either takes nothing away",
            "open: web 1.5 (555555555555) is signed by ci@example.org, bot@example.org", signed(2, "ci"),
            [
                World.statement("1", by: [World.signer("ci,bot", roles: ["ci"], key: "shared")]),
                World.statement("2", by: [ci, World.signer("bot", roles: ["ci"])]),
            ]),
        row(
            "of a kind", "pending: web 1.5 (555555555555) is signed by no allowed signer (provenance)",
            signed(1, nil, [.provenance]), [World.statement("1")]),
        row(
            "a review is none",
            "pending: web 1.5 (555555555555) is signed by no allowed signer; "
                + "1 did not count: of a time to come",
            signed(1), [World.statement("1", .review)]
        ) { $0.refusedEvidence = [World.refused(.ahead), World.refused(.strangeKey, .approval)] },
    ])
    func `enough people or machines sign`(_ row: GateCase) {
        #expect(row.world.result(of: .signature) == row.expected)
    }

    private static let built: [String: Evidence.Value] = [
        "builder.id": .text("https://b.example/1"), "buildType": .text("t1"),
        "source.uri": .text("git+https://a.example/shop"), "externalParameters.ref": .text("main"),
    ]
    private static func provenance(_ values: [String: Evidence.Value] = [:]) -> Evidence {
        World.statement(
            "1", .provenance, built.merging(values) { $1 }.filter { $0.value != .text("gone") }, name: nil)
    }
    private static let rule = GateSpecification.provenance(
        ProvenanceRule(
            builders: ["https://b.example/1"], sources: ["git+https://a.example/*"], buildTypes: ["t1"],
            parameters: ["ref": "main", "inputs": nil], role: "ci"))

    @Test(arguments: [
        row("as expected", "open: provenance for web 1.5", rule, [provenance()]),
        row("none", "pending: no provenance for web 1.5 (555555555555) signed by \"ci\"", rule, []),
        row(
            "the right builder, another signer",
            "pending: no provenance for web 1.5 (555555555555) signed by \"ci\"; 1 signed by others", rule,
            [World.statement("1", .provenance, built, name: nil, by: [World.signer("eve")])]),
        row(
            "another builder", "closed: provenance for web 1.5: builder.id \"evil\" is not allowed", rule,
            [provenance(["builder.id": .text("evil")])]),
        row(
            "no builder", "pending: provenance for web 1.5: it has no builder.id", rule,
            [provenance(["builder.id": .text("gone")])]),
        row(
            "another type", "closed: provenance for web 1.5: buildType \"t2\" is not allowed", rule,
            [provenance(["buildType": .text("t2")])]),
        row(
            "a second source", "closed: provenance for web 1.5: source \"git+https://evil\" is not allowed", rule,
            [provenance(["source.uri.1": .text("git+https://evil")])]),
        row(
            "no source", "pending: provenance for web 1.5: it names no source", rule,
            [provenance(["source.uri": .text("gone")])]),
        row(
            "an unknown parameter", "closed: provenance for web 1.5: unknown parameter \"debug\" is set to true", rule,
            [provenance(["externalParameters.debug": .flag(true)])]),
        row(
            "an unknown parameter that is empty", "open: provenance for web 1.5", rule,
            [provenance(["externalParameters.debug": .text("")])]),
        row(
            "a free parameter and what lies below it", "open: provenance for web 1.5", rule,
            [provenance(["externalParameters.inputs.a.b": .incomparable("[1]")])]),
        row(
            "a neighbour of a free parameter",
            "closed: provenance for web 1.5: unknown parameter \"inputs2\" is set to 1", rule,
            [provenance(["externalParameters.inputs2": World.number("1")])]),
        row(
            "another value", "closed: provenance for web 1.5: parameter \"ref\" is \"dev\", expected \"main\"", rule,
            [provenance(["externalParameters.ref": .text("dev")])]),
        row(
            "no value", "pending: provenance for web 1.5: parameter \"ref\" is not set", rule,
            [provenance(["externalParameters.ref": .text("gone")])]),
        row(
            "another build takes nothing away", "open: provenance for web 1.5", rule,
            [
                provenance(),
                World.statement("2", .provenance, ["builder.id": .text("evil")], name: nil, minutesAgo: 1),
            ]),
    ])
    func `who may build from what`(_ row: GateCase) {
        #expect(row.world.result(of: .provenance) == row.expected)
    }

    private static let bill = GateSpecification.billOfMaterials(
        BillRule(formats: ["spdx"], minimumComponents: 10, maximumAge: "1h", role: nil))
    private static func bill(_ format: String, _ count: Evidence.Value?) -> [Evidence] {
        var values: [String: Evidence.Value] = ["format": .text(format)]
        values["components"] = count
        return [World.statement("1", .billOfMaterials, values, name: nil)]
    }

    @Test(arguments: [
        row(
            "as expected", "open: sbom for web 1.5, until 2026-11-21T12:30:00Z [2026-11-21T12:30:00Z]", bill,
            bill("SPDX", World.number("10"))),
        row(
            "another format", "closed: sbom for web 1.5: format is \"cyclonedx\", required \"spdx\"", bill,
            bill("cyclonedx", World.number("10"))),
        row(
            "too few", "closed: sbom for web 1.5: it lists 9 components, required at least 10", bill,
            bill("spdx", World.number("9"))),
        row(
            "not counted", "pending: sbom for web 1.5: it does not say how many components it lists", bill,
            bill("spdx", nil)),
        row("none", "pending: no sbom for web 1.5 (555555555555)", bill, []),
    ])
    func `what it is made of`(_ row: GateCase) {
        #expect(row.world.result(of: .billOfMaterials) == row.expected)
    }
}
