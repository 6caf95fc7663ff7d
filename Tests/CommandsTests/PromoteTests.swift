import JSONText
import TestSupport
import Testing

/// What a proposal takes, and from where.
@Suite struct PromoteTests {
    private func fleet(_ more: [String: BareRepository.Entry] = [:]) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(more) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    private func component(_ version: String, _ digit: Int) -> [String: BareRepository.Entry] {
        ["environments/dev/web.yaml": SampleText.component("web", version, digit)]
    }

    @Test func `what is recorded in the source is taken, whatever it declares meanwhile`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit(component("1.1.0", 2))
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(component("1.2.0", 3))
        let run = try towpath("promote", "staging")
        #expect(run.output.hasPrefix("proposed: web 1.0.0 → 1.1.0\ntaken from what dev has recorded\non branch "))
        #expect(run.errors == "note: dev declares web 1.2.0, which is not recorded there yet\n")
        let json = try JSONReader.value(try towpath("promote", "staging", "--output", "json").outputBytes)
        #expect(json["source"] == "dev")
        #expect(
            json["changes"] == [
                [
                    "component": "web", "name": "registry.example/shop/web",
                    "from": ["tag": "1.0.0", "digest": .string(SampleText.digest(1))],
                    "to": ["tag": "1.1.0", "digest": .string(SampleText.digest(2))], "taken": "recorded",
                    "sharedWith": [],
                ]
            ])
        try repository.expectSound()
    }

    @Test func `what stands in a base of several environments says whom else it touches`() throws {
        let layout: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:
                - {name: dev, paths: ["environments/dev/**"]}
                - {name: prod-eu, paths: ["environments/prod-eu/**", "base/**"], shared: true}
                - {name: prod-us, paths: ["environments/prod-us/**", "base/**"], shared: true}

            """
        let repository = try BareRepository()
        try repository.commit([
            "towpath.yaml": layout, "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/dev/api.yaml": SampleText.component("api", "2.1.0", 4),
            "environments/prod-eu/api.yaml": SampleText.component("api", "2.0.0", 3),
            "environments/prod-us/api.yaml": SampleText.component("api", "2.0.0", 3),
            "base/web.yaml": SampleText.component("web", "1.0.0", 1),
        ])
        let towpath = try TowpathProgram(in: repository)
        let inventory = try JSONReader.value(try towpath("inventory", "prod-eu", "--output", "json").outputBytes)
        let artifacts = inventory["environments"]?.elements?.first?["artifacts"]?.elements ?? []
        #expect(artifacts.map { $0["sharedWith"] } == [[], ["prod-us"]])
        #expect(try towpath("inventory", "prod-us").output.contains(" (also prod-eu)"))
        let run = try towpath("promote", "prod-eu", "--from", "dev")
        #expect(run.status == 0, "\(run.text)")
        #expect(run.errors == "note: web changes in prod-us too, which has it from the same file\n")
        let json = try JSONReader.value(
            try towpath("promote", "prod-eu", "--from", "dev", "--output", "json").outputBytes)
        #expect(json["changes"]?.elements?.map { $0["sharedWith"] } == [[], ["prod-us"]])
    }

    @Test func `where nothing is recorded the declared state is taken, and it is said`() throws {
        let lab = ["environments/lab/web.yaml": SampleText.component("web", "9.0.0", 9)]
        let (_, towpath) = try fleet(lab)
        let run = try towpath("promote", "staging", "--from", "lab")
        #expect(
            run.output.hasPrefix(
                "proposed: web 1.0.0 → 9.0.0\ntaken from what lab declares: it is not recorded there yet\n"),
            "\(run.text)")
        let json = try JSONReader.value(
            try towpath("promote", "staging", "--from", "lab", "--output", "json").outputBytes)
        guard case .array(let changes)? = json["changes"] else {
            Issue.record("\(json)")
            return
        }
        #expect(changes.map { $0["taken"] } == ["declared"])
    }

    @Test func `of some components the recorded and of others the declared state is taken`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit(component("1.1.0", 2))
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/api.yaml": SampleText.component("api", "2.0.0", 4),
            "environments/staging/api.yaml": SampleText.component("api", "1.0.0", 3),
        ])
        let run = try towpath("promote", "staging")
        #expect(
            run.output.contains(
                "\ntaken from what dev has recorded, and of api from what it declares: not recorded there yet\n"),
            "\(run.text)")
    }

    @Test(arguments: [
        (["promote", "staging"], "staging declares what dev has recorded: nothing to promote\n"),
        (
            ["promote", "staging", "--from", "lab"],
            "staging declares what lab declares, and has not recorded yet: nothing to promote\n"
        ),
        (["promote", "staging", "--from", "other"], "other has no component of staging: nothing to promote\n"),
    ])
    func `where nothing is to be promoted it is said what was compared`(arguments: [String], told: String) throws {
        let (_, towpath) = try fleet([
            "environments/lab/web.yaml": SampleText.component("web", "1.0.0", 1),
            "environments/other/x.yaml": SampleText.component("x", "1.0.0", 1),
        ])
        let run = try towpath(arguments)
        #expect(run.status == 0 && run.output == told, "\(run.text)")
    }

    @Test(arguments: [
        (
            ["promote", "dev"], "builds arrive in dev: it takes from no other environment",
            "change version and digest in environments/dev/web.yaml by a pull request, or name a source: --from ENV"
        ),
        (
            ["promote", "lab"], "no contract says where lab takes from", "name the source: --from ENV"
        ),
        (
            ["promote", "broken"],
            "a policy that may guard broken cannot be used: policies/broken.yaml:9:11: unknown gate \"sook\"; "
                + "did you mean \"soak\"?",
            "mend it, or name the source: --from ENV"
        ),
    ])
    func `an environment that takes from none says why, and what to do`(
        arguments: [String], message: String, hint: String
    ) throws {
        let repository = try BareRepository()
        try repository.commit(
            SampleText.fleet.merging([
                "environments/lab/web.yaml": SampleText.component("web", "1.0.0", 1),
                "environments/broken/web.yaml": SampleText.component("web", "1.0.0", 1),
                "policies/broken.yaml": SampleText.contract(to: "broken", gates: "{sook: 1h}"),
            ]) { $1 })
        let before = try repository.references()
        let run = try TowpathProgram(in: repository)(arguments)
        #expect(run.status == 65, "\(run.text)")
        #expect(run.errors == "towpath: \(message)\nhint: \(hint)\n")
        #expect(try repository.references() == before)
    }
}
