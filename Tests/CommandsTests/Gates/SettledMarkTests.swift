import Foundation
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
