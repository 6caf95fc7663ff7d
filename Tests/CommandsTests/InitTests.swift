import Foundation
import JSONText
import TestSupport
import Testing

/// Beginning in a repository that has manifests of its own.
@Suite struct InitTests {
    private func clone(_ files: [String: BareRepository.Entry]) throws -> (BareRepository, String) {
        let bare = try BareRepository()
        try bare.commit(files, "begin")
        var git = bare.git
        git.folder = bare.directory.path
        try git("clone", "--quiet", bare.path, "clone")
        return (bare, bare.directory.file("clone"))
    }

    private static let files: [String: BareRepository.Entry] = [
        "components/web/base/deployment.yaml": SampleText.deployment("web", ("web", "1", 1)),
        "components/web/base/kustomization.yaml": "resources: [deployment.yaml]\n",
        "components/web/staging/kustomization.yaml":
            "resources: [../base]\nimages:\n- {name: r.example/web, newTag: \"2\"}\n",
        "components/web/production/kustomization.yaml":
            "resources: [../base]\nimages:\n- {name: r.example/web, newTag: \"1\"}\n",
    ]

    @Test func `from nothing to a comparison without a line by hand`() throws {
        let (bare, clone) = try clone(Self.files)
        let towpath = try TowpathProgram(in: clone)
        let begun = try towpath("init")
        #expect(begun.status == 0, "\(begun.text)")
        #expect(begun.output == "wrote towpath.yaml\nwrote policies/staging.yaml\nwrote policies/production.yaml\n")
        #expect(begun.errors.contains("found 2 environments: staging, production\n"))
        let inventory = try towpath("inventory")
        #expect(inventory.status == 0, "\(inventory.text)")
        #expect(inventory.errors.contains("read by the towpath.yaml in the work tree; commit it"))
        let diff = try towpath("diff", "staging", "production")
        #expect(diff.status == 0 && diff.output.contains("r.example/web"), "\(diff.text)")
        #expect(try towpath("history", "production").status == 0)
        // Nothing is recorded by a layout that nobody committed.
        let reconciled = try towpath("reconcile")
        #expect(reconciled.errors.contains("there is no folder environments/"), "\(reconciled.text)")
        // A second time, nothing is left to do.
        #expect(try towpath("init").output == "everything is there already: nothing written\n")
        try bare.expectSound()
    }

    @Test func `a layout that is there is what counts`() throws {
        let layout: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec:
              environments: [{name: live, paths: ["components/*/production/**"]}]

            """
        let (bare, clone) = try clone(Self.files.merging(["towpath.yaml": layout]) { $1 })
        #expect(try TowpathProgram(in: clone)("init").output == "wrote policies/live.yaml\n")
        try bare.expectSound()
    }

    @Test func `a bare repository is only told what would be written`() throws {
        let (bare, _) = try clone(Self.files)
        let towpath = try TowpathProgram(in: bare.path)
        let refused = try towpath("init")
        #expect(refused.status == 64 && refused.errors.contains("--print"), "\(refused.text)")
        let before = try FileManager.default.contentsOfDirectory(atPath: bare.path).sorted()
        let printed = try towpath("init", "--print")
        #expect(printed.status == 0 && printed.output.contains("- {name: staging, paths: ["), "\(printed.text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: bare.path).sorted() == before)
        let file = bare.directory.file("mine.yaml")
        try Data(printed.outputBytes).write(to: URL(fileURLWithPath: file))
        #expect(try towpath("inventory", "--fleet", file).status == 0)
    }

    @Test func `where nothing is committed there is nothing to propose`() throws {
        let folder = try TemporaryDirectory("init")
        let run = try TowpathProgram(in: folder.path)("init", "--print")
        #expect(run.status == 65 && run.errors.contains("commit manifests first"), "\(run.text)")
    }
}
