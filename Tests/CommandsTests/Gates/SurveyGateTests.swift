import Foundation
import TestSupport
import Testing

/// The gates that look at manifests, at what waits beside, and at what has arrived.
@Suite struct SurveyGateStories {
    @Test func `settings that differ close the gate, with their paths and without their values`() throws {
        let fleet = try GateFleet(
            gates: "{configDrift: {max: 0, ignore: [spec.config.url]}}",
            change: [
                "environments/prod/web.yaml": SampleText.component(
                    "web", "1.1.0", 2, config: "logLevel: debug-in-prod\n    url: https://prod.example")
            ])
        try fleet.expect("configDrift", "closed", "1 setting differs from dev", "logLevel", at: "08:01")
        for arguments in [["plan"], ["explain", "prod", "web"]] {
            #expect(try !fleet.run("08:01", arguments).text.contains("debug-in-prod"))
        }
        try fleet.tick("08:01", holds: 1)
        try fleet.repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2, config: "logLevel: debug-in-prod")],
            author: GateFleet.nobody)
        try fleet.tick("08:02", holds: 2)
        try fleet.repository.expectSound()
    }

    @Test func `a source that cannot be read keeps the gate shut`() throws {
        let fleet = try GateFleet(gates: "{configDrift: {max: 9}, secrets: {}}")
        try fleet.expect("configDrift", "open", "same as dev", at: "08:01")
        try fleet.repository.commit(["environments/dev/broken.yaml": "a: [\n"], author: GateFleet.nobody)
        try fleet.expect("configDrift", "pending", "dev could not be read", at: "08:01", on: [.plan, .explain])
        try fleet.expect("secrets", "open", at: "08:01", on: [.plan, .explain])
        #expect(try !fleet.run("08:01", "reconcile").output.contains("promoted"))
    }

    @Test func `the file that cannot be surveyed is named, wherever it lies`() throws {
        let template = BareRepository.Entry.text("a: 1\n{{- if .Values.b }}\nb: 2\n{{- end }}\n")
        let fleet = try GateFleet(
            gates: "{configDrift: {max: 9}, secrets: {}, quota: {cpu: 2}, order: {dependsOn: true}}",
            files: ["environments/prod/chart/templates/x.yaml": template])
        let told = "prod could not be read: environments/prod/chart/templates/x.yaml:3:1: a template"
        for gate in ["configDrift", "secrets", "quota", "order"] {
            try fleet.expect(gate, "pending", told, at: "08:01")
        }
        try fleet.repository.commit(
            [
                "environments/prod/chart/templates/x.yaml": .gone,
                "environments/dev/chart/templates/x.yaml": template,
            ], author: GateFleet.nobody)
        let there = "could not be compared: dev could not be read: environments/dev/chart/templates/x.yaml:3:1: "
        try fleet.expect("configDrift", "pending", there, at: "08:02", on: [.plan, .explain])
        try fleet.expect("secrets", "open", at: "08:02", on: [.plan, .explain])
    }

    @Test func `a secret is found and its value shown nowhere`() throws {
        let secret = "hunter2-C0rrect-h0rse"
        let fleet = try GateFleet(
            gates: "{secrets: {}, rate: {max: 9, per: 1h}}",
            change: [
                "environments/prod/web.yaml": SampleText.component("web", "1.1.0", 2, config: "password: \(secret)"),
                "environments/prod/settings.json": .text(
                    "{\"apiToken\": \"ghp_\(String(repeating: "a1B2", count: 9))\"}"),
            ])
        try fleet.expect("secrets", "closed", "password", "environments/prod/web.yaml:", at: "08:01")
        try fleet.tick("08:01", holds: 1)
        let commands = [
            ["plan"], ["plan", "--output", "json"], ["explain", "prod", "web"],
            ["explain", "prod", "web", "--output", "json"], ["status"], ["status", "--output", "json"],
            ["check", "--base", fleet.base, "--head", "topic"],
            ["check", "--base", fleet.base, "--head", "topic", "--output", "json"],
            ["check", "--base", fleet.base, "--head", "topic", "--output", "markdown"], ["drift"],
            ["drift", "--output", "json"], ["history", "prod"], ["evidence"], ["inventory"], ["reconcile", "-v"],
            ["approve", "prod", "--yes", "--key", try Keyring.path("ada")],
        ]
        for arguments in commands {
            let run = try fleet.run("08:02", arguments)
            #expect(!run.text.contains(secret) && !run.text.contains("ghp_a1B2"), "\(arguments): \(run.text)")
        }
        let written = try fleet.repository.git(
            "log", "-p", "--format=%B", "main", "--", "environments/prod/environment.lock")
        #expect(!written.contains(secret) && written.contains("secrets"))
    }

    private static func deployment(replicas: Int, cpu: String?, digit: Int) -> BareRepository.Entry {
        let resources = cpu.map { "\n          resources: {limits: {cpu: \"\($0)\"}}" } ?? ""
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              replicas: \(replicas)
              template:
                spec:
                  containers:
                    - name: shop
                      image: registry.example/shop/shop:1.\(digit).0@\(SampleText.digest(digit))\(resources)

            """
    }

    @Test func `what asks for too much is refused, and what does not say is waited for`() throws {
        let slot = "Deployment/shop/shop"
        func fleet(_ replicas: Int, _ cpu: String?) throws -> GateFleet {
            try GateFleet(
                gates: "{quota: {cpu: \"2\"}}", more: "unit: together",
                files: [
                    "environments/dev/shop.yaml": Self.deployment(replicas: 1, cpu: "100m", digit: 2),
                    "environments/prod/shop.yaml": Self.deployment(replicas: 1, cpu: "100m", digit: 1),
                    "environments/prod/web.yaml": .gone,
                ], change: ["environments/prod/shop.yaml": Self.deployment(replicas: replicas, cpu: cpu, digit: 2)])
        }
        let high = try fleet(5, "500m")
        try high.expect("quota", "closed", "cpu is 2.5, over the limit of 2", at: "08:01", component: slot)
        try high.tick("08:01", holds: 1)
        let silent = try fleet(1, nil)
        try silent.expect("quota", "pending", "states none", at: "08:01", component: slot)
        try silent.tick("08:01", holds: 1)
        let good = try fleet(4, "500m")
        try good.expect("quota", "open", "cpu is 2 of 2", at: "08:01", component: slot)
        try good.tick("08:01", holds: 2)
    }

    private static func dependent(_ name: String, _ digit: Int, on other: String? = nil) -> BareRepository.Entry {
        let text = SampleText.component(name, "1.\(digit).0", digit).text
        return .text(text + (other.map { "  dependsOn: [\($0)]\n" } ?? ""))
    }

    @Test func `what depends on another arrives after it`() throws {
        let fleet = try GateFleet(
            gates: "{order: {}}",
            files: [
                "environments/dev/api.yaml": Self.dependent("api", 4),
                "environments/prod/api.yaml": Self.dependent("api", 3),
            ],
            change: [
                "environments/prod/web.yaml": Self.dependent("web", 2, on: "api"),
                "environments/prod/api.yaml": Self.dependent("api", 4),
            ])
        // The configuration changes too, and arrives on its own.
        try fleet.expect("order", "pending", "web arrives after api", at: "08:01")
        try fleet.expect("order", "open", at: "08:01", component: "api")
        let first = try fleet.run("08:01", "reconcile")
        #expect(first.output.contains("api 1.4.0") && first.output.contains("waiting    prod  web"), "\(first.text)")
        try fleet.tick("08:02", holds: 2, cache: true)
        try fleet.repository.expectSound()
    }

    @Test func `a circle and a stranger are refused`() throws {
        let fleet = try GateFleet(
            gates: "{order: {}}",
            files: ["environments/dev/api.yaml": Self.dependent("api", 4)],
            change: [
                "environments/prod/web.yaml": Self.dependent("web", 2, on: "api"),
                "environments/prod/api.yaml": Self.dependent("api", 4, on: "web"),
            ])
        try fleet.expect("order", "closed", "web → api → web", at: "08:01")
        let other = try GateFleet(
            gates: "{order: {}}", change: ["environments/prod/web.yaml": Self.dependent("web", 2, on: "nothing")])
        try other.expect("order", "closed", "which is neither recorded in prod nor on its way", at: "08:01")
        try other.tick("08:01", holds: 1)
    }

    @Test func `a set arrives as one`() throws {
        let files: [String: BareRepository.Entry] = [
            "environments/dev/api.yaml": Self.dependent("api", 4),
            "environments/prod/api.yaml": Self.dependent("api", 3),
        ]
        let change = GateFleet.arrival.merging(["environments/prod/api.yaml": Self.dependent("api", 4)]) { $1 }
        let apart = try GateFleet(gates: "{order: {sets: [[web, api]]}}", files: files, change: change)
        try apart.expect("order", "pending", "web arrives together with api", "unit: together", at: "08:01")
        try apart.tick("08:01", holds: 1)
        let together = try GateFleet(
            gates: "{order: {sets: [[web, api]]}}", more: "unit: together", files: files, change: change)
        try together.expect("order", "open", at: "08:01")
        try together.tick("08:01", holds: 2)
        #expect(try together.repository.file("environments/prod/environment.lock").contains(SampleText.digest(4)))
    }

    @Test func `of two under a limit of one exactly one arrives, and the other in its time`() throws {
        let files: [String: BareRepository.Entry] = [
            "environments/dev/api.yaml": Self.dependent("api", 4),
            "environments/prod/api.yaml": Self.dependent("api", 3),
        ]
        let change = GateFleet.arrival.merging(["environments/prod/api.yaml": Self.dependent("api", 4)]) { $1 }
        let fleet = try GateFleet(gates: "{rate: {max: 1, per: 1h}}", files: files, change: change)
        try fleet.expect("rate", "open", "0 of 1 in 1h have arrived", at: "08:01", component: "api")
        try fleet.expect("rate", "pending", "the next may at 2026-11-23T09:01:00Z", at: "08:01")
        let tick = try fleet.tick("08:01", holds: 4, cache: true)
        #expect(tick.output.contains("promoted   prod  api") && tick.output.contains("waiting    prod  web"))
        try fleet.tick("08:02", holds: 4, cache: true)
        #expect(try fleet.tick("09:00", holds: 4, cache: true).output.contains("nothing to do"))
        let lock = try fleet.repository.file("environments/prod/environment.lock").split(separator: "\npending:")[0]
        #expect(!lock.contains(SampleText.digest(2)))
        try fleet.tick("09:01", holds: 2, cache: true)
        try fleet.repository.expectSound()
    }
}
