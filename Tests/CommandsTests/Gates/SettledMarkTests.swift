import Foundation
import JSONText
import TestSupport
import Testing

/// After a tick that found nothing to do, the next sees everything that can change a verdict.
@Suite struct SettledMarkStories {
    /// Ticks until nothing is left to do, so that the mark stands.
    private func settle(_ fleet: GateFleet, _ times: String...) throws {
        for time in times.dropLast() { try fleet.tick(time, holds: 1, cache: true) }
        let last = try fleet.tick(times[times.count - 1], holds: 1, cache: true)
        #expect(last.output.contains("nothing to do"), "\(last.text)")
    }

    @Test func `a new attestation is seen`() throws {
        let fleet = try GateFleet(gates: "{evidence: [{type: tests}]}")
        try settle(fleet, "08:01", "08:02", "08:03")
        try fleet.attest("08:04", "ci", "tests", GateFleet.passing)
        try fleet.tick("08:05", holds: 2, cache: true)
    }

    @Test func `a new approval is seen, and its withdrawal`() throws {
        let fleet = try GateFleet(gates: "{approvals: {count: 2, role: release-managers}}")
        try settle(fleet, "08:01", "08:02", "08:03")
        try fleet.approve("08:04", "ada")
        try settle(fleet, "08:05", "08:06")
        try fleet.approve("08:06", "ada", "--revoke", "--reason", "no")
        try fleet.approve("08:07", "grace")
        try settle(fleet, "08:08", "08:09")
        try fleet.approve("08:10", "linus")
        try fleet.tick("08:11", holds: 2, cache: true)
        try fleet.repository.expectSound()
    }

    @Test func `the evidence branch of the layout is looked at`() throws {
        let fleet = try GateFleet(
            gates: "{evidence: [{type: tests}]}",
            files: [
                "towpath.yaml": "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  evidence: {branch: proof/of/it}\n"
            ])
        try settle(fleet, "08:01", "08:02", "08:03")
        try fleet.attest("08:04", "ci", "tests", GateFleet.passing)
        try fleet.tick("08:05", holds: 2, cache: true)
    }

    @Test func `a window and the end of a soak come by themselves`() throws {
        let fleet = try GateFleet(gates: "{soak: 30m, windows: [{from: \"09:00\", to: \"10:00\", zone: UTC}]}")
        try settle(fleet, "08:01", "08:02")
        try fleet.tick("08:30", holds: 1, cache: true)
        try settle(fleet, "08:31", "08:59")
        try fleet.tick("09:00", holds: 2, cache: true)

        let late = try GateFleet(gates: "{soak: 3h, windows: [{from: \"09:00\", to: \"10:00\", zone: UTC}]}")
        try settle(late, "08:01", "08:02")
        try late.tick("09:00", holds: 1, cache: true)
        try late.tick("10:00", holds: 1, cache: true)
        try late.tick("11:30", holds: 1, cache: true)
        try late.tick("2026-11-24T09:00:00Z", holds: 2, cache: true)
    }

    @Test func `an approval that runs out in the window's time is seen to have`() throws {
        let fleet = try GateFleet(
            gates: "{approvals: {count: 1, role: release-managers, expireAfter: 30m}, "
                + "windows: [{from: \"09:00\", to: \"10:00\", zone: UTC}]}")
        try fleet.approve("08:10", "ada")
        try settle(fleet, "08:11", "08:12")
        let tick = try fleet.tick("08:40", holds: 1, cache: true)
        #expect(try fleet.repository.file("environments/prod/environment.lock").contains("approvals: "), "\(tick.text)")
        try fleet.tick("09:00", holds: 1, cache: true)
        try fleet.approve("09:05", "ada")
        try fleet.tick("09:06", holds: 2, cache: true)
    }

    /// The result of a tick, in JSON.
    private func result(_ fleet: GateFleet, _ time: String) throws -> JSONValue {
        try JSONReader.value(try fleet.run(time, ["reconcile", "--output", "json"], cache: true).outputBytes)
    }

    @Test func `evidence that was taken away is read once, and what comes after it is seen`() throws {
        let fleet = try GateFleet(gates: "{evidence: [{type: tests, name: unit}, {type: coverage}]}")
        try fleet.attest("08:00", "ci", "tests", GateFleet.passing, name: "unit")
        let branch = "towpath/evidence"
        let path = try fleet.repository.git("ls-tree", "-r", "--name-only", branch)
        try fleet.repository.commit([path: .gone], branch: branch, author: GateFleet.nobody)
        try settle(fleet, "08:01", "08:02", "08:03")
        let plan = try fleet.run("08:03", "plan", "--output", "json")
        #expect(plan.output.contains("was removed or changed in commit"), "\(plan.text)")
        #expect(try result(fleet, "08:04")["result"] == "unchanged")
        try fleet.attest("08:05", "ci", "coverage", "TN:\nSF:a\nDA:1,1\nLF:1\nLH:1\nend_of_record\n")
        try fleet.tick("08:06", holds: 2, cache: true)
    }

    @Test func `a template beside the manifests is met once, an error each time`() throws {
        let template = BareRepository.Entry.text("a: 1\n{{- if .Values.b }}\nb: 2\n{{- end }}\n")
        let fleet = try GateFleet(gates: "{soak: 3h}", files: ["environments/dev/x.yaml": template])
        try settle(fleet, "08:01", "08:02", "08:03")
        #expect(try result(fleet, "08:04")["result"] == "unchanged")
        try fleet.repository.commit(["environments/dev/y.yaml": "a: [\n"], author: GateFleet.nobody)
        for time in ["08:05", "08:06", "08:07"] {
            let run = try fleet.run(time, ["reconcile"], cache: true)
            #expect(run.status == 65 && run.errors.contains("environments/dev/y.yaml:2"), "\(run.text)")
        }
    }

    @Test func `the window of what is refused is no change to look forward to, and its end is recorded`() throws {
        let fleet = try GateFleet(
            gates: "{windows: [{from: \"08:00\", to: \"09:00\", zone: UTC}]}",
            change: ["environments/prod/web.yaml": SampleText.component("web", "9.9.9", 9)])
        let first = try fleet.run("08:01", ["reconcile"], cache: true).output
        #expect(first.contains("refused    prod") && !first.contains("next change"), "\(first)")
        #expect(try result(fleet, "08:02")["nextChange"] == .null)
        let mark = try result(fleet, "08:03")
        #expect(mark["result"] == "unchanged" && mark["nextChange"] == .null)
        #expect(try result(fleet, "09:00")["result"] == "recorded", "another gate is shut")
    }

    @Test func `what will come by itself is told again by the mark`() throws {
        let fleet = try GateFleet(gates: "{soak: 1h}")
        try settle(fleet, "08:01", "08:02")
        let tick = try fleet.tick("08:10", holds: 1, cache: true).output
        #expect(tick.hasSuffix("\nnext change by itself at 2026-11-23T09:00:00Z (in 50m)\n"), "\(tick)")
        #expect(try result(fleet, "08:11")["nextChange"] == "2026-11-23T09:00:00Z")
    }

    @Test func `what a shallow clone lacks can come without a branch that moves`() throws {
        let fleet = try GateFleet(gates: "{evidence: [{type: tests}]}")
        try fleet.attest("08:00", "ci", "tests", GateFleet.passing)
        let repository = fleet.repository
        for number in 0..<25 {
            try repository.commit(["x/\(number)": "x"], branch: "towpath/evidence", author: GateFleet.nobody)
        }
        let clone = repository.directory.file("shallow.git")
        try repository.git(
            "clone", "--quiet", "--bare", "--depth", "20", "--no-single-branch", "file://\(repository.path)", clone)
        var towpath = try TowpathProgram(in: clone)
        towpath.set("TOWPATH_CACHE_DIR", clone + ".cache")
        for (time, expected) in [("08:05", "recorded"), ("08:06", "settled"), ("08:07", "settled")] {
            towpath.at(GateFleet.instant(time))
            let run = try towpath("reconcile", "--output", "json")
            #expect(try JSONReader.value(run.outputBytes)["result"]?.string == expected, "\(run.text)")
        }
        #expect(try towpath("plan").output.contains("1 did not count: of a time that a shallow clone does not tell"))
        try repository.git("-C", clone, "fetch", "--quiet", "--unshallow", "origin", "towpath/evidence")
        towpath.at(GateFleet.instant("08:08"))
        let last = try towpath("reconcile")
        #expect(last.output.contains("promoted   prod"), "\(last.text)")
    }

    @Test func `a key that is added on the watched branch is seen`() throws {
        let fleet = try GateFleet(
            gates: "{evidence: [{type: tests}]}",
            files: ["policies/allowed_signers": .text(try Keyring.allowedSigners(without: ["ci", "mallory"]))])
        try fleet.attest("08:00", "ci", "tests", GateFleet.passing)
        try settle(fleet, "08:01", "08:02", "08:03")
        try fleet.repository.commit(
            ["policies/allowed_signers": .text(try Keyring.allowedSigners())], author: GateFleet.nobody)
        try fleet.tick("08:05", holds: 2, cache: true)
    }
}
