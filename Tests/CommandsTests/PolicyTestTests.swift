import Foundation
import TestSupport
import Testing

/// A test file that cannot be used, and what people are told.
struct BadPolicyTest: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let content: String
    let told: String

    /// - Parameter line: takes the place of the line `expect` of a case that is good.
    init(_ name: String, case line: String, _ told: String) {
        self.init(
            name,
            """
            apiVersion: towpath.dev/v1
            kind: PolicyTest
            metadata: {name: x}
            spec:
              cases:
                - name: one
                  at: 2026-11-23T11:00:00Z
                  environment: prod
                  changes: [{component: web, to: 1.0.0}]
                  \(line)

            """, told)
    }

    init(_ name: String, _ content: String, _ told: String) {
        testDescription = name
        self.content = content
        self.told = told
    }

    private static let expect = "expect: {result: refused}"

    static let all: [BadPolicyTest] = [
        BadPolicyTest("no YAML", "kind: [\n", "policies/x.test.yaml:2:1: "),
        BadPolicyTest(
            "a contract", "apiVersion: towpath.dev/v1\nkind: PromotionContract\n",
            ":2:7: expected kind PolicyTest, found \"PromotionContract\"; a file named *.test.yaml holds tests only"),
        BadPolicyTest(
            "an unknown field", case: "expekt: {}", ":10:7: unknown field \"expekt\"; did you mean \"expect\"?"),
        BadPolicyTest("no expectation", case: "authors: []", ":6:7: \"expect\" is missing"),
        BadPolicyTest("an empty expectation", case: "expect: {}", ":10:15: nothing is expected"),
        BadPolicyTest(
            "an unknown gate", case: "expect: {gates: {sok: open}}",
            ":10:24: unknown gate \"sok\"; did you mean \"soak\"?"),
        BadPolicyTest(
            "an unknown state", case: "expect: {gates: {soak: opened}}",
            ":10:30: unknown state \"opened\"; did you mean \"open\"?"),
        BadPolicyTest(
            "an unknown result", case: "expect: {result: denied}",
            ":10:24: unknown result \"denied\"; expected one of permitted, waiting, refused"),
        BadPolicyTest("a bad instant", case: "\(expect)\n      waitingSince: noon", ":11:21: \"noon\" is no instant"),
        BadPolicyTest("no such state", case: "expect: {nextChange: never}", ":10:28: \"never\" is no instant"),
        BadPolicyTest(
            "a bad source", case: "\(expect)\n      sources: {staging: gone}",
            ":11:26: \"staging\": expected a list, or the word unreadable"),
        BadPolicyTest(
            "two artifacts in one component",
            case: """
                \(expect)
                      sources:
                        staging:
                          - {component: web, artifact: 1.0.0, since: 2026-11-23T09:00:00Z}
                          - {component: web, artifact: 1.1.0, since: 2026-11-23T09:30:00Z}
                """,
            ":14:13: \"web\" stands twice"),
        BadPolicyTest(
            "an end before its beginning",
            case:
                "\(expect)\n      sources: {staging: [{component: web, artifact: 1.0.0, until: 2026-11-23T09:00:00Z}]}",
            "\"until\" needs a \"since\" before it"),
        BadPolicyTest(
            "a bad artifact", case: "\(expect)\n      recorded: [{component: web, artifact: \"web@sha256:12\"}]",
            "is no artifact reference"),
        BadPolicyTest(
            "an unseen statement", case: "\(expect)\n      evidence: [{type: tests, signer: ci@example.org}]",
            ":11:18: \"seen\" is missing"),
        BadPolicyTest(
            "an approval of no kind",
            case: "\(expect)\n      approvals: [{by: a@b.c, at: 2026-11-23T09:00:00Z, kind: nod}]",
            "unknown kind of approval \"nod\""),
        BadPolicyTest(
            "a key twice", case: "\(expect)\n      \(expect)", ":11:7: "),
        BadPolicyTest(
            "a case twice",
            case: """
                \(expect)
                    - name: one
                      at: 2026-11-23T11:00:00Z
                      environment: prod
                      configurationChanged: true
                      \(expect)
                """,
            ":11:7: \"one\" stands twice"),
        BadPolicyTest(
            "a commit in a place that there is not", case: "\(expect)\n      commits: [{by: a@b.c, place: main}]",
            ":11:36: unknown place \"main\"; expected one of branch, merged, proposed"),
        BadPolicyTest(
            "a signature that is somebody's and none", case: "\(expect)\n      commits: [{by: a@b.c, refused: no}]",
            ":11:17: a signature that is refused is nobody's"),
        BadPolicyTest(
            "nothing that moves",
            """
            apiVersion: towpath.dev/v1
            kind: PolicyTest
            metadata: {name: x}
            spec: {cases: [{name: one, at: 2026-11-23T11:00:00Z, environment: prod, \(expect)}]}
            """,
            ":4:16: nothing moves"),
    ]
}

/// Table tests beside contracts.
@Suite struct PolicyTestTests {
    /// The program in a folder with `files`, which is no repository.
    private func folder(_ files: [String: BareRepository.Entry]) throws -> TowpathProgram {
        let folder = try TemporaryDirectory("policies")
        for (path, entry) in files {
            guard case .text(let text) = entry else { continue }
            let url = URL(fileURLWithPath: folder.file(path))
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return try TowpathProgram(in: folder)
    }

    private static let policies: [String: BareRepository.Entry] = [
        "policies/staging.yaml": SampleText.contract(to: "staging", from: "dev", gates: "{soak: 10m}"),
        "policies/prod.yaml": SampleText.contract(
            to: "prod", from: "staging", gates: "{pinned: true, soak: 30m}", more: "unit: together"),
        "policies/freeze.yaml": """
        apiVersion: towpath.dev/v1
        kind: Freeze
        metadata: {name: sale}
        spec: {environments: [prod], reason: sale, owner: shop, from: 2026-11-26T00:00:00Z, until: 2026-12-01T00:00:00Z}

        """,
    ]

    /// One case of each thing that can be found to be otherwise, and some that are as expected.
    private static let table: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: PolicyTest
        metadata: {name: to-prod}
        spec:
          contract: to-prod-eu
          cases:
            - name: another contract judges
              at: 2026-11-23T11:00:00Z
              environment: prod
              configurationChanged: true
              expect: {result: permitted}
        ---
        apiVersion: towpath.dev/v1
        kind: PolicyTest
        metadata: {name: rest}
        spec:
          cases:
            - name: two things at once
              at: 2026-11-23T11:00:00Z
              environment: prod
              changes:
                - {component: api, from: 1.0.0, to: 1.1.0}
                - {component: web, from: 1.0.0}
              sources:
                staging: [{component: api, artifact: 1.1.0, since: 2026-11-23T10:30:00Z}]
              expect: {result: permitted, gates: {soak: open, freeze: open}}
            - name: the soak is not full
              at: 2026-11-23T11:00:00Z
              environment: prod
              changes: [{component: api, from: 1.0.0, to: 1.1.0}]
              sources:
                staging: [{component: api, artifact: 1.1.0, since: 2026-11-23T10:31:00Z}]
              expect:
                result: permitted
                gates: {soak: open, evidence: open}
                reason: {source: dev}
                nextChange: none
            - name: the sale
              at: 2026-11-27T11:00:00Z
              environment: prod
              changes: [{component: api, to: "registry.example/shop/api:1.1.0"}]
              sources: {staging: unreadable}
              expect: {result: refused, gates: {freeze: pending, pinned: closed, source: pending}}
            - name: nobody guards it
              at: 2026-11-23T11:00:00Z
              environment: qa
              changes: [{component: api, to: 1.1.0}]
              expect: {result: refused, gates: {contract: closed}, reason: {contract: no contract guards qa}}
            - name: two things under a contract for each
              at: 2026-11-23T11:00:00Z
              environment: staging
              changes: [{component: api, to: 1.1.0}, {component: web, to: 1.1.0}]
              expect: {result: refused}

        """

    @Test func `a line for each case, and what was found otherwise`() throws {
        let towpath = try folder(Self.policies.merging(["policies/prod.test.yaml": Self.table]) { $1 })
        let run = try towpath("policy", "test")
        #expect(run.status == 2, "\(run.text)")
        Golden.expect(run.output + run.errors, is: "policy-test.txt")
        let json = try towpath("policy", "test", "--output", "json")
        Golden.expect(json.output, is: "policy-test.json")
    }

    @Test func `commits are signed, or not, as a case says`() throws {
        let contract = SampleText.contract(to: "prod", gates: "{signedCommits: {role: managers}}")
        let roles: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: Roles
            spec: {roles: {managers: [ada@example.org]}}

            """
        let cases = [
            ("", "pending", "history does not tell"), ("[{by: ada@example.org}]", "open", "signed by ada@example.org"),
            ("[{by: eve@example.org}]", "closed", "not of managers"),
            ("[{by: eve@example.org, roles: [managers]}]", "open", "signed by eve"),
            ("[{by: ada@example.org}, {place: merged}]", "closed", "is not signed"),
            ("[{plainMerge: true}, {by: ada@example.org, place: merged}]", "open", "signed by ada"),
            ("[{refused: bad bytes}]", "closed", "bad bytes"),
            ("[{by: ada@example.org, validUntil: 2026-11-23T10:00:00Z}]", "closed", "counted until"),
            (
                "[{by: ada@example.org, validUntil: 2026-11-23T10:00:00Z, seen: 2026-11-23T09:00:00Z}]", "open",
                "signed by ada"
            ),
        ].enumerated().map { index, row in
            """
                - name: case \(index)
                  at: 2026-11-23T11:00:00Z
                  environment: prod
                  changes: [{component: web, to: 1.0.0}]
                  \(row.0.isEmpty ? "" : "commits: \(row.0)")
                  expect: {gates: {signedCommits: \(row.1)}, reason: {signedCommits: \(row.2)}}
            """
        }.joined(separator: "\n")
        let towpath = try folder([
            "policies/prod.yaml": contract, "policies/roles.yaml": roles,
            "policies/prod.test.yaml": .text(
                "apiVersion: towpath.dev/v1\nkind: PolicyTest\nmetadata: {name: x}\nspec:\n  cases:\n\(cases)\n"),
        ])
        let run = try towpath("policy", "test")
        #expect(run.status == 0 && run.output.hasSuffix("9 of 9 cases passed\n"), "\(run.text)")
    }

    @Test func `a rule in Rego stands beside contracts, and denies what a case says`() throws {
        let rule: BareRepository.Entry = "package towpath\n\nimport rego.v1\n\ndeny contains \"no\" if false\n"
        let cases = [
            ("[]", "open", "denies nothing"), ("[too new]", "closed", "too new"), ("", "pending", "not asked"),
        ]
        .enumerated().map { index, row in
            """
                - name: case \(index)
                  at: 2026-11-23T11:00:00Z
                  environment: prod
                  changes: [{component: web, to: 1.0.0}]
                  \(row.0.isEmpty ? "" : "denials: \(row.0)")
                  expect: {gates: {rego: \(row.1)}, reason: {rego: \(row.2)}}
            """
        }.joined(separator: "\n")
        let towpath = try folder([
            "policies/prod.yaml": SampleText.contract(
                to: "prod", gates: "{rego: {file: rules/prod.rego, query: data.towpath.deny}}"),
            "policies/rules/prod.rego": rule,
            "policies/prod.test.yaml": .text(
                "apiVersion: towpath.dev/v1\nkind: PolicyTest\nmetadata: {name: x}\nspec:\n  cases:\n\(cases)\n"),
        ])
        for paths in [[], ["policies"], ["policies/prod.test.yaml"]] {
            let run = try towpath(["policy", "test"] + paths)
            #expect(run.status == 0 && run.output.hasSuffix("3 of 3 cases passed\n"), "\(run.text)")
        }
    }

    @Test(arguments: BadPolicyTest.all)
    func `a test that cannot be used is told with its place, and the others run`(bad: BadPolicyTest) throws {
        let good: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: PolicyTest
            metadata: {name: good}
            spec:
              cases:
                - {name: one, at: 2026-11-23T11:00:00Z, environment: prod, configurationChanged: true, expect: {result: permitted}}

            """
        let towpath = try folder(
            Self.policies.merging([
                "policies/x.test.yaml": .text(bad.content), "policies/good.test.yaml": good,
            ]) { $1 })
        let run = try towpath("policy", "test")
        #expect(run.status == 65 && run.errors.contains(bad.told), "\(run.text)")
        #expect(run.errors.hasPrefix("policies/x.test.yaml:"), "\(run.errors)")
        #expect(run.output.hasSuffix("1 of 1 case passed\n"), "\(run.output)")
    }

    @Test func `the tests of the sample fleet pass`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let towpath = try TowpathProgram(in: root)
        let run = try towpath("policy", "test")
        #expect(run.status == 0 && run.output.hasSuffix(" cases passed\n"), "\(run.text)")
        let one = try towpath("policy", "test", root + "/policies/prod.test.yaml")
        #expect(one.status == 0 && one.output.contains("8 of 8 cases passed"), "\(one.text)")
    }

    @Test func `a broken policy is told, and a path that leads nowhere`() throws {
        let towpath = try folder([
            "policies/prod.yaml": SampleText.contract(to: "prod", from: "staging", gates: "{soek: 1m}"),
            "policies/prod.test.yaml": Self.table,
        ])
        let run = try towpath("policy", "test")
        #expect(run.status == 65 && run.errors.hasPrefix("policies/prod.yaml:9:11: unknown gate"), "\(run.text)")
        for path in ["nowhere", "/nowhere", "policies/nowhere.test.yaml"] {
            let run = try towpath("policy", "test", path)
            #expect(run.status == 65 && run.errors.hasPrefix("towpath: \(path): there is no such file"), "\(run.text)")
        }
        let wrong = try towpath("policy", "test", "policies/prod.yaml")
        #expect(wrong.status == 65 && wrong.errors.contains("a name that ends in .test.yaml"), "\(wrong.text)")
    }

    @Test func `a broken test in the repository closes no environment`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["policies/dev.test.yaml": "kind: [\n"]) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        let run = try towpath("reconcile")
        #expect(run.status == 0 && run.output.contains("promoted   dev  web 1.1.0"), "\(run.text)")
        #expect(try towpath("plan").status == 0)
    }
}
