import JSONText
import TestSupport
import Testing

/// One repository for each stage, declared once.
@Suite struct RegistryMapTests {
    private static let mapping: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          repositories:
            - {dev: "dev.example/*", prod: "prod.example/shop/*"}

        """

    private static func images(_ registry: String, web: (String, Int), api: String) -> BareRepository.Entry {
        .text(
            """
            images:
              - name: \(registry)/web
                newTag: \(web.0)  # for people
                digest: \(SampleText.digest(web.1))
              - name: placeholder
                newName: \(registry)/api
                newTag: \(api)

            """)
    }

    private func fleet(_ more: [String: BareRepository.Entry] = [:]) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        let gates = (gates: "{pinned: tag}", more: #"immutableTags: ["{semver}"]"#)
        let files: [String: BareRepository.Entry] = [
            "towpath.yaml": Self.mapping,
            "environments/dev/kustomization.yaml": Self.images("dev.example", web: ("1.0.0", 1), api: "2.0.0"),
            "environments/prod/kustomization.yaml": Self.images("prod.example/shop", web: ("1.0.0", 1), api: "2.0.0"),
            "policies/dev.yaml": SampleText.contract(to: "dev", gates: gates.gates, more: gates.more),
            "policies/prod.yaml": SampleText.contract(to: "prod", from: "dev", gates: gates.gates, more: gates.more),
        ]
        try repository.commit(files.merging(more) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([
            "environments/dev/kustomization.yaml": Self.images("dev.example", web: ("1.1.0", 2), api: "2.1.0")
        ])
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    @Test func `promote writes the target's name, and every judge knows both`() throws {
        let (repository, towpath) = try fleet()
        let run = try towpath("promote", "prod")
        #expect(
            run.output.hasPrefix("proposed: dev.example/web 1.0.0 → 1.1.0, placeholder 2.0.0 → 2.1.0\n"), "\(run.text)")
        let branch = try #require(
            try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/towpath").split(separator: "\n").first
        )
        let changed = try repository.git("diff", "-U0", "main", String(branch)).split(separator: "\n")
            .filter { $0.hasPrefix("+ ") }
        #expect(
            changed == [
                "+    newTag: 1.1.0  # for people", "+    digest: \(SampleText.digest(2))", "+    newTag: 2.1.0",
            ])
        let check = try towpath("check", "--base", "main", "--head", String(branch))
        #expect(check.status == 0, "\(check.text)")
        try repository.git("update-ref", "refs/heads/main", String(branch))
        let tick = try towpath("reconcile")
        #expect(tick.output.contains("promoted   prod  placeholder 2.1.0"), "\(tick.text)")
        #expect(try towpath("diff", "dev", "prod").output.contains("2 of 2 components are the same"))
        #expect(try towpath("drift").output.hasPrefix("no drift"))
        let audit = try towpath("audit")
        #expect(audit.status == 0, "\(audit.text)")
        try repository.expectSound()
    }

    @Test func `without the mapping the same tag elsewhere is another artifact`() throws {
        let (repository, towpath) = try fleet(["towpath.yaml": "apiVersion: towpath.dev/v1\nkind: Fleet\nspec: {}\n"])
        try repository.commit([
            "environments/prod/kustomization.yaml": Self.images("prod.example/shop", web: ("1.1.0", 2), api: "2.1.0")
        ])
        // A digest is the same everywhere, a tag is not.
        let plan = try towpath("plan").output
        #expect(plan.contains("promote prod  prod.example/shop/web"), "\(plan)")
        #expect(plan.contains("placeholder 2.1.0 was never recorded in dev; promote it there first"), "\(plan)")
        // Nor does a change that brings the mapping along profit from it.
        try repository.commit(
            [
                "towpath.yaml": Self.mapping,
                "environments/prod/kustomization.yaml": Self.images(
                    "prod.example/shop", web: ("1.1.0", 2), api: "2.1.0"),
            ], branch: "topic", from: try repository.git("rev-parse", "main~1"))
        let check = try towpath("check", "--base", "main~1", "--head", "topic")
        #expect(check.status == 3, "\(check.text)")
        #expect(check.output.contains("placeholder 2.1.0 was never recorded in dev"), "\(check.text)")
    }

    @Test func `pairs are explained, and what only its order tells apart is left alone`() throws {
        func pod(_ first: String, _ second: String) -> BareRepository.Entry {
            .text(
                "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec:\n  containers:\n"
                    + "    - {name: a, image: \"x.example/x:\(first)\"}\n    - {name: a, image: \"x.example/x:\(second)\"}\n"
            )
        }
        let (repository, towpath) = try fleet([
            "environments/dev/pod.yaml": pod("1.0.0", "2.0.0"), "environments/prod/pod.yaml": pod("1.0.0", "1.5.0"),
            "environments/dev/moved.yaml": SampleText.deployment("new-name", ("job", "1.0.0", 5)),
            "environments/prod/moved.yaml": SampleText.deployment("old-name", ("job", "1.0.0", 5)),
        ])
        let run = try towpath("inventory", "prod", "--pairs", "--output", "json")
        let json = try JSONReader.value(run.outputBytes)
        let pairs = json["environments"]?.elements?.first?["pairs"]?.elements ?? []
        let told = pairs.map { pair in
            [pair["component"]?.string ?? "", pair["relation"]?.string ?? "", pair["reason"]?.string ?? ""]
        }
        let order = "2 of this name in dev and 2 in prod, told apart by their order only"
        #expect(
            told == [
                ["Deployment/new-name/job", "ambiguous", "what looks alike in prod has another name"],
                ["Deployment/old-name/job", "ambiguous", "what looks alike in dev has another name"],
                ["Pod/p/a", "ambiguous", order], ["Pod/p/a#2", "ambiguous", order],
                [
                    "dev.example/web", "paired",
                    "the same component, and a mapping makes dev.example/web prod.example/shop/web",
                ],
                [
                    "placeholder", "paired",
                    "the same component, and a mapping makes dev.example/api prod.example/shop/api",
                ],
            ])
        #expect(pairs.first?["candidates"] == ["Deployment/old-name/job"])
        let promoted = try towpath("promote", "prod")
        #expect(promoted.errors.contains("note: Pod/p/a#2 is left alone: \(order)"), "\(promoted.text)")
        #expect(!promoted.output.contains("Pod/p"))
        #expect(try towpath("promote", "prod", "Pod/p/a#2").status == 65)
        #expect(try towpath("inventory", "--pairs").output.contains("2 of 6 components correspond, 4 are ambiguous"))
        try repository.expectSound()
    }
}
