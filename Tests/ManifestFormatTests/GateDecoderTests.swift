import ManifestFormat
import ModelBuilders
import PromotionModel
import Testing

/// Every field of every gate, read as it is meant.
@Suite struct GateDecoderTests {
    private static func policies(_ text: String) -> Policies {
        PolicyDecoder.policies(Array(text.utf8), file: "policies/x.yaml", blob: String(repeating: "0", count: 40))
    }

    private static func contract(_ gates: String, more: String = "") throws -> Contract {
        let policies = policies(
            """
            apiVersion: towpath.dev/v1
            kind: PromotionContract
            metadata: {name: to-prod}
            spec: {to: prod, from: [staging, qa], gates: {pinned: false, \(gates)}\(more)}
            """)
        #expect(policies.defects.map(\.problem.description) == [])
        return try #require(policies.contracts.first)
    }

    @Test func `evidence is read, scalars as they are written`() throws {
        let gates = try Self.contract(
            """
            evidence: [
              {type: tests, name: integration, maxAge: 7d, role: ci,
               require: {failed: 0, result: PASSED, "isFinal": true, ratio: "0.5", line: {min: 80.5, max: 1e2}}},
              {type: https://a.example/b}]
            """
        ).gates
        let conditions: [EvidenceRule.Condition] = [
            .init(path: "failed", demand: .equals(.number(Measure(0)))),
            .init(path: "isFinal", demand: .equals(.flag(true))),
            .init(path: "line", demand: .between(minimum: try Measure("80.5"), maximum: Measure(100))),
            .init(path: "ratio", demand: .equals(.text("0.5"))),
            .init(path: "result", demand: .equals(.text("PASSED"))),
        ]
        let rules = [
            EvidenceRule(kind: .tests, name: "integration", conditions: conditions, maximumAge: "7d", role: "ci"),
            EvidenceRule(kind: EvidenceKind("https://a.example/b")),
        ]
        #expect(gates == [.evidence(rules)])
    }

    @Test func `signature, provenance and bill are read`() throws {
        let gates = try Self.contract(
            """
            signature: {role: ci, count: 2, types: [tests, provenance]},
            provenance: {builders: https://b.example/1, sources: ["git+https://a.example/*"], buildTypes: [t], role: ci,
              parameters: {ref: refs/heads/main, debug: ~, none: ""}},
            sbom: {formats: [cyclonedx], minComponents: 10, maxAge: 30d, role: ci}
            """
        ).gates
        let provenance = ProvenanceRule(
            builders: ["https://b.example/1"], sources: ["git+https://a.example/*"], buildTypes: ["t"],
            parameters: ["ref": "refs/heads/main", "debug": nil, "none": ""], role: "ci")
        #expect(
            gates == [
                .signature(SignatureRule(role: "ci", count: 2, kinds: [.tests, .provenance])), .provenance(provenance),
                .billOfMaterials(
                    BillRule(formats: ["cyclonedx"], minimumComponents: 10, maximumAge: "30d", role: "ci")),
            ])
        #expect(
            try Self.contract("signature: {}, sbom: {}").gates == [
                .signature(SignatureRule(role: nil, count: 1, kinds: [])),
                .billOfMaterials(BillRule(formats: [], minimumComponents: 1, maximumAge: nil, role: nil)),
            ])
    }

    @Test func `approvals are one rule or several, without authors by default`() throws {
        let one = try Self.contract(
            "approvals: {count: 2, role: rm, expireAfter: 24h, escalateAfter: 4h, escalateTo: oncall}")
        let rule = ApprovalRule(
            count: 2, role: "rm", notAuthor: true, expiry: "24h", escalation: "4h", escalationRole: "oncall")
        #expect(one.gates == [.approvals([rule])])
        let two = try Self.contract("approvals: [{count: 1, role: a, notAuthor: false}, {count: 1, role: b}]")
        #expect(
            two.gates == [
                .approvals([
                    ApprovalRule(
                        count: 1, role: "a", notAuthor: false, expiry: nil, escalation: nil, escalationRole: nil),
                    ApprovalRule(
                        count: 1, role: "b", notAuthor: true, expiry: nil, escalation: nil, escalationRole: nil),
                ])
            ])
        #expect(one.gates.flatMap(\.roles) == ["oncall", "rm"])
    }

    @Test func `signed commits are asked for of a role or of anybody, all of them or the merge`() throws {
        #expect(
            try Self.contract("signedCommits: {role: rm, commits: merge}").gates == [
                .signedCommits(SignedCommitsRule(role: "rm", scope: .merge))
            ])
        for text in ["{}", "{commits: all}"] {
            #expect(
                try Self.contract("signedCommits: \(text)").gates == [
                    .signedCommits(SignedCommitsRule(role: nil, scope: .all))
                ])
        }
        #expect(try Self.contract("signedCommits: {role: rm}").gates.flatMap(\.roles) == ["rm"])
    }

    @Test func `the gates about manifests are read`() throws {
        let gates = try Self.contract(
            """
            configDrift: {from: qa, max: 3, ignore: [spec.replicas, "config.*"]},
            secrets: {require: [db], allow: ["*.example"]},
            quota: {cpu: "8", memory: 16Gi, replicas: 20},
            order: {dependsOn: false, sets: [[a, b], ["c-*"]]},
            rate: {max: 5, per: 1h},
            rego: {file: team/prod.rego, query: data.towpath.deny}
            """
        ).gates
        #expect(
            gates == [
                .configDrift(ConfigDriftRule(from: "qa", maximum: 3, ignored: ["spec.replicas", "config.*"])),
                .secrets(SecretsRule(required: ["db"], allowed: ["*.example"])),
                .quota(
                    QuotaRule(
                        limits: [
                            "cpu": Measure(8), "memory": Measure(17_179_869_184), "replicas": Measure(20),
                        ], texts: ["cpu": "8", "memory": "16Gi", "replicas": "20"])),
                .order(OrderRule(followsDependencies: false, sets: [["a", "b"], ["c-*"]])),
                .rate(RateRule(maximum: 5, span: "1h")),
                .rego(RegoRule(file: "team/prod.rego", query: "data.towpath.deny")),
            ])
        #expect(
            try Self.contract("configDrift: {}, secrets: {}, order: {}").gates == [
                .configDrift(ConfigDriftRule(from: nil, maximum: 0, ignored: [])),
                .secrets(SecretsRule(required: [], allowed: [])),
                .order(OrderRule(followsDependencies: true, sets: [])),
            ])
    }

    @Test func `an emergency is read`() throws {
        let contract = try Self.contract(
            "soak: 1h", more: ", emergency: {skip: [soak, sbom, freeze], role: sre, approvals: 2, reviewWithin: 72h}")
        #expect(
            contract.emergency
                == EmergencyRule(
                    skips: [.soak, .billOfMaterials, .freeze], role: "sre", count: 2, reviewWithin: "72h"))
    }

    @Test func `every gate but the implied ones has a field`() {
        let implied: Set<GateName> = [.contract, .hold, .freeze, .source]
        let fields = Set(PolicyFields.byKind["PromotionContract.gates"] ?? [])
        #expect(fields == Set(GateName.allCases.filter { !implied.contains($0) }.map(\.rawValue)))
    }

    @Test func `roles and people are read in lower case`() {
        let policies = Self.policies(
            """
            apiVersion: towpath.dev/v1
            kind: Roles
            metadata: {name: roles}
            spec:
              roles:
                release-managers: [Ada@Example.org, grace@example.org]
                ci: [ci-bot]
              people:
                - {name: Ada, addresses: [ada@example.org, ADA@home.example]}
            """)
        #expect(policies.defects.isEmpty, "\(policies.defects)")
        #expect(
            policies.people.roles == [
                "release-managers": ["ada@example.org", "grace@example.org"], "ci": ["ci-bot"],
            ])
        #expect(policies.people.aliases == [["ada@example.org", "ada@home.example"]])
        #expect(policies.roles.map(\.place.line) == [6, 7])
    }

    @Test func `files add up, and a role that is defined twice keeps whom both name`() {
        func roles(_ text: String) -> Policies {
            Self.policies("apiVersion: towpath.dev/v1\nkind: Roles\nspec: \(text)\n")
        }
        var policies = roles("{roles: {a: [x, y]}, people: [{name: X, addresses: [x, x2]}]}")
        policies.add(roles("{roles: {a: [y, z], b: [z]}, people: [{name: Z, addresses: [z, z2]}]}"))
        #expect(policies.defects.isEmpty)
        #expect(policies.people.roles == ["a": ["y"], "b": ["z"]])
        #expect(policies.people.aliases == [["x", "x2"], ["z", "z2"]])
        #expect(policies.roles.map(\.name) == ["a", "a", "b"])
    }
}
