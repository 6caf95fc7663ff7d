import Foundation
import TestSupport
import Testing

/// Signed statements before a promotion, from the command that signs to the commit that records.
@Suite struct EvidenceGateStories {
    private static let gate = "{evidence: [{type: tests, name: unit, require: {failed: 0}, maxAge: 2h, role: ci}]}"

    @Test func `what is missing is waited for, and what is attested opens`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.expect("evidence", "pending", "no tests \"unit\" for web 1.1.0", "signed by \"ci\"", at: "08:05")
        try fleet.tick("08:05", holds: 1)
        try fleet.attest("08:06", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.expect("evidence", "open", "tests \"unit\" for web 1.1.0", at: "08:07")
        try fleet.tick("08:07", holds: 2)
        let message = try fleet.message()
        let tip = try #require(try fleet.repository.tip("towpath/evidence"))
        #expect(message.contains("Evidence-Basis: \(tip)") && message.contains("\nFacts: sha256:"), "\(message)")
        #expect(message.contains(#""gate":"evidence","result":"open""#), "\(message)")
        #expect(message.contains(#""evidence":["sha256:"#), "\(message)")
        try fleet.repository.expectSound()
    }

    @Test func `a newer run that fails closes, whatever passed before, and a newer one opens again`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.attest("08:01", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.attest("08:02", "ci", "tests", GateFleet.failing, name: "unit")
        try fleet.expect("evidence", "closed", "FAILED", at: "08:03")
        let tick = try fleet.tick("08:03", holds: 1)
        #expect(tick.output.contains("refused    prod"), "\(tick.text)")
        #expect(try fleet.run("08:03", "reconcile", "--strict").status == 3)
        try fleet.attest("08:04", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.expect("evidence", "open", at: "08:05")
        try fleet.tick("08:05", holds: 2)
    }

    @Test func `what is too old counts no more, also at another instant than now`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.attest("08:01", "ci", "tests", GateFleet.passing, name: "unit")
        for time in ["10:00", "10:01"] {
            let state = time == "10:00" ? "open" : "pending"
            try fleet.expect("evidence", state, "until 2026-11-23T10:01:00Z", at: time)
            let plan = try fleet.run("08:02", "plan", "--at", GateFleet.instant(time))
            let check = try fleet.run(
                "08:02", "check", "--base", fleet.base, "--head", "topic", "--at", GateFleet.instant(time))
            #expect(plan.output.contains("evidence \(state)"), "\(plan.text)")
            #expect(check.status == (state == "open" ? 0 : 3), "\(check.text)")
        }
        try fleet.tick("10:01", holds: 1)
    }

    @Test func `who has not the role attests in vain, in either direction`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.attest("08:01", "ada", "tests", GateFleet.passing, name: "unit")
        try fleet.expect("evidence", "pending", "signed by \"ci\"; 1 signed by others", at: "08:02")
        try fleet.attest("08:02", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.attest("08:03", "ada", "tests", GateFleet.failing, name: "unit")
        try fleet.expect("evidence", "open", at: "08:04")
    }

    @Test func `an envelope that is put beside another digest proves nothing about it`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.attest("08:01", "ci", "tests", GateFleet.passing, name: "unit", digit: 3)
        let branch = "towpath/evidence"
        let path = try fleet.repository.git("ls-tree", "-r", "--name-only", branch)
        let replayed = path.replacing("33/" + String(repeating: "3", count: 64), with: "22/" + SampleText.digits(2))
        let envelope = try fleet.repository.file(path, at: branch)
        try fleet.repository.commit([replayed: .text(envelope)], branch: branch, author: GateFleet.nobody)
        try fleet.expect(
            "evidence", "pending", "no tests \"unit\"", "1 did not count: about something else", at: "08:02")
        try fleet.tick("08:02", holds: 1)
        try fleet.repository.expectSound()
    }

    @Test func `what strangers put there is counted, and not told in the ledger`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        let branch = "towpath/evidence"
        try fleet.attest("08:01", "mallory", "tests", GateFleet.passing, name: "approved-by-everybody")
        try fleet.attest("08:01", "mallory", "coverage", "TN:\nSF:a\nDA:1,1\nLF:1\nLH:1\nend_of_record\n")
        try fleet.approve("08:01", "mallory", "--reason", "approved by everybody")
        let folder = "22/\(SampleText.digits(2))"
        func flood(_ numbers: Range<Int>) throws {
            var files: [String: BareRepository.Entry] = [:]
            for number in numbers { files["\(folder)/approved-by-everybody-\(number).json"] = "approved by everybody" }
            try fleet.repository.commit(files, branch: branch, author: GateFleet.nobody)
        }
        try flood(0..<3)
        let told = "signed by \"ci\"; 4 did not count: 1 by no key in policies/allowed_signers, 3 malformed"
        try fleet.expect("evidence", "pending", told, at: "08:02")
        try fleet.tick("08:02", holds: 1)
        let message = try fleet.message()
        #expect(
            message.contains("\n  evidence: no tests \"unit\" for web 1.1.0 (222222222222) \(told)\n")
                && !message.contains("everybody"), "\(message)")
        try flood(3..<300)
        let plan = try fleet.run("08:03", "plan", "--output", "json")
        #expect(plan.output.contains("301 did not count: ") && !plan.output.contains("everybody"), "\(plan.text)")
        #expect(try fleet.run("08:03", "plan", "--output", "json").output == plan.output)
        #expect(try fleet.run("08:03", "reconcile").output.contains("nothing to do"))
    }

    @Test func `an evidence commit ahead of the clock counts when the clock is there, and not before`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.attest("08:30", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.expect("evidence", "pending", "1 did not count: of a time to come", at: "08:05")
        try fleet.tick("08:05", holds: 1, cache: true)
        #expect(try fleet.tick("08:06", holds: 1, cache: true).output.contains("nothing to do"))
        try fleet.tick("08:31", holds: 2, cache: true)
    }

    @Test(arguments: [
        "ada@example.invalid ssh-rsa AAAA", "ada@example.invalid", "* ssh-ed25519 AAAA",
        "ada@example.invalid valid-before=\"20300101\" ssh-ed25519 AAAA",
    ])
    func `with one bad line in the signers nothing counts, and everybody says so`(line: String) throws {
        let approvals = "approvals: {count: 1, role: release-managers}"
        let fleet = try GateFleet(gates: "{\(approvals), \(Self.gate.dropFirst())")
        try fleet.attest("08:01", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.approve("08:01", "grace")
        try fleet.expect("evidence", "open", at: "08:02")
        try fleet.expect("approvals", "open", at: "08:02")
        let signers = try Keyring.allowedSigners() + line + "\n"
        let number = signers.split(separator: "\n").count
        try fleet.repository.commit(["policies/allowed_signers": .text(signers)], author: GateFleet.nobody)
        let told = "policies/allowed_signers:\(number):"
        try fleet.expect("evidence", "pending", told, at: "08:03", on: [.plan, .explain])
        try fleet.expect("approvals", "pending", at: "08:03", on: [.plan, .explain])
        let plan = try fleet.run("08:03", "plan")
        #expect(plan.status == 65 && plan.errors.contains(told), "\(plan.text)")
        let tick = try fleet.run("08:03", "reconcile")
        #expect(tick.text.contains(told), "\(tick.text)")
        #expect(!tick.output.contains("promoted"), "\(tick.text)")
        try fleet.repository.expectSound()
    }

    @Test func `a change that breaks the signers is no change to merge`() throws {
        let fleet = try GateFleet(gates: "{}", change: ["policies/allowed_signers": "nonsense\n"], isMerged: false)
        let check = try fleet.run("08:03", "check", "--base", fleet.base, "--head", "topic")
        #expect(check.status == 3 && check.errors.contains("policies/allowed_signers:1:"), "\(check.text)")
    }

    @Test func `somebody whose key is taken away vouches for nothing any more`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.attest("08:01", "ci", "tests", GateFleet.passing, name: "unit")
        try fleet.repository.commit(
            ["policies/allowed_signers": .text(try Keyring.allowedSigners(without: ["ci", "mallory"]))],
            author: GateFleet.nobody)
        try fleet.expect(
            "evidence", "pending", "1 did not count: by no key in policies/allowed_signers", at: "08:02",
            on: [.plan, .explain])
        try fleet.tick("08:02", holds: 1)
    }
}

/// The gates that ask what a digest is, who built it and what is in it.
@Suite struct StatementGateStories {
    @Test func `two signers vouch, not one twice`() throws {
        let fleet = try GateFleet(gates: "{signature: {count: 2, types: [tests]}}")
        try fleet.expect("signature", "pending", "by no allowed signer (tests), 2 are needed", at: "08:01")
        try fleet.attest("08:01", "ada", "tests", GateFleet.passing)
        try fleet.attest("08:02", "ada-home", "tests", GateFleet.passing)
        try fleet.attest("08:02", "mallory", "tests", GateFleet.passing)
        try fleet.attest("08:02", "ci", "coverage", "TN:\nSF:a\nDA:1,1\nLF:1\nLH:1\nend_of_record\n")
        try fleet.expect("signature", "pending", "1 of 2", at: "08:03")
        try fleet.tick("08:03", holds: 1)
        try fleet.attest("08:04", "ci", "tests", GateFleet.passing)
        try fleet.expect("signature", "open", at: "08:05")
        try fleet.tick("08:05", holds: 2)
        try fleet.repository.expectSound()
    }

    private static func provenance(_ parameters: String, builder: String = "https://ci.example/b@v1") -> String {
        """
        {"buildDefinition": {"buildType": "https://ci.example/t@v1", "externalParameters": \(parameters),
         "resolvedDependencies": [{"uri": "git+https://git.example/shop/web"}]},
         "runDetails": {"builder": {"id": "\(builder)"}}}
        """
    }

    @Test func `a parameter that nobody expects closes, and so does another builder`() throws {
        let fleet = try GateFleet(
            gates:
                "{provenance: {builders: [\"https://ci.example/b@v1\"], sources: [\"git+https://git.example/shop/*\"], "
                + "parameters: {ref: refs/heads/main}, role: ci}}")
        try fleet.expect("provenance", "pending", "no provenance", at: "08:01")
        let good = Self.provenance(#"{"ref": "refs/heads/main"}"#)
        try fleet.attest("08:01", "grace", "provenance", good)
        try fleet.expect("provenance", "pending", "1 signed by others", at: "08:02")
        try fleet.attest("08:02", "ci", "provenance", Self.provenance(#"{"ref": "refs/heads/main", "debug": true}"#))
        try fleet.expect("provenance", "closed", "unknown parameter \"debug\"", at: "08:03")
        try fleet.tick("08:03", holds: 1)
        try fleet.attest(
            "08:03", "ci", "provenance",
            Self.provenance(#"{"ref": "refs/heads/main"}"#, builder: "https://evil.example"))
        try fleet.expect("provenance", "closed", "is not allowed", at: "08:04")
        try fleet.attest("08:04", "ci", "provenance", good)
        try fleet.expect("provenance", "open", at: "08:05")
        try fleet.tick("08:05", holds: 2)
    }

    @Test func `a bill of materials has to be of the format and of some length`() throws {
        let fleet = try GateFleet(gates: "{sbom: {formats: [cyclonedx], minComponents: 2}}")
        try fleet.expect("sbom", "pending", "no sbom", at: "08:01")
        try fleet.attest("08:01", "ci", "sbom", #"{"spdxVersion":"SPDX-2.3","packages":[{},{}]}"#)
        try fleet.expect("sbom", "closed", "spdx", at: "08:02")
        try fleet.attest("08:02", "ci", "sbom", #"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{}]}"#)
        try fleet.expect("sbom", "closed", "1", at: "08:03")
        try fleet.tick("08:03", holds: 1)
        try fleet.attest("08:04", "ci", "sbom", #"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{},{}]}"#)
        try fleet.expect("sbom", "open", at: "08:05")
        try fleet.tick("08:05", holds: 2)
    }

    @Test func `an attestation of another type is not the one that is asked for`() throws {
        let fleet = try GateFleet(gates: "{evidence: [{type: vulnerabilities, require: {critical: 0}}]}")
        try fleet.attest("08:01", "ci", "tests", GateFleet.passing)
        try fleet.attest("08:01", "ci", "https://scan.example/v1", #"{"critical": 0}"#)
        try fleet.expect("evidence", "pending", "no vulnerabilities for web", at: "08:02")
        try fleet.tick("08:02", holds: 1)
    }
}
