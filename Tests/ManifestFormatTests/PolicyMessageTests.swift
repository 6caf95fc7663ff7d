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
