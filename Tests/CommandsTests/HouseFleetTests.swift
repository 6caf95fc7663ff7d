import JSONText
import TestSupport
import Testing

/// A fleet whose versions stand in files of its own: read, promoted and recorded like any other.
@Suite struct HouseFleetTests {
    private static let layout: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          environments: [{name: "{env}", paths: ["image-tags/{env}/*"]}]
          artifacts:
            - {files: "image-tags/*/*.tfvars", path: image_tag, name: "registry.example/{basename}", component: "{basename}"}
            - {files: "image-tags/*/RELEASE", name: release}
            - {files: "image-tags/*/*-api", path: image_tag, name: "registry.example/{basename}", digest: image_digest}

        """

    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        let (one, two) = (SampleText.digest(1), SampleText.digest(2))
        try repository.commit([
            "towpath.yaml": Self.layout, "policies/staging.yaml": SampleText.contract(to: "staging"),
            "policies/prod.yaml": SampleText.contract(to: "prod", from: "staging"),
            "image-tags/staging/account-api": "# by CI\nimage_tag: v2\nimage_digest: \(two)\n",
            "image-tags/prod/account-api": "image_tag: 'v1'   # watched\r\ndeploy: yes\r\n",
            "image-tags/staging/web.tfvars": "image_tag = \"2@\(two)\"\n",
            "image-tags/prod/web.tfvars": "image_tag   = \"1@\(one)\" // x\n",
            "image-tags/staging/RELEASE": "\(two)",
            "image-tags/prod/RELEASE": "\(one)\n\n",
        ])
        return (repository, try TowpathProgram(in: repository))
    }

    @Test func `they are read, and promoted by their bytes alone`() throws {
        let (repository, towpath) = try fleet()
        let run = try towpath("inventory", "--output", "json")
        #expect(run.status == 0, "\(run.text)")
        let environments = try #require(try JSONReader.value(run.outputBytes)["environments"]?.elements)
        let prod = try #require(environments.first { $0["name"]?.string == "prod" }?["artifacts"]?.elements)
        #expect(prod.map { $0["component"]?.string } == ["registry.example/account-api", "release", "web"])
        #expect(prod.map { $0["name"]?.string } == ["registry.example/account-api", "release", "registry.example/web"])
        #expect(prod.map { $0["tag"]?.string } == ["v1", nil, "1"])
        #expect(prod.allSatisfy { $0["format"]?.string == "house" })
        #expect(try towpath("reconcile").status == 0)
        let promoted = try towpath("promote", "prod")
        #expect(promoted.status == 0, "\(promoted.text)")
        let branch = try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/towpath/promote")
        let two = SampleText.digest(2)
        func file(_ name: String) throws -> String { try repository.file("image-tags/prod/\(name)", at: branch) }
        #expect(
            try file("account-api")
                == "image_tag: 'v2'   # watched\r\nimage_digest: \(two)\r\ndeploy: yes\r\n")
        #expect(try file("web.tfvars") == "image_tag   = \"2@\(two)\" // x\n")
        #expect(try file("RELEASE") == two + "\n\n")
        try repository.expectSound()
    }

    @Test func `a rule that is wrong stops everything, with its place`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit([
            "towpath.yaml":
                "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  artifacts:\n    - {files: a, path: \"b[\"}\n"
        ])
        let run = try towpath("inventory")
        #expect(run.status == 65)
        #expect(run.errors.contains("towpath.yaml:5:24: \"b[\" is no path in a document"), "\(run.text)")
    }

    @Test func `parts of one file are environments, promoted by their bytes alone`() throws {
        let repository = try BareRepository()
        let layout: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments:
                - {name: staging, paths: [versions.yaml], section: staging}
                - {name: "ring-{n}", paths: ["rings/ring-{n}.yaml"], section: "live.{n}"}

            """
        try repository.commit([
            "towpath.yaml": layout, "policies/staging.yaml": SampleText.contract(to: "staging"),
            "policies/ring.yaml": SampleText.contract(to: "ring-1", from: "staging"),
            "versions.yaml": "staging: {web: {image: 'r.example/web:2'}}\nother: {web: {image: r.example/web:9}}\n",
            "rings/ring-1.yaml":
                "live:\n  1:\n    web:\n      image: r.example/web:1 # watched\n  2: {web: {image: r.example/web:0}}\n",
        ])
        let towpath = try TowpathProgram(in: repository)
        let run = try towpath("promote", "ring-1", "--from", "staging")
        #expect(run.status == 0 && run.output.hasPrefix("proposed: web.image 1 → 2\n"), "\(run.text)")
        let branch = try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/towpath/promote")
        #expect(
            try repository.file("rings/ring-1.yaml", at: branch)
                == "live:\n  1:\n    web:\n      image: r.example/web:2 # watched\n  2: {web: {image: r.example/web:0}}\n"
        )
        try repository.expectSound()
    }
}
