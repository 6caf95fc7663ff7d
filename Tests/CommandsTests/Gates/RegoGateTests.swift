import Foundation
import TestSupport
import Testing

/// A team's own rules, asked of OPA's engine.
@Suite(.enabled(if: EngineLibrary.isThere, "OPA's engine cannot be fetched"))
struct RegoGateStories {
    private static let gate = "{rego: {file: prod.rego, query: data.towpath.deny}}"

    private static func module(_ body: String) -> [String: BareRepository.Entry] {
        ["policies/prod.rego": .text("package towpath\n\nimport rego.v1\n\n\(body)\n")]
    }

    private static let needsTests = module(
        """
        deny contains message if {
            some change in input.promotion.changes
            count([one | some one in input.evidence; one.kind == "tests"]) == 0
            message := sprintf("%s %s was never tested", [change.component, change.to.tag])
        }
        """)

    @Test func `what a rule denies is the reason, and what it sees opens it`() throws {
        let server = try LoopbackServer.opa()
        let fleet = try GateFleet(gates: Self.gate, files: Self.needsTests)
        let opa = server.address
        try fleet.expect("rego", "closed", "web 1.1.0 was never tested", at: "08:01", opa: opa)
        try fleet.tick("08:01", holds: 1, opa: opa)
        try fleet.attest("08:02", "ci", "tests", GateFleet.passing)
        try fleet.expect("rego", "open", "denies nothing", at: "08:03", opa: opa)
        try fleet.tick("08:03", holds: 2, opa: opa)
        try fleet.repository.expectSound()
    }

    @Test func `an engine that is away is waited for, and asked again when it is back`() throws {
        let fleet = try GateFleet(gates: Self.gate, files: Self.needsTests)
        try fleet.attest("08:00", "ci", "tests", GateFleet.passing)
        let gone = try LoopbackServer.opa()
        gone.stop()
        try fleet.expect("rego", "pending", "OPA cannot be reached", at: "08:01", opa: gone.address)
        try fleet.tick("08:01", holds: 1, cache: true, opa: gone.address)
        #expect(try fleet.tick("08:02", holds: 1, cache: true, opa: gone.address).output.contains("nothing to do"))
        let back = try LoopbackServer.opa()
        try fleet.tick("08:03", holds: 2, cache: true, opa: back.address)
        try fleet.repository.expectSound()
    }

    @Test func `an audit asks again, or says that it believes what was answered`() throws {
        let server = try LoopbackServer.opa()
        let fleet = try GateFleet(gates: Self.gate, files: Self.needsTests)
        try fleet.tick("08:01", holds: 1, opa: server.address)
        try fleet.attest("08:02", "ci", "tests", GateFleet.passing)
        try fleet.tick("08:03", holds: 2, opa: server.address)
        let asked = try fleet.run("09:00", ["audit", "--strict"], opa: server.address)
        #expect(asked.status == 0, "\(asked.text)")
        let believed = try fleet.run("09:00", "audit", "--output", "json")
        #expect(believed.status == 0, "\(believed.text)")
        let findings = try believed.remarks("findings").filter {
            $0.contains("what rules in Rego answered is believed")
        }
        #expect(findings.count == 2, "\(believed.text)")
        server.stop()
        let away = try fleet.run("09:00", ["audit", "--output", "json"], opa: server.address)
        #expect(try away.status == 65 && away.brokenClaims() == [], "\(away.text)")
    }

    @Test func `every promotion of a tick gets its answer`() throws {
        let server = try LoopbackServer.opa()
        let others = ["api", "cart"]
        var files = Self.module("deny contains \"no\" if input.promotion.environment != \"prod\"")
        var change = GateFleet.arrival
        for name in others {
            files["environments/dev/\(name).yaml"] = SampleText.component(name, "1.4.0", 4)
            files["environments/prod/\(name).yaml"] = SampleText.component(name, "1.3.0", 3)
            change["environments/prod/\(name).yaml"] = SampleText.component(name, "1.4.0", 4)
        }
        let fleet = try GateFleet(gates: Self.gate, files: files, change: change)
        for name in ["web"] + others {
            try fleet.expect("rego", "open", at: "08:01", component: name, opa: server.address)
        }
        let tick = try fleet.tick("08:01", holds: 2, opa: server.address)
        for name in ["web"] + others { #expect(tick.output.contains("promoted   prod  \(name)"), "\(tick.text)") }
    }

    @Test func `a change that loosens a rule is held to the former one`() throws {
        let server = try LoopbackServer.opa()
        let fleet = try GateFleet(
            gates: Self.gate, files: Self.module("deny contains \"never\""),
            change: GateFleet.arrival.merging(Self.module("deny contains \"never\" if false")) { $1 })
        let opa = server.address
        try fleet.expect("rego", "closed", "as it was before this change: never", at: "08:01", opa: opa)
        for time in ["08:01", "08:02"] { try fleet.tick(time, holds: 1, opa: opa) }
        // Asked about the former rules it does not wave through either where nobody can be asked.
        try fleet.expect("rego", "pending", "could not be asked", at: "08:03")
    }

    @Test func `a rule sees what the gates see`() throws {
        let server = try LoopbackServer.opa()
        let fleet = try GateFleet(
            gates: Self.gate,
            files: Self.module(
                """
                deny contains message if {
                    message := sprintf("%v %v %v %v", [input.changeAuthors, input.at, input.sources[0].name,
                        input.survey.settings["web.yaml#Component/web:spec.config.logLevel"]])
                }
                """))
        try fleet.expect(
            "rego", "closed", "dev@example.invalid", "2026-11-23T08:01:00Z dev warn", at: "08:01", opa: server.address)
    }
}

/// Rules in Rego where nobody answers, or nobody can.
@Suite struct UnansweredRegoStories {
    private static let gate = "{rego: {file: prod.rego, query: data.towpath.deny}}"

    @Test func `without an engine the gate waits and says what to set`() throws {
        let fleet = try GateFleet(
            gates: Self.gate, files: ["policies/prod.rego": "package towpath\ndeny := set()\n"])
        try fleet.expect(
            "rego", "pending", "no Rego engine is configured; set TOWPATH_OPA_URL or TOWPATH_OPA", at: "08:01")
        try fleet.tick("08:01", holds: 1, cache: true)
        try fleet.tick("08:02", holds: 1, cache: true)
        let audit = try fleet.run("09:00", "audit")
        #expect(audit.status == 0, "\(audit.text)")
    }

    @Test func `a file that is not there makes the contract unusable`() throws {
        let fleet = try GateFleet(gates: "{}", files: [:])
        try fleet.repository.commit(
            ["policies/prod.yaml": SampleText.contract(to: "prod", from: "dev", gates: Self.gate)],
            author: GateFleet.nobody)
        let plan = try fleet.run("08:01", "plan")
        #expect(plan.status == 65 && plan.errors.contains("there is no file policies/prod.rego"), "\(plan.text)")
        #expect(try !fleet.run("08:01", "reconcile").output.contains("promoted"))
    }
}
