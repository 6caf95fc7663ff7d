import TestSupport
import Testing

/// What reaches the branch that a runtime watches.
@Suite struct PublicationTests {
    /// A published fleet in which everything is settled; the contract of `dev` opens at nine for `web`, at once for
    /// all else.
    private func fleet(_ files: [String: BareRepository.Entry]) throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(
            [
                "towpath.yaml": SampleText.publishing, "policies/dev.yaml": SampleText.contract(to: "dev"),
                "policies/web.yaml": SampleText.contract(
                    to: "dev", gates: "{windows: [{from: \"09:00\", to: \"10:00\", zone: UTC}]}",
                    more: "components: [\"*web*\"]"
                ).renamed("web"),
            ].merging(files) { $1 })
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    private let app = "environments/dev/app.yaml"

    @Test func `a component that is not permitted keeps its published version beside one in the same file that is`()
        throws
    {
        let (repository, towpath) = try fleet([app: SampleText.deployment("app", ("web", "1", 1), ("side", "1", 1))])
        let published = try repository.file(app, at: "env/dev")
        try repository.commit([app: SampleText.deployment("app", ("web", "2", 2), ("side", "2", 2))])
        #expect(try towpath("reconcile").status == 0)
        let expected = published.replacing(
            "shop/side:1@\(SampleText.digest(1))", with: "shop/side:2@\(SampleText.digest(2))")
        #expect(try repository.file(app, at: "env/dev") == expected, "the rest stays byte for byte")
        #expect(try towpath("drift").status == 0)
        try repository.expectSound()
    }

    @Test func `a configuration that is not permitted stays as it is published, and the permitted version arrives`()
        throws
    {
        let repository = try BareRepository()
        try repository.commit([
            "towpath.yaml": SampleText.publishing,
            // The configuration is judged by the contract for all, which is shut.
            "policies/dev.yaml": SampleText.contract(
                to: "dev", gates: "{windows: [{from: \"09:00\", to: \"10:00\", zone: UTC}]}"),
            "policies/web.yaml": SampleText.contract(to: "dev", more: "components: [\"*web*\"]").renamed("web"),
            app: SampleText.deployment("app", ("web", "1", 1), replicas: 2),
            "environments/dev/notes.txt": "one\n",
        ])
        var towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        let published = try repository.file(app, at: "env/dev")
        try repository.commit([
            app: SampleText.deployment("app", ("web", "2", 2), replicas: 9), "environments/dev/notes.txt": "two\n",
        ])
        #expect(try towpath("reconcile").status == 0)
        let expected = published.replacing("web:1@\(SampleText.digest(1))", with: "web:2@\(SampleText.digest(2))")
        #expect(try repository.file(app, at: "env/dev") == expected)
        #expect(try repository.file("environments/dev/notes.txt", at: "env/dev") == "one\n")
        towpath.at("2026-11-23T09:00:00Z")
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.file(app, at: "env/dev") == repository.file(app))
        #expect(try repository.file("environments/dev/notes.txt", at: "env/dev") == "two\n")
        try repository.expectSound()
    }

    @Test func `a new component that is not permitted stays away while one in the same file arrives`() throws {
        let (repository, towpath) = try fleet([app: SampleText.deployment("app", ("side", "1", 1))])
        let published = try repository.file(app, at: "env/dev")
        try repository.commit([app: SampleText.deployment("app", ("side", "2", 2), ("web", "1", 1))])
        #expect(try towpath("reconcile").status == 0)
        let expected = published.replacing("side:1@\(SampleText.digest(1))", with: "side:2@\(SampleText.digest(2))")
        #expect(try repository.file(app, at: "env/dev") == expected)
        #expect(try towpath("drift").status == 0)
        try repository.expectSound()
    }

    @Test func `a component that may not go stays published when its file is gone`() throws {
        let web = "environments/dev/web.yaml"
        let (repository, towpath) = try fleet([
            web: SampleText.component("web", "1.0.0", 1), app: SampleText.deployment("app", ("side", "1", 1)),
        ])
        #expect(try towpath("hold", "dev", "web", "--reason", "waiting for the vendor").status == 0)
        let published = try repository.file(web, at: "env/dev")
        try repository.commit([web: .gone, app: SampleText.deployment("app", ("side", "2", 2))])
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.file(web, at: "env/dev") == published)
        #expect(try repository.file(app, at: "env/dev").contains("side:2"))
        try repository.expectSound()
    }

    @Test func `a published branch that cannot be read stops its environment before anything is recorded`() throws {
        let (repository, towpath) = try fleet([app: SampleText.deployment("app", ("side", "1", 1))])
        try repository.commit([app: "kind: [\n"], branch: "env/dev")
        let branch = try repository.tip("env/dev")
        try repository.commit([app: SampleText.deployment("app", ("side", "2", 2))])
        let before = try repository.tip()
        let tick = try towpath("reconcile")
        #expect(tick.status == 73, "\(tick.text)")
        #expect(tick.errors.contains("dev is not recorded: refs/heads/env/dev is there and could not be read"))
        #expect(tick.errors.contains("git update-ref -d refs/heads/env/dev\n"))
        #expect(try repository.tip() == before)
        #expect(try repository.tip("env/dev") == branch)
        #expect(try towpath("rollback", "dev", "--reason", "x").status == 65)
        try repository.git("update-ref", "-d", "refs/heads/env/dev")
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.file(app, at: "env/dev") == repository.file(app))
        try repository.expectSound()
    }

    @Test func `a repair says of a branch that it cannot read how to mend it, and changes nothing`() throws {
        let (repository, towpath) = try fleet([app: SampleText.deployment("app", ("side", "1", 1))])
        try repository.commit([app: SampleText.deployment("app", ("side", "2", 2))])
        #expect(try towpath("reconcile").status == 0)
        try repository.commit([app: "kind: [\n"], branch: "env/dev")
        let before = try repository.references()
        let rollback = try towpath("rollback", "dev", "--reason", "x")
        #expect(rollback.status == 65, "\(rollback.text)")
        #expect(rollback.errors.hasSuffix("publishes it anew: git update-ref -d refs/heads/env/dev\n"))
        let run = try towpath("reconcile", "--repair")
        #expect(run.status == 73, "\(run.text)")
        #expect(
            run.errors.hasPrefix("towpath: refs/heads/env/dev is not brought back, since it cannot be read: ")
                && run.errors.contains("environments/dev/app.yaml:2:1: ")
                && run.errors.hasSuffix("the next tick publishes it anew: git update-ref -d refs/heads/env/dev\n"),
            "\(run.errors)")
        #expect(try repository.references() == before)
        try repository.git("update-ref", "-d", "refs/heads/env/dev")
        #expect(try towpath("reconcile", "--repair").status == 0)
        #expect(try repository.file(app, at: "env/dev") == repository.file(app))
        try repository.expectSound()
    }

    @Test func `two environments that publish to one branch are refused before anything is done`() throws {
        let repository = try BareRepository()
        let layout = "apiVersion: towpath.dev/v1\nkind: Fleet\nspec: {publish: {branch: live}}\n"
        let tip = try repository.commit(SampleText.fleet.merging(["towpath.yaml": .text(layout)]) { $1 })
        let run = try TowpathProgram(in: repository)("reconcile")
        #expect(run.status == 65)
        #expect(run.errors.contains("towpath.yaml: dev and prod-eu and staging publish to one branch, refs/heads/live"))
        #expect(try repository.references() == "refs/heads/main \(tip)")
    }

    @Test func `the watched branch is never published to`() throws {
        let repository = try BareRepository()
        let layout = "apiVersion: towpath.dev/v1\nkind: Fleet\nspec: {publish: {branch: \"{env}\"}}\n"
        let tip = try repository.commit([
            "towpath.yaml": .text(layout), "environments/main/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/main.yaml": SampleText.contract(to: "main"),
        ])
        let run = try TowpathProgram(in: repository)("reconcile")
        #expect(run.status == 73 && run.errors.contains("refs/heads/main is no branch that may be published to"))
        #expect(try repository.references() == "refs/heads/main \(tip)\nrefs/towpath/seen/main \(tip)")
    }

    @Test func `a published branch holds the environment's own files and nothing else`() throws {
        let (repository, _) = try fleet([
            app: SampleText.deployment("app", ("side", "1", 1)), "environments/dev/run.sh": .executable("#!/bin/sh\n"),
            "environments/lab/other.yaml": SampleText.component("other", "1", 1),
        ])
        let tree = try repository.git("ls-tree", "-r", "--format=%(objectmode) %(path)", "env/dev")
        #expect(tree == "100644 environments/dev/app.yaml\n100755 environments/dev/run.sh")
    }
}

extension BareRepository.Entry {
    /// The contract with another name.
    fileprivate func renamed(_ name: String) -> BareRepository.Entry {
        guard case .text(let text) = self else { return self }
        return .text(text.replacing("name: to-dev", with: "name: \(name)"))
    }
}
