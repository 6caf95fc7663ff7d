import JSONText
import TestSupport
import Testing

/// Contracts that go by tags, and the digests that are written beside them.
@Suite struct PinnedGateStories {
    private static let gates = "{pinned: tag}"
    private static let tags = #"immutableTags: ["{semver}"]"#

    private static func workload(_ image: String) -> BareRepository.Entry {
        .text(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                spec:
                  containers:
                    - name: web   # keep this
                      image: \(image)

            """)
    }

    @Test func `a tag that was recorded never changes its meaning, whoever rebuilds it`() throws {
        let again = SampleText.component("web", "1.1.0", 3)
        let fleet = try GateFleet(gates: Self.gates, more: Self.tags, change: ["environments/dev/web.yaml": again])
        // By digests, which the contract of dev goes by, another build of the same version may arrive.
        try fleet.tick("08:01", holds: 1)
        var topic = fleet
        try topic.propose(["environments/prod/web.yaml": again])
        try topic.merge()
        try topic.expect("source", "open", "recorded in dev", at: "08:02")
        let told = ["web 1.1.0 was recorded first as 222222222222 in dev at ", "333333333333 needs a tag of its own"]
        try topic.expect("pinned", "closed", told[0], told[1], at: "08:02")
        let run = try topic.tick("08:03", holds: 1)
        #expect(run.output.contains("refused"), "\(run.text)")
        #expect(try topic.run("08:04", "explain", "prod", "web").output.contains("towpath promote prod --pin"))
        // Given a tag of its own it arrives, and the ledger can be proved.
        try topic.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.1", 3)])
        try topic.tick("08:05", holds: 1)
        try topic.repository.commit(["environments/prod/web.yaml": SampleText.component("web", "1.1.1", 3)])
        try topic.tick("08:06", holds: 3)
        let audit = try topic.run("08:10", "audit")
        #expect(audit.status == 0, "\(audit.text)")
        try topic.repository.expectSound()
    }

    @Test func `a tag is not recorded as two digests at one instant either`() throws {
        let repository = try BareRepository()
        func web(_ version: String, _ digests: (eu: Int, us: Int)) -> [String: BareRepository.Entry] {
            [
                "environments/eu/web.yaml": SampleText.component("web", version, digests.eu),
                "environments/us/web.yaml": SampleText.component("web", version, digests.us),
            ]
        }
        var files = web("1.0.0", (1, 1))
        for name in ["eu", "us"] {
            files["policies/\(name).yaml"] = SampleText.contract(to: name, gates: Self.gates, more: Self.tags)
        }
        try repository.commit(files)
        var towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(web("1.1.0", (2, 3)))
        towpath.at("2026-11-23T08:01:00Z")
        let first = try towpath("reconcile")
        #expect(first.status == 0, "\(first.text)")
        #expect(try repository.file("environments/eu/environment.lock").contains("1.1.0"))
        #expect(!(try repository.file("environments/us/environment.lock").contains("version: \"1.1.0\"")))
        towpath.at("2026-11-23T08:02:00Z")
        let second = try towpath("reconcile")
        #expect(second.output.contains("web 1.1.0 was recorded first as 222222222222 in eu at "), "\(second.text)")
        let audit = try towpath("audit")
        #expect(audit.status == 0, "\(audit.text)")
    }

    @Test func `what carries a tag alone passes by the contract and is no drift`() throws {
        let files = [
            "environments/dev/api.yaml": Self.workload("registry.example/api:2.0.0"),
            "environments/prod/api.yaml": Self.workload("registry.example/api:2.0.0"),
            "policies/dev.yaml": SampleText.contract(to: "dev", gates: Self.gates, more: Self.tags),
        ]
        let fleet = try GateFleet(
            gates: Self.gates, more: Self.tags, files: files,
            change: ["environments/dev/api.yaml": Self.workload("registry.example/api:2.1.0")])
        try fleet.tick("08:01", holds: 1)
        var topic = fleet
        try topic.propose(["environments/prod/api.yaml": Self.workload("registry.example/api:2.1.0")])
        try topic.merge()
        let component = "Deployment/web/web"
        try topic.expect(
            "pinned", "open", "a digest or an immutable tag", at: "08:02", component: component)
        try topic.tick("08:02", holds: 1)
        #expect(try topic.repository.file("environments/prod/environment.lock").contains("version: \"2.1.0\"\n"))
        #expect(try topic.run("08:03", "drift").output.contains("unpinned") == false)
        try topic.propose(["environments/prod/api.yaml": Self.workload("registry.example/api:latest")])
        try topic.merge()
        try topic.expect("pinned", "closed", "by a tag that is meant to move", at: "08:04", component: component)
        #expect(try topic.run("08:05", "drift").output.contains("unpinned"))
    }

    @Test func `promote writes the digests that the fleet knows, and refuses what nobody knows`() throws {
        let digest = SampleText.digest(7)
        let repository = try BareRepository()
        let contract = SampleText.contract(to: "prod", from: "dev", gates: Self.gates, more: Self.tags)
        try repository.commit([
            "environments/dev/web.yaml": Self.workload("registry.example/web:1.0.0@\(digest)"),
            "environments/dev/values.yaml": "api:\n  image: {repository: registry.example/api, tag: 3.0.0}\n",
            "environments/prod/web.yaml": Self.workload("registry.example/web:1.0.0"),
            "environments/prod/values.yaml": "api:\n  image: {repository: registry.example/api, tag: 2.0.0}\n",
            "policies/dev.yaml": SampleText.contract(to: "dev", gates: Self.gates, more: Self.tags),
            "policies/prod.yaml": contract,
        ])
        // What only history knows: dev had the digest, and gave it up.
        try repository.commit(["environments/dev/web.yaml": Self.workload("registry.example/web:1.0.0")])
        let towpath = try TowpathProgram(in: repository)
        let unknown = try towpath("promote", "prod", "--pin")
        #expect(unknown.status == 65)
        #expect(unknown.errors.contains("api.image cannot be pinned: the fleet never recorded or declared a digest of"))
        #expect(try repository.git("branch", "--list", "towpath/*") == "")
        let run = try towpath("promote", "prod", "Deployment/web/web", "--pin")
        #expect(run.status == 0, "\(run.text)")
        #expect(run.errors.contains("Deployment/web/web gets 777777777777, declared in dev before"))
        let branch = try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/towpath")
            .split(separator: "\n")[0]
        let difference = try repository.git("diff", "-U0", "main", String(branch)).split(separator: "\n")
            .filter { $0.hasPrefix("+ ") || $0.hasPrefix("- ") }
        #expect(
            difference == [
                "-          image: registry.example/web:1.0.0",
                "+          image: registry.example/web:1.0.0@\(digest)",
            ])
        let json = try JSONReader.value(
            try towpath("promote", "prod", "Deployment/web/web", "--pin", "--output", "json").outputBytes)
        #expect(
            json["pins"] == [
                [
                    "component": "Deployment/web/web", "digest": .string(digest), "known": "declared in dev before",
                    "reason": .null,
                ]
            ])
    }

    @Test func `a branch is no tag, and a chart is promoted by its version`() throws {
        func release(_ version: String) -> BareRepository.Entry {
            .text(
                """
                apiVersion: helm.toolkit.fluxcd.io/v2
                kind: HelmRelease
                metadata: {name: web}
                spec:
                  chart:
                    spec: {chart: web, version: \(version), sourceRef: {kind: HelmRepository, name: r}}
                ---
                apiVersion: source.toolkit.fluxcd.io/v1
                kind: GitRepository
                metadata: {name: source}
                spec:
                  url: https://git.example/x
                  ref: {branch: 1.2.3}

                """)
        }
        let repository = try BareRepository()
        try repository.commit([
            "environments/dev/release.yaml": release("1.1.0"), "environments/prod/release.yaml": release("1.0.0"),
            "policies/dev.yaml": SampleText.contract(to: "dev", gates: Self.gates, more: Self.tags),
            "policies/prod.yaml": SampleText.contract(to: "prod", from: "dev", gates: Self.gates, more: Self.tags),
        ])
        let towpath = try TowpathProgram(in: repository)
        let first = try towpath("reconcile").output
        #expect(first.contains("adopted    prod  HelmRelease/web 1.0.0"), "\(first)")
        #expect(first.contains("ref=1.2.3 by a branch or a range, which moves; name a version"), "\(first)")
        let run = try towpath("promote", "prod", "HelmRelease/web", "--pin")
        #expect(run.output.hasPrefix("proposed: HelmRelease/web 1.0.0 → 1.1.0\n"), "\(run.text)")
        #expect(run.errors == "note: HelmRelease/web gets no digest: its format has no place for one\n")
        try repository.expectSound()
    }
}
