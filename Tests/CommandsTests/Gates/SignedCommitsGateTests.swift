import Foundation
import JSONText
import TestSupport
import Testing

/// The gate over who signed the commits of a change, as every command sees it.
@Suite struct SignedCommitsGateTests {
    private static let all = "{signedCommits: {role: release-managers}}"
    private static let merge = "{signedCommits: {role: release-managers, commits: merge}}"
    private static let web = "environments/prod/web.yaml"

    /// A fleet whose pull request is on `topic`, signed by `signer`, and not merged.
    private func proposed(
        _ gates: String = all, by signer: String?, change: [String: BareRepository.Entry] = GateFleet.arrival,
        files: [String: BareRepository.Entry] = [:]
    ) throws -> GateFleet {
        let fleet = try GateFleet(gates: gates, files: files, change: change, isMerged: false)
        if let signer { try fleet.repository.sign("topic", with: Keyring.path(signer)) }
        return fleet
    }

    private func signers(_ name: String, _ options: String) throws -> [String: BareRepository.Entry] {
        let others = try Keyring.allowedSigners(without: ["mallory", name])
        return ["policies/allowed_signers": .text(others + (try Keyring.line(name, options: options)))]
    }

    @Test func `what a release manager signed is merged by the forge and arrives`() throws {
        let fleet = try proposed(by: "ada-home")
        try fleet.expect("signedCommits", "open", "is signed by ada@home.invalid", at: "08:01", on: [.check])
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.expect("signedCommits", "open", "is signed by ada@home.invalid", at: "08:01")
        try fleet.tick("08:01", holds: 2)
        #expect(try fleet.message().contains("signed by ada@home.invalid"))
    }

    @Test(arguments: [
        (nil, "is not signed"), ("otto", "is signed by otto@example.invalid, who is not of release-managers"),
        ("mallory", "is not an allowed signer's"),
    ])
    func `what nobody, or somebody else, signed stays where it is`(signer: String?, reason: String) throws {
        let fleet = try proposed(by: signer)
        #expect(try fleet.run("08:01", "check", "--base", fleet.base, "--head", "topic").status == 3)
        try fleet.expect("signedCommits", "closed", reason, at: "08:01", on: [.check])
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.expect("signedCommits", "closed", reason, at: "08:01")
        for time in ["08:01", "08:02"] { try fleet.tick(time, holds: 1, cache: true) }
    }

    @Test func `every commit behind a merge counts, and a rebase of the forge is nobody's`() throws {
        let fleet = try proposed(by: "ada")
        try fleet.repository.commit(["notes": "1\n"], "Notes", branch: "topic")
        try fleet.expect("signedCommits", "closed", "is not signed", at: "08:01", on: [.check])
        try fleet.repository.sign("topic", with: Keyring.path("grace"))
        try fleet.expect(
            "signedCommits", "open", "2 commits are signed by ada@example.invalid, grace@example.invalid", at: "08:01",
            on: [.check])
        try fleet.repository.commit(GateFleet.arrival, "Squashed by the forge")
        try fleet.expect("signedCommits", "closed", "is not signed", at: "08:01", on: [.plan, .explain])
    }

    @Test func `nobody lets a key of their own in, before the merge or after it`() throws {
        let change = ["policies/allowed_signers": try Keyring.allowedSigners() + Keyring.line("mallory")]
            .mapValues { BareRepository.Entry.text($0.replacing("mallory@", with: "ada@")) }
        let fleet = try proposed(by: "mallory", change: GateFleet.arrival.merging(change) { $1 })
        try fleet.expect("signedCommits", "closed", "is not an allowed signer's", at: "08:01", on: [.check])
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.expect("signedCommits", "closed", "is not an allowed signer's", at: "08:01")
        for time in ["08:01", "08:02"] { try fleet.tick(time, holds: 1) }
    }

    @Test func `a key that is taken away while the change waits counts no more`() throws {
        let fleet = try proposed(
            "{soak: 4h, signedCommits: {role: release-managers}}", by: "ada")
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.tick("08:05", holds: 1)
        try fleet.expect("signedCommits", "open", at: "08:06", on: [.plan])
        try fleet.repository.commit([
            "policies/allowed_signers": .text(try Keyring.allowedSigners(without: ["mallory", "ada"]))
        ])
        try fleet.expect("signedCommits", "closed", "is not an allowed signer's", at: "08:06", on: [.plan])
        try fleet.tick("13:00", holds: 1)
    }

    @Test func `a change that drops the gate is held to it all the same`() throws {
        let dropped = ["policies/prod.yaml": SampleText.contract(to: "prod", from: "dev")]
        let bad = try proposed(by: nil, change: GateFleet.arrival.merging(dropped) { $1 })
        try bad.expect(
            "signedCommits", "closed", "is not signed", "as it was before this change", at: "08:01", on: [.check])
        try bad.repository.merge("topic", "Merge pull request")
        try bad.tick("08:01", holds: 1)
        let good = try proposed(by: "ada", change: GateFleet.arrival.merging(dropped) { $1 })
        try good.repository.merge("topic", "Merge pull request")
        try good.tick("08:01", holds: 2)
    }

    @Test func `a key that had run out does not count on a commit that is dated back`() throws {
        let fleet = try proposed(by: nil, files: try signers("ada", "valid-before=\"20261123080030Z\""))
        try fleet.repository.sign("topic", with: Keyring.path("ada"), date: BareRepository.date)
        let reason = "the key of ada@example.invalid counted until 2026-11-23T08:00:30Z"
        try fleet.expect("signedCommits", "open", at: "08:00", on: [.check])
        try fleet.expect(
            "signedCommits", "closed", reason, "was first seen at 2026-11-23T08:01:00Z", at: "08:01", on: [.check])
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.expect("signedCommits", "closed", reason, at: "08:01")
        for time in ["08:01", "08:02"] { try fleet.tick(time, holds: 1, cache: true) }
    }

    @Test func `what was seen while the key counted may wait longer than the key, and nothing else may take its place`()
        throws
    {
        let gates = "{soak: 4h, signedCommits: {role: release-managers}}"
        let fleet = try proposed(gates, by: nil, files: try signers("ada", "valid-before=\"20261123090000Z\""))
        try fleet.repository.sign("topic", with: Keyring.path("ada"))
        try fleet.repository.merge("topic", "Merge pull request")
        let check = try fleet.verdict(.check, "08:04")?["gates"]?.elements
        #expect(
            check?.first { $0["gate"] == "signedCommits" }?["nextChange"] == "2026-11-23T09:00:01Z",
            "what is new has to be seen in time")
        try fleet.tick("08:05", holds: 1)
        try fleet.expect("signedCommits", "open", at: "11:00", on: [.plan, .explain])
        let seen = try #require(try fleet.repository.tip())
        // The same promotion waits as before, brought by another commit, which bears a date from when the key counted.
        let swapped = try BareRepository(copying: fleet.repository)
        try swapped.commit([Self.web: SampleText.component("web", "1.0.0", 1)], "Take it back")
        try swapped.commit(GateFleet.arrival, "Bring it again")
        try swapped.sign(with: Keyring.path("ada"), date: BareRepository.date)
        var towpath = try TowpathProgram(in: swapped)
        towpath.at("2026-11-23T11:00:00Z")
        let plan = try towpath("plan", "prod")
        #expect(plan.output.contains("was first seen at 2026-11-23T11:00:00Z"), "\(plan.text)")
        #expect(try fleet.repository.tip() == seen)
        try fleet.tick("12:10", holds: 2)
    }

    @Test func `the merge alone is asked for, and only once it is made`() throws {
        let fleet = try proposed(Self.merge, by: nil)
        try fleet.expect(
            "signedCommits", "open", "not merged yet: the commit that merges it has to be signed by release-managers",
            at: "08:01", on: [.check])
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.expect("signedCommits", "closed", "is not signed", at: "08:01", on: [.plan, .explain])
        try fleet.tick("08:01", holds: 1)
        let signed = try proposed(Self.merge, by: nil)
        try signed.repository.merge("topic", "Merge pull request")
        try signed.repository.sign(with: Keyring.path("grace"))
        try signed.expect("signedCommits", "open", "signed by grace@example.invalid", at: "08:01", on: [.plan])
        try signed.tick("08:01", holds: 2)
    }

    @Test func `a merge that brings something of its own has to be signed`() throws {
        let fleet = try proposed(
            by: "ada", change: ["environments/prod/web.yaml": SampleText.component("web", "1.0.0", 1, config: "a: 1")])
        try fleet.repository.merge("topic", "Merge pull request")
        // The merge, with a digest that nobody signed.
        let tip = try #require(try fleet.repository.tip())
        let evil = try fleet.repository.commit(GateFleet.arrival, branch: "scratch", from: tip)
        let tree = try fleet.repository.git("rev-parse", "\(evil)^{tree}")
        let id = try fleet.repository.git(
            "commit-tree", tree, "-m", "Merge pull request", "-p", "\(tip)^1", "-p", "\(tip)^2")
        try fleet.repository.git("update-ref", "refs/heads/main", id)
        try fleet.expect(
            "signedCommits", "closed", "commit \(id.prefix(12)) is not signed", at: "08:01", on: [.plan, .explain])
        try fleet.repository.sign(with: Keyring.path("linus"))
        try fleet.expect("signedCommits", "open", "2 commits are signed by", at: "08:01", on: [.plan])
    }

    @Test func `an object that can be read in two ways is signed by nobody`() throws {
        let fleet = try proposed(by: "ada")
        let text = String(decoding: try fleet.repository.object("topic"), as: UTF8.self)
        let start = try #require(text.range(of: "gpgsig ")).lowerBound
        let end = try #require(text.range(of: "-----END SSH SIGNATURE-----\n")).upperBound
        let twice = text[..<end] + text[start..<end] + text[end...]
        let id = try fleet.repository.write(commit: Array(twice.utf8))
        try fleet.repository.git("update-ref", "refs/heads/topic", id)
        try fleet.expect("signedCommits", "closed", "more than one signature", at: "08:01", on: [.check])
        try fleet.merge()
        try fleet.expect("signedCommits", "closed", "more than one signature", at: "08:01", on: [.plan, .explain])
    }

    @Test func `history and explain tell who signed`() throws {
        let fleet = try proposed(by: "ada")
        try fleet.merge()
        let run = try fleet.run("08:01", "history", "prod", "--output", "json")
        let entries = try JSONReader.value(run.outputBytes)["entries"]?.elements ?? []
        #expect(entries.first?["signature"]?["state"] == "verified")
        #expect(entries.first?["signature"]?["signer"] == "ada@example.invalid")
        #expect(entries.last?["signature"] == .null)
        let explained = try fleet.run("08:01", "explain", "prod", "web").output
        #expect(explained.contains(", signed by ada@example.invalid: Bring it to prod"), "\(explained)")
        try fleet.repository.sign(with: Keyring.path("mallory"))
        #expect(try fleet.run("08:01", "explain", "prod", "web").output.contains("a signature that does not count ("))
    }

    @Test func `the past is judged by a new rule about signatures, too`() throws {
        let fleet = try proposed("{}", by: "ada")
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.tick("08:01", holds: 2)
        try fleet.repository.commit([Self.web: SampleText.component("web", "1.0.0", 1)], "Back, unsigned")
        try fleet.tick("08:02", holds: 1)
        let rule = fleet.repository.directory.file("rule.yaml")
        try Data(SampleText.contract(to: "prod", from: "dev", gates: Self.all).text.utf8)
            .write(to: URL(fileURLWithPath: rule))
        let run = try fleet.run("08:10", "simulate", "policy", "--with", rule, "--since", "30m", "prod")
        #expect(run.output.contains("refused") && run.output.contains("is not signed"), "\(run.text)")
        let json = try fleet.run(
            "08:10", "simulate", "policy", "--with", rule, "--since", "30m", "prod", "--output", "json")
        let outcomes = try JSONReader.value(json.outputBytes)["promotions"]?.elements?.map { $0["outcome"]?.string }
        #expect(outcomes == ["same", "refused"], "\(json.text)")
    }
}

/// OpenPGP keys, which the operator trusts and the fleet knows by their fingerprints.
@Suite(.enabled(if: OpenPGPHome.isInstalled)) struct OpenPGPGateTests {
    @Test func `a signature of gpg waits for the operator's keyring, and counts with it`() throws {
        let home = try OpenPGPHome()
        let key = try home.makeKey("somebody@x.invalid", lifetime: "3y")
        let roles = Keyring.roles.text.replacing(
            "[ada@example.invalid, ada@home.invalid]", with: "[ada@example.invalid, \"openpgp4fpr:\(key)\"]")
        let fleet = try GateFleet(
            gates: "{signedCommits: {role: release-managers}}", files: ["policies/roles.yaml": .text(roles)],
            isMerged: false)
        var git = fleet.repository.git
        git.environment.merge(home.environment) { $1 }
        git.environment["GIT_COMMITTER_DATE"] = "\(BareRepository.date) +0000"
        let tree = try git("rev-parse", "topic^{tree}")
        let id = try git("commit-tree", "-S\(key)", tree, "-p", fleet.base, "-m", "Bring it to prod")
        try git("update-ref", "refs/heads/topic", id)
        try fleet.repository.merge("topic", "Merge pull request")
        try fleet.expect("signedCommits", "pending", "no OpenPGP keyring is configured", at: "08:01")
        for time in ["08:01", "08:02"] { try fleet.tick(time, holds: 1, cache: true) }
        let keyring = home.file("keyring.gpg")
        try Data(try home.keyring()).write(to: URL(fileURLWithPath: keyring))
        let before = try Data(contentsOf: URL(fileURLWithPath: keyring))
        let missing = try fleet.run("08:03", ["plan", "prod", "--pgp-keyring", home.file("none")], cache: true)
        #expect(missing.output.contains("the OpenPGP keyring of the operator cannot be read"), "\(missing.text)")
        let plan = try fleet.run("08:03", ["plan", "prod", "--pgp-keyring", keyring], cache: true)
        #expect(plan.output.contains("is signed by openpgp4fpr:\(key)"), "\(plan.text)")
        let tick = try fleet.run("08:03", ["reconcile", "--pgp-keyring", keyring], cache: true)
        #expect(tick.output.contains("promoted   prod  web 1.1.0"), "\(tick.text)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: keyring)) == before)
        #expect(!FileManager.default.fileExists(atPath: home.file("none")))
    }
}
