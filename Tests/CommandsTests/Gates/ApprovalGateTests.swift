import Foundation
import JSONText
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

    @Test func `who signs is told whether it counts, and what is missing still`() throws {
        let gates = "{approvals: {count: 2, role: release-managers}, soak: 3h}"
        let fleet = try GateFleet(gates: gates, author: "Linus <linus@example.invalid>")
        /// What is said on standard error, and the same in JSON, at a later minute.
        func told(_ minute: Int, _ signer: String, _ more: String...) throws -> (text: String, json: JSONValue?) {
            let arguments = ["approve", "prod", "--yes", "--key", try Keyring.path(signer)] + more
            let text = try fleet.run("08:\(minute)", arguments)
            let json = try fleet.run("08:\(minute + 1)", arguments + ["--output", "json"])
            #expect(text.status == 0 && json.status == 0, "\(text.text)\n\(json.text)")
            return (text.errors, try JSONReader.value(json.outputBytes)["promotions"]?.elements?.first)
        }
        let eve = try told(10, "eve")
        #expect(eve.text.contains("does not count: eve@example.invalid is not of \"release-managers\""), "\(eve.text)")
        #expect(eve.text.contains(" is waiting still:\n  approvals 2 of 2 approvals by"), "\(eve.text)")
        #expect(eve.text.contains("\n  soak      web 1.1.0 has been in dev since"), "\(eve.text)")
        #expect(eve.json?["counts"] == .bool(false) && eve.json?["accepted"] == .bool(true))
        #expect(eve.json?["objection"] == "eve@example.invalid is not of \"release-managers\"")
        #expect(eve.json?["result"] == "waiting")
        #expect(eve.json?["stillShut"]?.elements?.map { $0["gate"]?.string } == ["approvals", "soak"])

        #expect(try told(12, "linus").text.contains("does not count: linus@example.invalid is an author"))
        let mallory = try told(14, "mallory")
        #expect(mallory.text.contains("does not count by policies/allowed_signers"), "\(mallory.text)")
        #expect(mallory.json?["counts"] == .bool(false) && mallory.json?["objection"]?.string != nil)
        let ada = try told(16, "ada")
        #expect(!ada.text.contains("does not count") && ada.text.contains("1 of 2 approvals by"), "\(ada.text)")
        #expect(ada.json?["counts"] == .bool(false), "the second of the same person changes nothing")
        #expect(try told(18, "ada-home").text.contains("whoever has approved counts once"))
        let revoked = try told(20, "grace", "--revoke", "--reason", "no")
        #expect(revoked.text.contains("nothing of grace@example.invalid was there to be taken back"), "\(revoked.text)")
        let urgent = try told(22, "otto", "--emergency", "--reason", "now")
        #expect(urgent.text.contains("\"to-prod\" lets nothing be skipped in an emergency"), "\(urgent.text)")
        let grace = try told(24, "grace")
        #expect(
            grace.text.contains("waiting still:\n  soak ") && !grace.text.contains("does not count"), "\(grace.text)")
        let late = try fleet.run("11:30", "approve", "prod", "--yes", "--revoke", "--key", try Keyring.path("ada"))
        #expect(late.status == 0 && !late.errors.contains("does not count"), "\(late.text)")
        let last = try fleet.run("11:31", "approve", "prod", "--yes", "--key", try Keyring.path("ada"))
        #expect(last.errors.contains(" is permitted now; the next tick records it"), "\(last.text)")
    }

    @Test func `a change of settings alone is shown setting by setting, without their values`() throws {
        let settings = "{logLevel: debug, cache: {size: 5}, token: hunter2-and-more}"
        var fleet = try GateFleet(
            gates: "{approvals: {count: 1, role: release-managers}}", more: "unit: together",
            change: ["environments/prod/web.yaml": SampleText.component("web", "1.0.0", 1, config: settings)])
        let before = try fleet.repository.git("rev-list", "--max-parents=0", "main").prefix(12)
        let after = try #require(try fleet.repository.tip()).prefix(12)
        let run = try fleet.run("08:02", "approve", "prod", "--key", try Keyring.path("ada"))
        #expect(run.status == 64 && !run.text.contains("hunter2"), "\(run.text)")
        let path = "web.yaml#Component/web:spec.config."
        for line in [
            "    added    \(path)cache.size", "    changed  \(path)logLevel", "    added    \(path)token",
            "             git diff \(before) \(after) -- environments/prod/web.yaml",
        ] {
            #expect(run.output.contains(line + "\n"), "\(line) in \(run.text)")
        }
        let json = try fleet.run(
            "08:03", "approve", "prod", "--yes", "--output", "json", "--key", try Keyring.path("ada"))
        let found = try JSONReader.value(json.outputBytes)["promotions"]?.elements?.first
        #expect(found?["settings"]?["count"] == .integer(3) && !json.text.contains("hunter2"), "\(json.text)")
        #expect(found?["settings"]?["changes"]?.elements?.first?["path"]?.string == "\(path)cache.size")
        try fleet.tick("08:04", holds: 1)

        // The next one changes, removes, and brings more than is shown; a review shows what it was.
        let many = (10..<40).map { "k\($0): 1" }.joined(separator: ", ")
        let crowd = "{logLevel: info, cache: {size: 5}, \(many)}"
        try fleet.propose(["environments/prod/web.yaml": SampleText.component("web", "1.0.0", 1, config: crowd)])
        try fleet.merge()
        let shown = try fleet.run("08:05", "approve", "prod", "--yes", "--key", try Keyring.path("ada"))
        #expect(shown.output.contains("    added    \(path)k10\n"), "\(shown.text)")
        #expect(shown.output.contains("             and 12 more\n"), "\(shown.text)")
        try fleet.tick("08:06", holds: 1)
        let id = try fleet.promotion()
        let review = try fleet.run(
            "08:07", "review", "prod", id, "--reason", "x", "--yes", "--output", "json", "--key",
            try Keyring.path("ada"))
        let reviewed = try JSONReader.value(review.outputBytes)["promotions"]?.elements?.first?["settings"]
        let kinds = reviewed?["changes"]?.elements?.map { $0["change"]?.string ?? "" } ?? []
        #expect(kinds.count == 32 && Set(kinds) == ["added", "changed", "removed"], "\(review.text)")
        #expect(reviewed?["files"]?.elements == ["environments/prod/web.yaml"])
    }

    @Test func `what cannot be compared is said, and what is the first of its kind`() throws {
        let api = SampleText.component("api", "1.0.0", 3).text.replacing("spec:", with: "spec:\n  dependsOn: {}")
        let fleet = try GateFleet(
            gates: "{approvals: {count: 1, role: release-managers}}", more: "unit: together",
            change: GateFleet.arrival.merging(["environments/prod/api.yaml": .text(api)]) { $1 })
        let run = try fleet.run("08:02", "approve", "prod", "--key", try Keyring.path("ada"))
        #expect(
            run.output.contains("  api\n    from     nothing: it is the first\n    to       registry"), "\(run.text)")
        #expect(
            run.output.contains("             what changes cannot be told: environments/prod/api.yaml:"), "\(run.text)")
    }

    @Test func `without an approvals gate an approval counts for nothing, and is said to`() throws {
        let fleet = try GateFleet(gates: "{soak: 3h}")
        let run = try fleet.approve("08:05", "ada")
        #expect(run.errors.contains("does not count: the contract \"to-prod\" asks for no approval"), "\(run.text)")
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

    @Test func `who has left the role, or the list of signers, counts no more`() throws {
        let fleet = try GateFleet(gates: "{approvals: {count: 2, role: release-managers}}")
        for signer in ["ada", "grace"] { try fleet.approve("08:01", signer) }
        try fleet.expect("approvals", "open", at: "08:02")
        let roles = Keyring.roles.text.replacing(", grace@example.invalid, linus", with: ", linus")
        try fleet.repository.commit(["policies/roles.yaml": .text(roles)], author: GateFleet.nobody)
        try fleet.expect(
            "approvals", "pending", "1 of 2", "grace@example.invalid is not of", at: "08:03", on: [.plan, .explain])
        let signers = try Keyring.allowedSigners(without: ["ada", "mallory"])
        try fleet.repository.commit(["policies/allowed_signers": .text(signers)], author: GateFleet.nobody)
        try fleet.expect(
            "approvals", "pending", "2 of 2", "1 did not count: by no key in policies/allowed_signers", at: "08:04",
            on: [.plan, .explain])
        try fleet.tick("08:05", holds: 1)
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
        let history = try fleet.run(late, "history", "prod", "--limit", "1").output
        let short = id.suffix(16).prefix(8)
        #expect(history.contains("  \(short)  ") && history.contains("  promoted in an emergency  web 1.0.0 → 1.1.0\n"))
        let json = try JSONReader.value(try fleet.run(late, "history", "prod", "--output", "json").outputBytes)
        let marked = json["entries"]?.elements?.filter { $0["emergencies"]?.elements?.isEmpty == false }
        #expect(marked?.map { $0["emergencies"]?.elements?.first?["reason"]?.string } == ["incident 41"])
        for (text, status, told) in [
            ("x", 64, "\"x\" is no promotion id"), ("abc", 64, "is no promotion id"),
            ("0000000000000000", 65, "no promotion 0000000000000000… was ever recorded in prod"),
        ] {
            let run = try fleet.run(
                late, "review", "prod", text, "--reason", "x", "--yes", "--key", try Keyring.path("grace"))
            #expect(Int(run.status) == status && run.errors.contains(told), "\(run.text)")
            #expect(run.errors.contains("hint: what was: towpath history prod --ids"), "\(run.text)")
        }
        func review(_ signer: String) throws {
            let run = try fleet.run(
                late, "review", "prod", String(short), "--reason", "was right", "--yes", "--key",
                try Keyring.path(signer))
            #expect(run.status == 0, "\(run.text)")
            let isTold = run.errors.contains("does not count: who asked for the emergency cannot review it")
            #expect(isTold == (signer == "otto"), "\(run.text)")
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

    @Test func `a hold stands in an emergency, until somebody lifts it`() throws {
        let fleet = try GateFleet(gates: Self.gates, more: Self.more)
        try fleet.approve("08:02", "otto", "--emergency", "--reason", "incident 41")
        try fleet.expect("soak", "skipped", at: "08:03")
        let hold = try fleet.run("08:03", "hold", "prod", "web", "--reason", "the cluster is read-only")
        #expect(hold.status == 0, "\(hold.text)")
        try fleet.expect("hold", "closed", "the cluster is read-only", at: "08:04", on: [.plan, .explain])
        try fleet.expect("soak", "skipped", at: "08:04", on: [.plan, .explain])
        let tick = try fleet.tick("08:04", holds: 1)
        #expect(tick.output.contains("refused    prod  web 1.1.0: web is held by"), "\(tick.text)")
        let again = try fleet.approve("08:05", "grace", "--emergency", "--reason", "incident 41")
        #expect(again.errors.contains(" is refused still:\n  hold "), "\(again.text)")
        let drift = try fleet.run("2026-11-27T08:03:00Z", "drift")
        #expect(!drift.output.contains("unreviewed"), "nothing arrived: \(drift.text)")
        #expect(try fleet.run("08:06", "release", "prod", "web").status == 0)
        try fleet.tick("08:07", holds: 2)
        #expect(try fleet.message().contains("Emergency: {"))
        try fleet.repository.expectSound()
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
