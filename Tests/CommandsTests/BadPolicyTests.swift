import TestSupport
import Testing

/// A contract that cannot be used, and what people are told.
struct BadContract: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let content: BareRepository.Entry
    let told: String

    init(_ name: String, _ content: BareRepository.Entry, _ told: String) {
        testDescription = name
        self.content = content
        self.told = told
    }

    static let all: [BadContract] = [
        BadContract(
            "an unknown gate", SampleText.contract(to: "staging", from: "dev", gates: "{aproval: 2}"),
            "policies/staging.yaml:9:11: unknown gate \"aproval\""),
        BadContract(
            "an unknown field", SampleText.contract(to: "staging", from: "dev", more: "units: each"),
            "policies/staging.yaml:8:3: unknown field \"units\"; did you mean \"unit\"?"),
        BadContract(
            "a negative duration", SampleText.contract(to: "staging", from: "dev", gates: "{soak: -5m}"),
            "policies/staging.yaml:9:17: \"-5m\" is no duration"),
        BadContract(
            "a number for a duration", SampleText.contract(to: "staging", from: "dev", gates: "{soak: 30}"),
            "policies/staging.yaml:9:17: \"30\" is no duration"),
        BadContract(
            "an absurd duration", SampleText.contract(to: "staging", from: "dev", gates: "{soak: 99999999h}"),
            "policies/staging.yaml:9:17: \"99999999h\" is longer than the ten years"),
        BadContract(
            "a window that never opens", SampleText.contract(to: "staging", from: "dev", gates: "{windows: []}"),
            "policies/staging.yaml:9:20: no window at all would never open"),
        BadContract(
            "an unknown zone",
            SampleText.contract(
                to: "staging", from: "dev", gates: "{windows: [{from: \"09:00\", to: \"10:00\", zone: Mars/Base}]}"),
            "time zone \"Mars/Base\" is not known"),
        BadContract(
            "a cycle", SampleText.contract(to: "staging", from: "prod-eu"),
            "closes a cycle: "),
        BadContract(
            "a source that is no environment", SampleText.contract(to: "staging", from: "devel"),
            "takes from \"devel\", which is no environment"),
        BadContract(
            "two of equal rank",
            """
            apiVersion: towpath.dev/v1
            kind: PromotionContract
            metadata: {name: one}
            spec: {to: staging, from: [dev], gates: {}}
            ---
            apiVersion: towpath.dev/v1
            kind: PromotionContract
            metadata: {name: two}
            spec: {to: staging, from: [dev], gates: {soak: 1h}}
            """,
            "policies/staging.yaml:6:1: contracts \"one\" (policies/staging.yaml) and \"two\" are equally specific"),
        BadContract(
            "no target",
            "apiVersion: towpath.dev/v1\nkind: PromotionContract\nmetadata: {name: x}\nspec: {from: [dev], gates: {}}\n",
            "policies/staging.yaml:4:7: \"to\" is missing"),
        BadContract("no YAML", "kind: [\n", "policies/staging.yaml:2:1: "),
        BadContract(
            "duplicate keys", "kind: a\nkind: b\n",
            "policies/staging.yaml:2:1: the key \"kind\" stands on line 1 already, so the file cannot be used"),
        BadContract("a symbolic link", .link("dev.yaml"), "policies/staging.yaml: no plain file: never followed"),
    ]
}

@Suite struct BadPolicyTests {
    /// A settled fleet in which the contract of `staging` is then broken, in the commit that declares a new digest in
    /// `dev` and, by a direct merge, in `staging`.
    private func fleet(_ contract: BareRepository.Entry) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "policies/staging.yaml": contract,
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2),
        ])
        return (repository, towpath)
    }

    @Test(arguments: BadContract.all)
    func `a contract that cannot be used closes its environment and says where and why`(bad: BadContract) throws {
        let (repository, towpath) = try fleet(bad.content)
        let staging = try repository.file("environments/staging/environment.lock")

        let plan = try towpath("plan")
        #expect(plan.text.contains(bad.told), "\(plan.text)")
        let status = try towpath("status", "staging", "--output", "json")
        #expect(status.output.contains("\"state\": \"refused\""), "\(status.output)")

        let tick = try towpath("reconcile")
        #expect([0, 65].contains(tick.status), "\(tick.text)")
        let after = try repository.file("environments/staging/environment.lock")
        #expect(after.contains("digest: \(SampleText.digest(1))"), "nothing arrives: \(after)")
        #expect(after != staging || tick.status == 65, "the refusal is recorded")
        let drift = try towpath("drift")
        #expect(drift.status == 2)
        try repository.expectSound()
    }

    @Test(arguments: BadContract.all.filter { $0.told.contains("staging.yaml:9") })
    func `a contract that cannot be used leaves other environments alone`(bad: BadContract) throws {
        let (repository, towpath) = try fleet(bad.content)
        #expect(try towpath("reconcile").status == 65)
        #expect(try repository.file("environments/dev/environment.lock").contains("digest: \(SampleText.digest(2))"))
        try repository.expectSound()
    }

    @Test func `an environment that no contract guards refuses with the contract to write`() throws {
        let (repository, towpath) = try fleet(.gone)
        let tick = try towpath("reconcile", "--strict")
        #expect(tick.status == 3 || tick.status == 65, "\(tick.text)")
        #expect(
            tick.output.contains("no contract guards staging, so nothing may arrive; write policies/staging.yaml:"),
            "\(tick.output)")
        #expect(
            try repository.file("environments/staging/environment.lock").contains("digest: \(SampleText.digest(1))"))
        try repository.expectSound()
    }
}
