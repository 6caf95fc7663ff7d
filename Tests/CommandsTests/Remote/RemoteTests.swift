import Foundation
import TestSupport
import Testing

/// A fleet on a git server, read and written over every protocol.
@Suite struct RemoteTests {
    private static let kinds = GitServer.Kind.allCases.filter(GitServer.isThere)

    @Test(arguments: kinds)
    func `a fleet is planned, reconciled and held over the network`(kind: GitServer.Kind) throws {
        let fleet = try RemoteFleet(kind)
        let towpath = fleet.towpath
        #expect(try towpath("plan").status == 2)
        let first = try towpath("reconcile")
        #expect(first.status == 0 && first.errors.isEmpty, "\(first.text)")
        #expect(try fleet.repository.git("log", "--format=%s", "main").hasPrefix("adopt("))
        #expect(try towpath("reconcile").output.hasPrefix("nothing to do at "))
        #expect(try towpath("hold", "dev", "--reason", "a try").status == 0)
        #expect(try towpath("status", "dev").output.contains("held by Towpath"))
        #expect(try towpath("release", "dev").status == 0)
        // What somebody else pushed is seen.
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").output.hasPrefix("promoted   dev  web 1.1.0\n"))
        #expect(try towpath("history", "dev").output.contains("web 1.0.0 → 1.1.0"))
        try fleet.repository.expectSound()
    }

    @Test func `published branches and the ledger arrive together`() throws {
        let files = SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }
        let fleet = try RemoteFleet(.http, files)
        // Two changes of references would be two runs of the hook.
        try fleet.install(hook: "pre-receive", "cat >>received; echo end >>received")
        #expect(try fleet.towpath("reconcile").status == 0)
        let received = try String(contentsOfFile: fleet.repository.path + "/received", encoding: .utf8)
        #expect(received.split(separator: "\n").count == 5 && received.hasSuffix("end\n"), "\(received)")
        for name in ["dev", "staging", "prod-eu"] { #expect(try fleet.repository.tip("env/\(name)") != nil) }
        #expect(try fleet.towpath("drift").status == 0)
    }

    @Test func `a rollback arrives in one piece`() throws {
        let files = SampleText.fleet.merging(["towpath.yaml": SampleText.publishing]) { $1 }
        var fleet = try RemoteFleet(.http, files)
        #expect(try fleet.towpath("reconcile").status == 0)
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        fleet.towpath.at("2026-11-23T08:10:00Z")
        #expect(try fleet.towpath("reconcile").status == 0)
        let run = try fleet.towpath("rollback", "dev", "--reason", "it fails")
        #expect(run.status == 0, "\(run.text)")
        #expect(try fleet.repository.file("environments/dev/web.yaml", at: "env/dev").contains("1.0.0"))
        #expect(try fleet.repository.file("environments/dev/web.yaml").contains("1.0.0"))
        #expect(try fleet.towpath("reconcile").output.hasPrefix("nothing to do"))
    }

    @Test func `a proposal is a branch on the server, and is not made twice`() throws {
        var fleet = try RemoteFleet(.http)
        #expect(try fleet.towpath("reconcile").status == 0)
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        fleet.towpath.at("2026-11-23T08:10:00Z")
        #expect(try fleet.towpath("reconcile").status == 0)
        let run = try fleet.towpath("promote", "staging")
        #expect(run.status == 0, "\(run.text)")
        let branches = try fleet.repository.git(
            "for-each-ref", "--format=%(refname:short)", "refs/heads/towpath/promote")
        #expect(branches.hasPrefix("towpath/promote/staging."))
        // Neither by the one who made it, nor by one who never looked there.
        let tip = try fleet.repository.tip(branches)
        fleet.towpath.at("2026-11-23T08:20:00Z")
        var other = try fleet.another()
        other.towpath.at("2026-11-23T08:21:00Z")
        for towpath in [fleet.towpath, other.towpath] {
            let again = try towpath("promote", "staging")
            #expect(again.status == 0, "\(again.text)")
            #expect(try fleet.repository.tip(branches) == tip)
        }
        // It can be judged from there.
        let check = try fleet.towpath("check", "--base", "main", "--head", branches)
        #expect(check.status == 0, "\(check.text)")
    }

    @Test func `evidence goes to its branch on the server, after that of others`() throws {
        let fleet = try RemoteFleet(.http)
        let other = try fleet.another()
        let key = fleet.cache.file("key")
        let made = try Program("/usr/bin/ssh-keygen", in: "/", environment: [:]).run(
            ["-q", "-t", "ed25519", "-N", "", "-f", key])
        try #require(made.status == 0)
        let junit = fleet.cache.file("junit.xml")
        try Data(#"<testsuite name="t" tests="3" failures="0"><testcase name="a"/></testsuite>"#.utf8)
            .write(to: URL(fileURLWithPath: junit))
        for (towpath, name) in [(fleet.towpath, "unit"), (other.towpath, "integration"), (fleet.towpath, "smoke")] {
            let run = try towpath(
                "attest", "web", "--env", "dev", "--type", "tests", "--name", name, "--from", junit, "--ssh-key", key)
            #expect(run.status == 0, "\(run.text)")
        }
        #expect(try fleet.repository.git("rev-list", "--count", "towpath/evidence") == "3")
        // Nobody is said to be an allowed signer, so each is refused; but each is there.
        let listed = try other.towpath("evidence", "web", "--env", "dev").output
        #expect(listed.split(separator: "\n").count(where: { $0.contains("refused: ") }) == 3, "\(listed)")
    }

    @Test func `without a server there is what was last seen, to read`() throws {
        let fleet = try RemoteFleet(.http)
        let nothing = try fleet.towpath("status", "--offline")
        #expect(nothing.status == 65, "\(nothing.text)")
        #expect(try fleet.towpath("status").status == 0)
        fleet.server.stop()
        #expect(try fleet.towpath("status").status == 69)
        #expect(try fleet.towpath("status", "--offline").status == 0)
        for command in [["reconcile"], ["hold", "dev", "--reason", "x"], ["promote", "staging"]] {
            let run = try fleet.towpath(command + ["--offline"])
            #expect(run.errors.contains("--offline") || run.output.contains("nothing to promote"), "\(run.text)")
        }
        #expect(try fleet.towpath("reconcile", "--offline").status == 64)
    }

    @Test func `an address over file is the repository itself`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile", "--repo", "file://\(repository.path)").status == 0)
        #expect(try repository.git("log", "--format=%s").hasPrefix("adopt("))
    }

    @Test func `a fleet is made in a folder, and not on a server`() throws {
        let towpath = try TowpathProgram(in: try TemporaryDirectory())
        #expect(try towpath("init", "--repo", "https://example.invalid/x").status == 64)
    }

    @Test func `an empty repository says what to do`() throws {
        let fleet = try RemoteFleet(.http, [:])
        let run = try fleet.towpath("status")
        #expect(run.status == 65 && run.errors.contains("no commit yet"), "\(run.text)")
    }

    @Test func `a repository with other ids says so`() throws {
        let fleet = try RemoteFleet(.http, [:])
        let other = "\(fleet.repository.directory.path)/other.git"
        try fleet.repository.git("init", "--quiet", "--bare", "--object-format=sha256", other)
        var git = fleet.repository.git
        git.folder = other
        let tree = try git("mktree", "--missing")
        try git("update-ref", "refs/heads/main", try git("commit-tree", "-m", "x", tree))
        let run = try fleet.towpath("status", "--repo", fleet.server.address + "/other.git")
        #expect(run.status == 65 && run.errors.contains("SHA-256"), "\(run.text)")
    }

    @Test func `any revision can be read, and only branches be recorded on`() throws {
        let fleet = try RemoteFleet(.http)
        let first = try #require(try fleet.repository.tip())
        try fleet.repository.git("tag", "-a", "-m", "x", "v1")
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        try fleet.repository.git("branch", "topic", "main")
        try fleet.repository.git("update-ref", "refs/pull/7/head", "main")
        for (revision, version) in [
            ("v1", "1.0.0"), (first, "1.0.0"), ("topic", "1.1.0"), ("topic~1", "1.0.0"), ("refs/pull/7/head", "1.1.0"),
        ] {
            let run = try fleet.towpath("inventory", "dev", "--ref", revision)
            #expect(run.status == 0 && run.output.contains(version), "\(revision): \(run.text)")
        }
        #expect(try fleet.towpath("reconcile", "--ref", "v1").status == 65)
        #expect(try fleet.towpath("inventory", "--ref", "absent").status == 65)
    }
}
