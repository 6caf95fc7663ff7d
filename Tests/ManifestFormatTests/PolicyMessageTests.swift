import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// Every message that a wrong policy can give; people meet them in a pull request.
@Suite struct PolicyMessageTests {
    private static let contracts = [
        "{to: prod, from: [staging], gates: {sook: 30m}}",
        "{to: prod, from: [staging], gates: {approvals: {count: 2}}}",
        "{to: prod, from: [staging], gates: {soak: -5m}}",
        "{to: prod, from: [staging], gates: {soak: 0}}",
        "{to: prod, from: [staging], gates: {soak: 1y}}",
        "{to: prod, from: [staging], gates: {soak: 1.5h}}",
        "{to: prod, from: [staging], gates: {soak: 99999999h}}",
        "{to: prod, from: [staging], gates: {soak: ~}}",
        "{to: prod, from: [staging], gates: {soak: \"\"}}",
        "{to: prod, from: [staging], gates: {soak: [30m]}}",
        "{to: prod, from: [staging], gates: {pinned: yes}}",
        "{to: prod, from: [staging], gates: {pinned: tag}}",
        "{to: prod, from: [staging], immutableTags: [], gates: {pinned: tag}}",
        "{to: prod, from: [staging], immutableTags: \"*\", gates: {pinned: tag}}",
        "{to: prod, from: [staging], immutableTags: [\"v{version}\"], gates: {pinned: tag}}",
        "{to: prod, from: [staging], immutableTags: [\"v{semver}\"], gates: {}}",
        "{to: prod, from: [staging], gates: [soak]}",
        "{to: prod, from: [staging], gates: ~}",
        "{to: prod, from: [staging]}",
        "{to: prod, gates: {}}",
        "{from: [staging], gates: {}}",
        "{to: [], from: [staging], gates: {}}",
        "{to: \"\", from: [staging], gates: {}}",
        "{to: [prod, {a: b}], from: [staging], gates: {}}",
        "{to: prod, from: [staging, staging], gates: {}}",
        "{to: prod, from: [sta ging], gates: {}}",
        "{to: prod, from: [\"\\u202Egnigats\"], gates: {}}",
        "{to: prod, from: {a: b}, gates: {}}",
        "{to: prod, from: [staging], unit: both, gates: {}}",
        "{to: prod, from: [staging], components: [], gates: {}}",
        "{to: prod, from: [staging], components: [\"a b\"], gates: {}}",
        "{to: prod, from: [staging], gate: {soak: 30m}, gates: {}}",
        "{to: prod, form: [staging], gates: {}}",
        "{to: prod, from: [staging], gates: {}, something: else}",
        "{to: prod, from: [staging], gates: {}, [a]: b}",
        "[to, prod]",
        "~",
        "{<<: {to: prod}, from: [staging], gates: {}}",
        "{to: !!python/object/apply:os.system prod, from: [staging], gates: {}}",
        "{to: !env PROD, from: [staging], gates: {}}",
        "{to: prod, from: [staging], gates: {soak: !!binary MzBt}}",
        "{to: prod, from: [staging], gates: {soak: !include soak.yaml}}",
        "{to: prod, from: [staging], gates: !!python/object {soak: 30m}}",
        "{to: prod, from: [staging], gates: {approvals: {<<: {count: 1}, role: a}}}",
    ]

    private static let windows = [
        "[]", "{days: Mon}", "~",
        "[{days: Monday, from: \"09:00\", to: \"16:00\", zone: UTC}]",
        "[{days: mon, from: \"09:00\", to: \"16:00\", zone: UTC}]",
        "[{days: Mon-, from: \"09:00\", to: \"16:00\", zone: UTC}]",
        "[{days: Mon-Tue-Wed, from: \"09:00\", to: \"16:00\", zone: UTC}]",
        "[{days: [], from: \"09:00\", to: \"16:00\", zone: UTC}]",
        "[{days: \"\", from: \"09:00\", to: \"16:00\", zone: UTC}]",
        "[{from: 9:00, to: \"16:00\", zone: UTC}]",
        "[{from: \"09:60\", to: \"16:00\", zone: UTC}]",
        "[{from: \"24:00\", to: \"16:00\", zone: UTC}]",
        "[{from: \"09:00\", to: \"24:01\", zone: UTC}]",
        "[{from: \"-9:00\", to: \"16:00\", zone: UTC}]",
        "[{from: \"09:00\", to: \"09:00\", zone: UTC}]",
        "[{from: \"09:00\", to: \"16:00\"}]",
        "[{from: \"09:00\", zone: UTC}]",
        "[{from: \"09:00\", to: \"16:00\", zone: UTC, deni: true}]",
        "[{from: \"09:00\", to: \"16:00\", zone: UTC, deny: maybe}]",
        "[{schedule: \"7-24 * * * *\", duration: 1h}]",
        "[\"@reboot\"]",
    ]

    private static let gates = [
        "{evidence: {type: tests}}", "{evidence: []}", "{evidence: ~}", "{evidence: [tests]}", "{evidence: [{}]}",
        "{evidence: [{type: test}]}", "{evidence: [{type: approval}]}", "{evidence: [{type: https://a.example/b}]}",
        "{evidence: [{type: tests, nmae: unit}]}", "{evidence: [{type: tests, name: \"\"}]}",
        "{evidence: [{type: tests, name: ~}]}", "{evidence: [{type: tests, require: ~}]}",
        "{evidence: [{type: tests, require: {}}]}", "{evidence: [{type: tests, require: 0}]}",
        "{evidence: [{type: tests, require: {failed: NaN}}]}", "{evidence: [{type: tests, require: {failed: .nan}}]}",
        "{evidence: [{type: tests, require: {failed: -.inf}}]}",
        "{evidence: [{type: tests, require: {failed: Infinity}}]}",
        "{evidence: [{type: tests, require: {failed: 1e400}}]}",
        "{evidence: [{type: tests, require: {failed: 0x10}}]}", "{evidence: [{type: tests, require: {failed: 010}}]}",
        "{evidence: [{type: tests, require: {failed: +1}}]}", "{evidence: [{type: tests, require: {failed: 1_000}}]}",
        "{evidence: [{type: tests, require: {failed: .5}}]}", "{evidence: [{type: tests, require: {failed: 1.2.3}}]}",
        "{evidence: [{type: tests, require: {failed: ~}}]}", "{evidence: [{type: tests, require: {failed: [0]}}]}",
        "{evidence: [{type: tests, require: {done: yes}}]}", "{evidence: [{type: tests, require: {done: True}}]}",
        "{evidence: [{type: tests, require: {failed: {}}}]}", "{evidence: [{type: tests, require: {failed: {mx: 0}}}]}",
        "{evidence: [{type: tests, require: {failed: {max: ~}}}]}",
        "{evidence: [{type: tests, require: {failed: {max: many}}}]}",
        "{evidence: [{type: tests, require: {failed: {min: 2, max: 1}}}]}",
        "{evidence: [{type: tests, require: {\"a b\": 1}}]}", "{evidence: [{type: tests, maxAge: 0s}]}",
        "{evidence: [{type: tests, maxAge: -7d}]}", "{evidence: [{type: tests, maxAge: ~}]}",
        "{evidence: [{type: tests, role: [a]}]}", "{evidence: [{type: tests, role: \"a b\"}]}",
        "{signature: ~}", "{signature: ci}", "{signature: {count: 0}}", "{signature: {count: -1}}",
        "{signature: {count: 1.5}}", "{signature: {count: 1e30}}", "{signature: {count: 21}}",
        "{signature: {types: []}}", "{signature: {types: [tests, tests]}}", "{signature: {types: [review]}}",
        "{signature: {rolle: ci}}",
        "{provenance: {}}", "{provenance: {builders: []}}", "{provenance: {builders: [a], sources: []}}",
        "{provenance: {builders: [a], buildType: b}}", "{provenance: {builders: [a], parameters: [x]}}",
        "{provenance: {builders: [a], parameters: {x: [1]}}}",
        "{sbom: {formats: [cyclondx]}}", "{sbom: {formats: []}}", "{sbom: {minComponents: 0}}", "{sbom: ~}",
        "{approvals: {}}", "{approvals: []}", "{approvals: {count: 0, role: a}}", "{approvals: {count: 2}}",
        "{approvals: {role: a}}", "{approvals: {count: 99, role: a}}", "{approvals: {count: 01, role: a}}",
        "{approvals: {count: 1e30, role: a}}", "{approvals: {count: -1, role: a}}",
        "{approvals: {count: 1.5, role: a}}",
        "{approvals: {count: 1, role: a, notAuthor: maybe}}", "{approvals: {count: 1, role: a, expireAfter: 0s}}",
        "{approvals: {count: 1, role: a, escalateAfter: 1h}}", "{approvals: {count: 1, role: a, escalateTo: b}}",
        "{approvals: {count: 1, role: a, escalateAfter: 1h, escalateTo: a}}",
        "{approvals: {count: 1, role: a, escalateAfter: ~, escalateTo: b}}",
        "{signedCommits: ~}", "{signedCommits: true}", "{signedCommits: {commits: some}}",
        "{signedCommits: {commits: [all]}}", "{signedCommits: {role: a b}}", "{signedCommits: {rule: a}}",
        "{signedCommit: {role: a}}",
        "{approvals: [{count: 1, role: a}, {count: 1}]}", "{aproval: {count: 1, role: a}}",
        "{configDrift: {from: prod}}", "{configDrift: {max: -1}}", "{configDrift: {ignore: []}}",
        "{configDrift: {ignores: [a]}}", "{configDrift: 3}",
        "{secrets: {require: []}}", "{secrets: {allow: [\"a b\"]}}", "{secrets: {requires: [a]}}",
        "{quota: {}}", "{quota: {cpu: -1}}", "{quota: {cpu: NaN}}", "{quota: {cpu: 8 cores}}", "{quota: {cpu: ~}}",
        "{quota: {memory: 16GiB}}", "{quota: {memory: [1]}}", "{quota: {memory: 1e999}}", "{quota: 8}",
        "{order: {dependsOn: false}}", "{order: {sets: []}}", "{order: {sets: [[a]]}}", "{order: {sets: [a, b]}}",
        "{order: {set: [[a, b]]}}",
        "{configDrift: {max: 1e30}}", "{configDrift: {max: 1.5}}", "{sbom: {minComponents: -1}}",
        "{sbom: {minComponents: 1e30}}", "{rate: {max: -1, per: 1h}}", "{rate: {max: 1.5, per: 1h}}",
        "{rate: {max: 1e30, per: 1h}}", "{rate: {max: 1, per: 1y}}", "{rate: {max: 1, per: 99999999h}}",
        "{rate: {max: 1}}", "{rate: {per: 1h}}", "{rate: {max: 0, per: 1h}}", "{rate: {max: 1, per: 0s}}",
        "{rate: 5}",
        "{rego: {file: prod.rego}}", "{rego: {query: data.a}}", "{rego: {file: ../x.rego, query: data.a}}",
        "{rego: {file: /x.rego, query: data.a}}", "{rego: {file: a//b.rego, query: data.a}}",
        "{rego: {file: .rego, query: data.a}}", "{rego: {file: x.yaml, query: data.a}}",
        "{rego: {file: x.rego, query: data}}", "{rego: {file: x.rego, query: input.a}}",
        "{rego: {file: x.rego, query: \"data.a[0]\"}}", "{rego: {file: x.rego, query: data.a..b}}",
        "{rego: {file: x.rego, query: \"data.a; true\"}}",
    ]

    private static let emergencies = [
        "{}", "~", "{skip: [], role: a, reviewWithin: 72h}", "{skip: [soak], role: a}",
        "{skip: [soak], reviewWithin: 72h}", "{skip: [pinned], role: a, reviewWithin: 72h}",
        "{skip: [contract], role: a, reviewWithin: 72h}", "{skip: [source], role: a, reviewWithin: 72h}",
        "{skip: [hold], role: a, reviewWithin: 72h}", "{skip: [signature], role: a, reviewWithin: 72h}",
        "{skip: [secrets], role: a, reviewWithin: 72h}", "{skip: [sook], role: a, reviewWithin: 72h}",
        "{skip: [signedCommits], role: a, reviewWithin: 72h}", "{skip: [soak, soak], role: a, reviewWithin: 72h}",
        "{skip: [soak], role: a, approvals: 0, reviewWithin: 72h}",
        "{skip: [soak], role: a, reviewWithin: 0s}", "{skip: [soak], role: a, review: 72h}",
    ]

    private static let roles = [
        "{}", "~", "[a]", "{roles: {}}", "{roles: {ci: []}}", "{roles: {ci: a}}", "{roles: {ci: [\"*@a.example\"]}}",
        "{roles: {ci: [a, A]}}", "{roles: {\"c i\": [a]}}", "{roles: {ci: [[a]]}}", "{role: {ci: [a]}}",
        "{people: [{name: Ada}]}", "{people: [{addresses: [a]}]}", "{people: [{name: Ada, addresses: []}]}",
        "{people: [{name: Ada, addresses: [a]}, {name: Eve, addresses: [A]}]}",
        "{people: [{name: Ada, mail: [a]}]}", "{people: []}",
    ]

    private static let freezes = [
        "{environments: prod, reason: r, owner: o}",
        "{environments: prod, reason: r, until: 2027-01-01T00:00:00Z}",
        "{environments: prod, owner: o, until: 2027-01-01T00:00:00Z}",
        "{reason: r, owner: o, until: 2027-01-01T00:00:00Z}",
        "{environments: [], reason: r, owner: o, until: 2027-01-01T00:00:00Z}",
        "{environments: prod, reason: r, owner: o, until: 2027-01-01}",
        "{environments: prod, reason: r, owner: o, until: 2027-02-29T00:00:00Z}",
        "{environments: prod, reason: r, owner: o, until: tomorrow}",
        "{environments: prod, reason: r, owner: o, from: 2027-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z}",
        "{environments: prod, reason: \"\", owner: o, until: 2027-01-01T00:00:00Z}",
        "{environment: prod, reason: r, owner: o, until: 2027-01-01T00:00:00Z}",
    ]

    private static let ignores = [
        "{}", "{ignores: 7}", "{ignores: [x]}",
        "{ignores: [{kind: unpinned, reason: r}]}",
        "{ignores: [{reason: r, expires: 2027-01-01T00:00:00Z}]}",
        "{ignores: [{kind: unpined, reason: r, expires: 2027-01-01T00:00:00Z}]}",
        "{ignores: [{kind: everything, reason: r, expires: 2027-01-01T00:00:00Z}]}",
        "{ignores: [{kind: unpinned, expires: 2027-01-01T00:00:00Z}]}",
        "{ignores: [{kind: unpinned, reason: r, expires: never}]}",
        "{ignores: [{knid: unpinned, reason: r, expires: 2027-01-01T00:00:00Z}]}",
    ]

    private static let heads = [
        "kind: PromotionContract\nmetadata: {name: x}\nspec: {}",
        "apiVersion: v1\nkind: PromotionContract\nmetadata: {name: x}\nspec: {}",
        "apiVersion: towpath.dev/v2\nkind: PromotionContract\nmetadata: {name: x}\nspec: {}",
        "apiVersion: towpath.dev/v1\nmetadata: {name: x}\nspec: {}",
        "apiVersion: towpath.dev/v1\nkind: PromotonContract\nmetadata: {name: x}\nspec: {}",
        "apiVersion: towpath.dev/v1\nkind: Pod\nmetadata: {name: x}\nspec: {}",
        "apiVersion: towpath.dev/v1\nkind: Freeze\nmetadata: {name: x}",
        "apiVersion: towpath.dev/v1\nkind: Freeze\nmetadata: {name: x}\nspec: {}\nstatus: {}",
        "apiVersion: towpath.dev/v1\nkind: Freeze\nspec: {environments: p, reason: r, owner: o, until: 2027-01-01T00:00:00Z}",
        "apiVersion: towpath.dev/v1\nkind: Freeze\nmetadata: {name: a b}\nspec: {environments: p, reason: r, owner: o, until: 2027-01-01T00:00:00Z}",
        "apiVersion: towpath.dev/v1\nkind: Freeze\nmetadata: {nmae: x}\nspec: {environments: p, reason: r, owner: o, until: 2027-01-01T00:00:00Z}",
        "<<: {apiVersion: towpath.dev/v1}\nkind: Freeze",
        "kind: {{ .Values.kind }}",
        "a: 1\na: 2",
    ]

    private static func rendered(_ specs: [String], _ document: (String) -> String) -> String {
        specs.map { spec in
            let policies = PolicyDecoder.policies(
                Array(document(spec).utf8), file: "policies/prod.yaml", blob: String(repeating: "0", count: 40))
            let messages = policies.defects.map { "  \($0.problem)\n" }.joined()
            return spec + "\n" + (messages.isEmpty ? "  accepted\n" : messages)
        }.joined(separator: "\n")
    }

    private static func document(_ kind: String, _ spec: String) -> String {
        "apiVersion: towpath.dev/v1\nkind: \(kind)\nmetadata: {name: x}\nspec:\n  \(spec)\n"
    }

    @Test func `contracts say what is wrong and where`() {
        Golden.expect(
            Self.rendered(Self.contracts) { Self.document("PromotionContract", $0) }, is: "messages-contract.txt")
    }

    @Test func `windows say what is wrong and where`() {
        Golden.expect(
            Self.rendered(Self.windows) { windows in
                Self.document("PromotionContract", "{to: prod, from: [staging], gates: {windows: \(windows)}}")
            }, is: "messages-windows.txt")
    }

    @Test func `gates say what is wrong and where`() {
        Golden.expect(
            Self.rendered(Self.gates) { gates in
                Self.document("PromotionContract", "{to: prod, from: [staging], gates: \(gates)}")
            }, is: "messages-gates.txt")
    }

    @Test func `emergencies say what is wrong and where`() {
        Golden.expect(
            Self.rendered(Self.emergencies) { emergency in
                Self.document("PromotionContract", "{to: prod, from: [staging], gates: {}, emergency: \(emergency)}")
            }, is: "messages-emergency.txt")
    }

    @Test func `roles say what is wrong and where`() {
        Golden.expect(Self.rendered(Self.roles) { Self.document("Roles", $0) }, is: "messages-roles.txt")
    }

    @Test func `freezes say what is wrong and where`() {
        Golden.expect(Self.rendered(Self.freezes) { Self.document("Freeze", $0) }, is: "messages-freeze.txt")
    }

    @Test func `ignore rules say what is wrong and where`() {
        Golden.expect(Self.rendered(Self.ignores) { Self.document("DriftIgnore", $0) }, is: "messages-ignore.txt")
    }

    @Test func `documents of another shape say what is wrong and where`() {
        Golden.expect(Self.rendered(Self.heads) { $0 }, is: "messages-document.txt")
    }

    @Test(
        arguments: [
            ("sook", "soak"), ("soka", "soak"), ("Soak", "soak"), ("window", "windows"), ("x", nil), ("", nil),
            ("pined", "pinned"), ("totally", nil), ("soaksoak", nil),
        ] as [(String, String?)])
    func `a hint is near or there is none`(_ word: String, _ hint: String?) {
        #expect(Spelling.nearest(to: word, among: ["pinned", "soak", "windows"]) == hint)
    }
}
