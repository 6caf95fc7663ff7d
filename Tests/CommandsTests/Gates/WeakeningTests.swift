import TestSupport
import Testing

/// Changes that would permit themselves: judged by what they replace, before the merge and after it.
@Suite struct WeakeningStories {
    /// A change of the rules that comes with the promotion it is to let through.
    struct Attempt: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let gates: String
        var files: [String: BareRepository.Entry] = [:]
        /// What is changed beside the digest.
        let change: @Sendable () throws -> [String: BareRepository.Entry]
        /// Who attests or approves in favour of it, before the merge.
        var help: @Sendable (GateFleet) throws -> Void = { _ in }
        let gate: String
        let state: String
    }

    private static let freeze: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Freeze
        metadata: {name: audit}
        spec: {environments: [prod], reason: audit, owner: ada, from: "2026-11-01T00:00:00Z", until: "2026-12-24T00:00:00Z"}

        """

    static let attempts = [
        Attempt(
            testDescription: "its own key",
            gates: "{evidence: [{type: tests, require: {failed: 0}}]}",
            change: {
                ["policies/allowed_signers": .text(try Keyring.allowedSigners() + Keyring.line("mallory"))]
            },
            help: { try $0.attest("08:01", "mallory", "tests", GateFleet.passing) }, gate: "evidence", state: "pending"),
        Attempt(
            testDescription: "its own key under another's name",
            gates: "{approvals: {count: 1, role: release-managers}}",
            change: {
                let line = try Keyring.line("mallory").replacing("mallory@", with: "grace@")
                return ["policies/allowed_signers": .text(try Keyring.allowedSigners() + line)]
            },
            help: { try $0.approveAfterMerge("mallory") }, gate: "approvals", state: "pending"),
        Attempt(
            testDescription: "itself in a role", gates: "{approvals: {count: 1, role: release-managers}}",
            change: {
                ["policies/roles.yaml": .text(Keyring.roles.text.replacing("linus@", with: "eve@"))]
            },
            help: { try $0.approveAfterMerge("eve") }, gate: "approvals", state: "pending"),
        Attempt(
            testDescription: "an author who is another person now",
            gates: "{approvals: {count: 1, role: release-managers}}",
            change: {
                ["policies/roles.yaml": .text(Keyring.roles.text.replacing(", ada@home.invalid]", with: "]"))]
            },
            help: { try $0.approveAfterMerge("ada") }, gate: "approvals", state: "pending"),
        Attempt(
            testDescription: "a looser contract", gates: "{soak: 4h}",
            change: { ["policies/prod.yaml": SampleText.contract(to: "prod", from: "dev")] }, gate: "soak",
            state: "pending"),
        Attempt(
            testDescription: "a more specific contract", gates: "{soak: 4h}",
            change: {
                ["policies/web.yaml": SampleText.contract(to: "prod", from: "dev", more: "components: [web]")]
            }, gate: "soak", state: "pending"),
        Attempt(
            testDescription: "a freeze less", gates: "{}", files: ["policies/freeze.yaml": freeze],
            change: { ["policies/freeze.yaml": .gone] }, gate: "freeze", state: "pending"),
        Attempt(
            testDescription: "a gate with its role less", gates: "{approvals: {count: 1, role: release-managers}}",
            change: {
                [
                    "policies/prod.yaml": SampleText.contract(to: "prod", from: "dev"),
                    "policies/roles.yaml": .text(Keyring.roles.text.replacing("release-managers", with: "others")),
                ]
            }, gate: "approvals", state: "pending"),
        Attempt(
            testDescription: "evidence from another branch",
            gates: "{evidence: [{type: tests, require: {failed: 0}}]}",
            change: {
                ["towpath.yaml": "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  evidence: {branch: older}\n"]
            },
            help: { fleet in
                try fleet.attest("08:01", "ci", "tests", GateFleet.passing)
                try fleet.repository.git("branch", "older", "towpath/evidence")
                try fleet.attest("08:02", "ci", "tests", GateFleet.failing)
            }, gate: "evidence", state: "closed"),
    ]

    @Test(arguments: attempts)
    func `what loosens its own rules is held to the former ones, twice in a row`(_ attempt: Attempt) throws {
        let fleet = try GateFleet(
            gates: attempt.gates, files: attempt.files,
            change: GateFleet.arrival.merging(try attempt.change()) { $1 }, author: "Dev <ada@home.invalid>",
            isMerged: false)
        try attempt.help(fleet)
        let check = try fleet.run("08:04", "check", "--base", fleet.base, "--head", "topic")
        #expect(check.status == 3, "\(check.text)")
        try fleet.expect(attempt.gate, attempt.state, "as it was before this change", at: "08:04", on: [.check])
        try fleet.merge()
        try fleet.expect(
            attempt.gate, attempt.state, "as it was before this change", at: "08:05", on: [.plan, .explain])
        for time in ["08:05", "08:06", "08:07"] { try fleet.tick(time, holds: 1, cache: true) }
        #expect(try fleet.tick("08:08", holds: 1, cache: true).output.contains("nothing to do"))
        try fleet.repository.expectSound()
    }

    @Test func `a contract of the past that is put back is held to the one that it replaces`() throws {
        var fleet = try GateFleet(gates: "{}", change: ["README.md": "Nothing yet.\n"])
        let older = try fleet.repository.file("policies/prod.yaml")
        try fleet.repository.commit(
            ["policies/prod.yaml": SampleText.contract(to: "prod", from: "dev", gates: "{soak: 4h}")],
            author: GateFleet.nobody)
        try fleet.propose(GateFleet.arrival.merging(["policies/prod.yaml": .text(older)]) { $1 })
        try fleet.expect("soak", "pending", "as it was before this change", at: "08:04", on: [.check])
        try fleet.merge()
        try fleet.expect("soak", "pending", "as it was before this change", at: "08:05", on: [.plan, .explain])
        try fleet.tick("08:06", holds: 1)
        try fleet.tick("2026-11-23T12:00:00Z", holds: 2)
    }

    @Test(arguments: attempts)
    func `a change of the rules alone counts from its merge on`(_ attempt: Attempt) throws {
        var fleet = try GateFleet(gates: attempt.gates, files: attempt.files, author: "Dev <ada@home.invalid>")
        try fleet.tick("08:00", holds: 1)
        try attempt.help(fleet)
        try fleet.tick("08:04", holds: 1)
        try fleet.propose(try attempt.change())
        try fleet.merge()
        try fleet.tick("08:05", holds: 2)
        try fleet.repository.expectSound()
    }

    @Test func `an environment that was emptied before is no new one`() throws {
        var fleet = try GateFleet(
            gates: "{soak: 4h, windows: [{from: \"20:00\", to: \"21:00\", zone: UTC}]}",
            change: ["environments/prod/web.yaml": .gone])
        try fleet.tick("08:01", holds: 1)
        try fleet.propose(
            GateFleet.arrival.merging(["policies/prod.yaml": SampleText.contract(to: "prod", from: "dev")]) { $1 })
        try fleet.expect("soak", "pending", "as it was before this change", at: "08:02", on: [.check])
        try fleet.merge()
        for time in ["08:03", "08:04"] { try fleet.tick(time, holds: 1) }
        try fleet.repository.expectSound()
    }

    @Test func `what is tightened counts at once`() throws {
        let fleet = try GateFleet(
            gates: "{}",
            change: GateFleet.arrival.merging([
                "policies/prod.yaml": SampleText.contract(to: "prod", from: "dev", gates: "{soak: 4h}")
            ]) { $1 })
        try fleet.expect("soak", "pending", at: "08:01")
        try fleet.tick("08:01", holds: 1)
        try fleet.tick("12:00", holds: 2)
    }

    @Test func `an environment that comes with its first contract answers to that`() throws {
        let fleet = try GateFleet(
            gates: "{}",
            change: [
                "environments/next/web.yaml": SampleText.component("web", "1.1.0", 2),
                "policies/next.yaml": SampleText.contract(to: "next", from: "dev", gates: "{soak: 10m}"),
            ])
        #expect(try fleet.run("08:01", "reconcile").output.contains("waiting    next"))
        #expect(try fleet.run("08:05", "reconcile").output.contains("nothing to do"))
        #expect(try fleet.run("08:11", "reconcile").output.contains("promoted   next"))
    }
}

extension GateFleet {
    /// Approves in a copy of the fleet in which the pull request is merged, and takes only the evidence from there.
    fileprivate func approveAfterMerge(_ signer: String) throws {
        let tip = try #require(try repository.tip())
        try repository.git("update-ref", "refs/heads/main", "refs/heads/topic")
        try repository.git("update-ref", "-d", "refs/towpath/seen/main")
        try approve("08:01", signer)
        try repository.git("update-ref", "refs/heads/main", tip)
    }
}
