import Foundation
import TestSupport
import Testing

/// People who consent, and people who may not.
@Suite struct ApprovalGateStories {
    private static let gate = "{approvals: {count: 2, role: release-managers, expireAfter: 2h}}"

    @Test func `two of the role open the gate, and the ledger names them`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.expect("approvals", "pending", "2 of 2 approvals by \"release-managers\" missing", at: "08:05")
        try fleet.tick("08:05", holds: 1)
        try fleet.approve("08:06", "ada", "web", "--reason", "looks good")
        try fleet.approve("08:06", "eve")
        try fleet.expect(
            "approvals", "pending", "approved by ada@example.invalid; 1 of 2", "eve@example.invalid is not of",
            at: "08:07")
        try fleet.tick("08:07", holds: 1)
        try fleet.approve("08:08", "grace")
        try fleet.expect("approvals", "open", "2 of 2", at: "08:09")
        try fleet.tick("08:09", holds: 2)
        let message = try fleet.message()
        for line in [
            "Approved-by: ada@example.invalid", "Approved-by: grace@example.invalid", "Facts: sha256:",
            "Evidence-Basis: \(try #require(try fleet.repository.tip("towpath/evidence")))",
            "Signed-off-by: Towpath <towpath@example.invalid>",
        ] {
            #expect(message.contains("\n" + line), "\(line) in \(message)")
        }
        #expect(!message.contains("Approved-by: eve"))
        #expect(message.contains(#""gate":"approvals","result":"open""#) && message.contains(#""evidence":["sha256:"#))
        #expect(try fleet.run("08:10", "drift").status == 0)
        try fleet.repository.expectSound()
    }

    @Test(arguments: [
        ("Ada <ada@example.invalid>", "Bring it"), ("Ada <ADA@Example.invalid>", "Bring it"),
        ("Ada <ada@home.invalid>", "Bring it"),
        (GateFleet.nobody, "Bring it\n\nCo-authored-by: Ada <ada@home.invalid>"),
        (GateFleet.nobody, "Bring it\n\nSigned-off-by: Ada <ada@example.invalid>"),
    ])
    func `an author does not count, whatever the address and the part`(author: String, message: String) throws {
        let fleet = try GateFleet(gates: Self.gate, author: author, message: message)
        try fleet.approve("08:01", "ada")
        try fleet.approve("08:01", "grace")
        try fleet.expect("approvals", "pending", "1 of 2", "ada@example.invalid is an author", at: "08:02")
        try fleet.tick("08:02", holds: 1)
        try fleet.approve("08:03", "linus")
        try fleet.expect("approvals", "open", at: "08:04")
        try fleet.tick("08:04", holds: 2)
    }

    @Test func `who approved another set, and who is not listed, is told`() throws {
        var fleet = try GateFleet(gates: "{approvals: {count: 2, role: release-managers}}", more: "unit: together")
        try fleet.approve("08:01", "grace")
        try fleet.approve("08:01", "mallory")
        try fleet.propose(["environments/prod/api.yaml": SampleText.component("api", "1.0.0", 3)])
        try fleet.merge()
        let told = "grace@example.invalid approved another promotion of the same digest, and not this one"
        let plan = try fleet.run("08:02", "plan")
        #expect(plan.output.contains(told) && !plan.output.contains("did not count"), "\(plan.text)")
        try fleet.approve("08:03", "mallory")
        let next = try fleet.run("08:03", "plan").output
        #expect(next.contains("; 1 did not count: by no key in policies/allowed_signers"), "\(next)")
        try fleet.approve("08:04", "grace")
        let last = try fleet.run("08:05", "plan").output
        #expect(last.contains("approved by grace@example.invalid; ") && !last.contains("another promotion"), "\(last)")
    }

    @Test func `whoever only presses the button of the merge may approve`() throws {
        let fleet = try GateFleet(gates: Self.gate, isMerged: false)
        // The helper merges as Ada, and Grace commits.
        try fleet.repository.merge("topic", "Merge it")
        try fleet.approve("08:01", "ada")
        try fleet.approve("08:01", "grace")
        try fleet.expect("approvals", "open", at: "08:02")
        try fleet.tick("08:02", holds: 2)
    }

    @Test func `one person with two keys counts once`() throws {
        let signers = try Keyring.allowedSigners() + Keyring.line("mallory").replacing("mallory@", with: "ada@")
        let fleet = try GateFleet(gates: Self.gate, files: ["policies/allowed_signers": .text(signers)])
        for signer in ["ada", "ada-home", "mallory"] { try fleet.approve("08:01", signer) }
        try fleet.expect("approvals", "pending", "1 of 2 approvals by \"release-managers\" missing", at: "08:02")
        try fleet.tick("08:02", holds: 1)
    }

    @Test func `what is taken back or has run out is no consent`() throws {
        let fleet = try GateFleet(gates: Self.gate)
        try fleet.approve("08:01", "ada")
        try fleet.approve("08:02", "grace")
        try fleet.expect("approvals", "open", at: "08:03")
        try fleet.approve("08:04", "ada-home", "--revoke", "--reason", "a leak")
        try fleet.expect("approvals", "pending", "ada@example.invalid took it back", at: "08:05")
        try fleet.tick("08:05", holds: 1)
        try fleet.approve("08:06", "linus")
        try fleet.expect("approvals", "open", at: "08:07")
        try fleet.expect("approvals", "pending", "consented until 2026-11-23T10:02:00Z", at: "10:02")
        let early = try fleet.run("08:07", "plan", "--at", GateFleet.instant("10:02"))
        #expect(early.output.contains("approvals pending"), "\(early.text)")
        try fleet.tick("10:02", holds: 1)
    }

    @Test func `another digest needs other approvals`() throws {
        var fleet = try GateFleet(gates: Self.gate)
        try fleet.tick("08:01", holds: 1)
        let old = try fleet.promotion()
        for signer in ["ada", "grace"] { try fleet.approve("08:02", signer) }
        try fleet.repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.2.0", 3)], author: GateFleet.nobody)
        try fleet.propose(["environments/prod/web.yaml": SampleText.component("web", "1.2.0", 3)])
        try fleet.merge()
        try fleet.expect("approvals", "pending", "2 of 2 approvals by \"release-managers\" missing", at: "08:03")
        try fleet.tick("08:04", holds: 1)
        #expect(try fleet.promotion() != old)
        #expect(try fleet.message().contains("Result: withdrawn"), "the older one is told to be gone")
        for signer in ["ada", "grace"] { try fleet.approve("08:05", signer) }
        try fleet.tick("08:06", holds: 3)
        try fleet.repository.expectSound()
    }

    @Test func `after a while others may approve too`() throws {
        let fleet = try GateFleet(
            gates: "{approvals: {count: 1, role: release-managers, escalateAfter: 1h, escalateTo: oncall}}")
        try fleet.tick("08:10", holds: 1)
        try fleet.approve("08:11", "otto")
        let surfaces: [GateFleet.Surface] = [.plan, .explain]
        try fleet.expect(
            "approvals", "pending", "otto@example.invalid is not of",
            "\"oncall\" may approve too from 2026-11-23T09:10:00Z",
            at: "09:09", on: surfaces)
        try fleet.tick("09:09", holds: 1, cache: true)
        #expect(try fleet.tick("09:09", holds: 1, cache: true).output.contains("nothing to do"))
        try fleet.expect("approvals", "open", "otto@example.invalid", at: "09:10", on: surfaces)
        try fleet.tick("09:10", holds: 2, cache: true)
        #expect(try fleet.message().contains("\nApproved-by: otto@example.invalid"))
    }

    @Test func `whoever signed for the build is an author`() throws {
        let fleet = try GateFleet(gates: "{approvals: {count: 1, role: release-managers}}")
        try fleet.attest(
            "08:01", "ada", "provenance",
            #"{"buildDefinition":{"buildType":"t:1","externalParameters":{}},"runDetails":{"builder":{"id":"b:1"}}}"#)
        try fleet.approve("08:02", "ada")
        try fleet.expect("approvals", "pending", "ada@example.invalid is an author", at: "08:03")
    }
}

/// Gates that are passed over in the night, and the look at it in the morning.
@Suite struct EmergencyStories {
    private static let gates = "{soak: 1d, approvals: {count: 1, role: release-managers}, secrets: {}}"
    private static let more =
        "emergency: {skip: [soak, approvals, freeze], role: oncall, approvals: 1, reviewWithin: 72h}"

    @Test func `what the contract allows is skipped, marked, and has to be reviewed by another`() throws {
        let fleet = try GateFleet(gates: Self.gates, more: Self.more)
        let leave = ["--emergency", "--reason", "incident 41"]
        try fleet.approve("08:01", "ada", leave[0], leave[1], leave[2])
        try fleet.expect("soak", "pending", at: "08:02")
        try fleet.approve("08:02", "otto", leave[0], leave[1], leave[2])
        try fleet.expect("soak", "skipped", "by otto@example.invalid: incident 41; was: ", at: "08:03")
        try fleet.expect("approvals", "skipped", "missing", at: "08:03")
        try fleet.expect("secrets", "open", at: "08:03")
        try fleet.tick("08:03", holds: 2)
        let message = try fleet.message()
        #expect(message.contains(#"Emergency: {"reason":"incident 41","by":["otto@example.invalid"]"#), "\(message)")
        #expect(message.contains(#""gate":"soak","result":"skipped""#), "\(message)")

        let id = try fleet.promotion()
        #expect(try fleet.run("2026-11-26T08:02:00Z", "drift").status == 0)
        let late = "2026-11-26T08:03:00Z"
        let drift = try fleet.run(late, "drift")
        #expect(drift.status == 2 && drift.output.contains("unreviewed") && drift.output.contains(id), "\(drift.text)")
        func review(_ signer: String) throws {
            let run = try fleet.run(
                late, "review", "prod", id, "--reason", "was right", "--yes", "--key", try Keyring.path(signer))
            #expect(run.status == 0, "\(run.text)")
        }
        try review("otto")
        try review("mallory")
        #expect(try fleet.run(late, "drift").status == 2, "who gave leave, and who is nobody, reviews in vain")
        try review("grace")
        #expect(try fleet.run(late, "drift").status == 0)
        try fleet.repository.expectSound()
    }

    @Test func `who gave leave does not review under another address either`() throws {
        let people = Keyring.roles.text.replacing("oncall: [", with: "oncall: [ada@example.invalid, ")
        let fleet = try GateFleet(gates: Self.gates, more: Self.more, files: ["policies/roles.yaml": .text(people)])
        try fleet.approve("08:02", "ada", "--emergency", "--reason", "incident 41")
        try fleet.tick("08:03", holds: 2)
        let late = "2026-11-26T08:03:00Z"
        for (signer, status) in [("ada-home", 2), ("grace", 0)] {
            let review = try fleet.run(
                late, "review", "prod", try fleet.promotion(), "--reason", "x", "--yes", "--key",
                try Keyring.path(signer))
            #expect(review.status == 0, "\(review.text)")
            #expect(try Int(fleet.run(late, "drift").status) == status, "\(signer)")
        }
    }

    @Test func `a secret, a hold and a source are never skipped`() throws {
        let fleet = try GateFleet(
            gates: Self.gates, more: Self.more,
            change: [
                "environments/prod/web.yaml": SampleText.component(
                    "web", "1.1.0", 2, config: "password: hunter2-and-more")
            ])
        try fleet.approve("08:02", "otto", "--emergency", "--reason", "incident 41")
        try fleet.expect("soak", "skipped", at: "08:03")
        try fleet.expect("secrets", "closed", at: "08:03")
        try fleet.tick("08:03", holds: 1)
        let drift = try fleet.run("2026-11-26T08:04:00Z", "drift")
        #expect(drift.status == 0, "what never arrived needs no review: \(drift.text)")
        for gate in ["contract", "source", "pinned", "hold", "signature", "secrets"] {
            let contract = SampleText.contract(
                to: "prod", from: "dev", more: Self.more.replacing("[soak,", with: "[\(gate),"))
            try fleet.repository.commit(["policies/prod.yaml": contract], author: GateFleet.nobody)
            let plan = try fleet.run("08:04", "plan")
            #expect(plan.status == 65 && plan.errors.contains("policies/prod.yaml:"), "\(gate): \(plan.text)")
        }
    }

    @Test func `a change that loosens the contract leaves the emergency marked, and the review due`() throws {
        for more in ["unit: each", Self.more.replacing("72h", with: "3650d")] {
            let fleet = try GateFleet(
                gates: Self.gates, more: Self.more,
                change: GateFleet.arrival.merging([
                    "policies/prod.yaml": SampleText.contract(
                        to: "prod", from: "dev", gates: more == "unit: each" ? "{}" : Self.gates, more: more)
                ]) { $1 })
            try fleet.expect("soak", "pending", at: "08:02")
            try fleet.approve("08:02", "otto", "--emergency", "--reason", "incident 41")
            try fleet.tick("08:03", holds: 2)
            let message = try fleet.message()
            #expect(message.contains("Emergency: {"), "\(message)")
            let drift = try fleet.run("2026-11-26T08:03:00Z", "drift")
            #expect(drift.status == 2 && drift.output.contains("unreviewed"), "\(drift.text)")
        }
    }
}
