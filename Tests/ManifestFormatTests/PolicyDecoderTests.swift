import ManifestFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct PolicyDecoderTests {
    private static let blob = String(repeating: "0", count: 40)

    private static func policies(_ text: String) -> Policies {
        PolicyDecoder.policies(Array(text.utf8), file: "policies/prod.yaml", blob: blob)
    }

    private static func contract(_ spec: String, head: String = "") -> String {
        "apiVersion: towpath.dev/v1\nkind: PromotionContract\nmetadata: {name: to-prod}\n\(head)spec:\n\(spec)"
    }

    @Test func `a whole contract is read`() throws {
        let text = Self.contract(
            """
              to: [prod, "prod-*"]
              from: [staging, qa]
              components: [web, "api-*"]
              unit: together
              gates:
                soak: 1h30m
                windows:
                  - {days: Mon-Thu, from: "09:00", to: "16:00", zone: Europe/Berlin}
                  - {days: [Fri-Mon, Wed], from: 22:00, to: 06:00, zone: UTC, deny: true}
                  - {from: "00:00", to: "24:00", zone: UTC}
            """)
        let policies = Self.policies("---\n" + text + "\n---\n")
        #expect(policies.defects.isEmpty, "\(policies.defects)")
        let contract = try #require(policies.contracts.first)
        #expect(contract.name == "to-prod")
        #expect(contract.reference == "policies/prod.yaml@" + Self.blob)
        #expect(contract.place == Place(file: "policies/prod.yaml", line: 2, column: 1))
        #expect(contract.to == ["prod", "prod-*"])
        #expect(contract.from == ["staging", "qa"])
        #expect(contract.components == ["web", "api-*"])
        #expect(contract.unit == .together)
        #expect(
            contract.gates == [
                .pinned, .soak("1h30m"),
                .windows([
                    Window(days: [1, 2, 3, 4], from: 540, to: 960, zone: "Europe/Berlin"),
                    Window(days: [5, 6, 7, 1, 3], from: 1_320, to: 360, zone: "UTC", isDenied: true),
                    Window(days: Set(1...7), from: 0, to: 1_440, zone: "UTC"),
                ]),
            ])
    }

    @Test func `what a contract leaves out is the careful choice`() throws {
        let contract = try #require(Self.policies(Self.contract("  {to: prod, from: [], gates: {}}")).contracts.first)
        #expect(contract.gates == [.pinned])
        #expect(contract.components == ["*"])
        #expect(contract.unit == .each)
        #expect(contract.from.isEmpty)
        let loose = Self.policies(Self.contract("  {to: prod, from: staging, gates: {pinned: false}}"))
        #expect(loose.contracts.first?.gates == [])
        #expect(loose.contracts.first?.from == ["staging"])
    }

    @Test func `freezes and ignore rules are read`() {
        let policies = Self.policies(
            """
            apiVersion: towpath.dev/v1
            kind: Freeze
            metadata: {name: year-end}
            spec: {environments: "prod*", reason: quiet, owner: Ada, from: 2026-12-23T00:00:00Z, until: 2027-01-02T00:00:00+01:00}
            ---
            apiVersion: towpath.dev/v1
            kind: DriftIgnore
            metadata: {name: known}
            spec:
              ignores:
                - {kind: unpinned, environment: dev, reason: later, expires: 2026-12-01T00:00:00Z}
                - {id: drift-0123456789abcdef, component: "web*", reason: known, expires: 2026-12-01T00:00:00Z}
            """)
        #expect(policies.defects.isEmpty, "\(policies.defects)")
        #expect(policies.freezes.map(\.until) == ["2027-01-01T23:00:00Z"])
        #expect(policies.freezes.map(\.environments) == [["prod*"]])
        #expect(policies.ignores.map(\.kind) == [.unpinned, nil])
        #expect(policies.ignores.map(\.place.line) == [11, 12])
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "---\n---\n", "~\n"])
    func `an empty file holds no policy`(_ text: String) {
        #expect(Self.policies(text) == Policies())
    }

    @Test func `one broken document leaves the others in force`() {
        let text =
            Self.contract("  {to: prod, from: [staging], gates: {sook: 30m}}\n") + "---\n"
            + Self.contract("  {to: staging, from: [], gates: {}}\n") + "---\nnot a policy\n"
        let policies = Self.policies(text)
        #expect(policies.contracts.map(\.to) == [["staging"]])
        #expect(
            policies.defects.map(\.problem.description) == [
                "policies/prod.yaml:5:39: unknown gate \"sook\"; did you mean \"soak\"?",
                "policies/prod.yaml:13:1: expected a mapping with apiVersion, kind, metadata, spec",
            ])
        #expect(policies.defects.map(\.environments) == [["prod"], nil])
    }

    @Test(
        arguments: [
            ("  {to: prod, too: x}", ["prod"]), ("  {to: [prod, \"eu-*\"], from: 1x!}", ["prod", "eu-*"]),
            ("  {too: prod}", nil), ("  {to: []}", nil), ("  {to: [prod, {a: b}]}", nil), ("  {to: {a: b}}", nil),
            ("  {to: \"\"}", nil), ("  {to: ~}", nil), ("  {to: \"prod staging\"}", nil), ("  [prod]", nil),
            ("  {environments: prod}", ["prod"]),
        ] as [(String, [NameGlob]?)])
    func `a broken contract reaches what it names and, where nobody can tell, everything`(
        _ spec: String, _ reach: [NameGlob]?
    ) throws {
        let policies = Self.policies(Self.contract(spec))
        #expect(policies.contracts.isEmpty)
        #expect(policies.defects.count == 1)
        #expect(try #require(policies.defects.first).environments == reach)
    }

    @Test(arguments: [
        "a: [\n", "a: 1\na: 2\n", "\u{FFFE}", "a: &a [*a]\n", "kind: Freeze\nspec: {environments: prod}\nspec: {}\n",
    ])
    func `a file that is no sound YAML concerns every environment`(_ text: String) {
        let policies = Self.policies(text)
        #expect(policies.defects.count == 1)
        #expect(policies.defects.allSatisfy { $0.environments == nil })
    }

    @Test(
        arguments: [
            ("a byte order mark", [0xEF, 0xBB, 0xBF], "\n", true), ("carriage returns", [], "\r\n", true),
            ("UTF-16", [0xFF, 0xFE], "\n", false), ("a NUL", [0], "\n", false),
            ("no UTF-8", [0xC3, 0x28], "\n", false),
            ("a tab", [0x09], "\n", false),
        ] as [(String, [UInt8], String, Bool)])
    func `of odd bytes some are read, and the others close what they might guard`(
        _ name: String, before: [UInt8], end: String, isRead: Bool
    ) {
        let text = Self.contract("  {to: prod, from: [staging], gates: {}}\n").replacing("\n", with: end)
        let policies = PolicyDecoder.policies(
            before + Array(text.utf8), file: "policies/prod.yaml", blob: String(repeating: "0", count: 40))
        #expect(policies.contracts.count == (isRead ? 1 : 0), "\(name)")
        #expect(policies.defects.map(\.environments) == (isRead ? [] : [nil]), "\(policies.defects)")
        #expect(policies.defects.allSatisfy { $0.problem.place.line > 0 && $0.problem.place.column > 0 })
    }

    @Test func `a broken ignore rule refuses nothing`() {
        let text = "apiVersion: towpath.dev/v1\nkind: DriftIgnore\nmetadata: {name: x}\nspec: {ignores: 7}\n"
        #expect(Self.policies(text).defects.map(\.environments) == [[]])
    }
}
