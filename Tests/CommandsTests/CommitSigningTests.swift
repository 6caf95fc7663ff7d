import Foundation
import TestSupport
import Testing

/// Commits that the program signs when the operator says so: all of them, or none.
@Suite struct CommitSigningTests {
    private let repository: BareRepository
    private let keys: SSHKeys
    private var towpath: TowpathProgram
    private let signers: String

    init() throws {
        repository = try BareRepository()
        keys = try SSHKeys()
        let bot = try keys.make("bot")
        let ada = try keys.make("ada")
        signers = try keys.write("towpath@example.invalid namespaces=\"git\" \(bot)\n", to: "signers")
        try keys.write(
            "<testsuite name=\"unit\" tests=\"1\"><testcase name=\"a\"/></testsuite>", to: "junit.xml")
        towpath = try TowpathProgram(in: repository)
        towpath.set("PATH", "/usr/bin:/bin")
        towpath.set("TOWPATH_SIGN_KEY", keys.path("bot"))
        var files = SampleText.fleet
        files["towpath.yaml"] = SampleText.publishing
        files["policies/staging.yaml"] = SampleText.contract(
            to: "staging", from: "dev",
            gates: "{approvals: {count: 1, role: all}}",
            more: "emergency: {skip: [approvals], role: all, reviewWithin: 1d}")
        files["policies/allowed_signers"] = .text("ada@example.invalid \(ada)\n")
        files["policies/roles.yaml"] = """
            apiVersion: towpath.dev/v1
            kind: Roles
            spec: {roles: {all: [ada@example.invalid]}}

            """
        try repository.commit(files, "Begin the fleet")
    }

    /// Runs a command that has to be done.
    private func done(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        let run = try towpath(arguments)
        #expect(run.status == 0, "\(arguments): \(run.text)", sourceLocation: sourceLocation)
    }

    /// Every commit of every branch that the program made, and what git says of its signature.
    private func statuses() throws -> [(subject: String, status: String)] {
        let run = try repository.git.run([
            "-c", "gpg.ssh.allowedSignersFile=\(signers)", "log", "--all", "--committer=towpath@example.invalid",
            "--format=%G? %s",
        ])
        return run.output.split(separator: "\n").map { line in
            (String(line.dropFirst(2)), String(line.prefix(1)))
        }
    }

    @Test func `whatever writes a commit signs it`() throws {
        try done("reconcile")
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        try done("reconcile")
        let ada = keys.path("ada")
        try done("attest", "web", "--env", "dev", "--type", "tests", "--from", keys.path("junit.xml"), "--key", ada)
        try done("promote", "staging")
        let proposal = try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/towpath/")
            .split(separator: "\n").first { $0.contains("promote") }
        try repository.git("update-ref", "refs/heads/main", String(try #require(proposal)))
        try done("approve", "staging", "--emergency", "--reason", "incident", "--yes", "--key", ada)
        try done("reconcile")
        let json = try towpath("history", "staging", "--output", "json").output
        let id = try #require(json.firstMatch(of: /"(staging\.[0-9a-f]{16})"/)).1
        try done("review", "staging", String(id), "--reason", "looked at", "--yes", "--key", ada)
        try done("rollback", "dev", "--reason", "broken")
        try done("release", "dev", "web")
        try done("hold", "prod-eu", "--reason", "fair")
        let found = try statuses()
        #expect(found.filter { $0.status != "G" }.map(\.subject) == [])
        let kinds = Set(found.map { $0.subject.prefix { $0 != "(" && $0 != ":" } })
        #expect(
            kinds.isSuperset(of: ["adopt", "promote", "publish", "evidence", "rollback", "release", "hold"]), "\(kinds)"
        )
        #expect(found.contains { $0.subject.hasPrefix("Promote web") })
    }

    @Test func `a commit that cannot be signed leaves every branch where it is`() throws {
        try done("reconcile")
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        try done("reconcile")
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.2.0", 3)])
        // What was seen of the branch is noted before anything is written.
        func branches() throws -> [Substring] {
            try repository.references().split(separator: "\n").filter { !$0.hasPrefix("refs/towpath/seen/") }
        }
        let before = try branches()
        for key in ["none", "rsa"] {
            if key == "rsa" { try keys.make("rsa", type: "rsa") }
            for arguments in [
                ["reconcile"], ["hold", "dev", "--reason", "x"], ["promote", "staging"],
                [
                    "attest", "web", "--env", "dev", "--type", "tests", "--from", keys.path("junit.xml"), "--key",
                    keys.path("ada"),
                ],
            ] {
                let run = try towpath(arguments + ["--sign-key", keys.path(key)])
                #expect(run.status == 73, "\(arguments): \(run.text)")
                #expect(run.errors.contains("could not sign a commit: ssh-keygen"), "\(run.text)")
            }
        }
        #expect(try branches() == before)
        try done("reconcile", "--sign", "none")
        #expect(try statuses().map(\.status).contains("N"))
    }

    @Test(arguments: [
        (["--sign", "ssh"], "there is no key to sign commits with"),
        (["--sign", "x509"], "\"x509\" is no way to sign commits"), (["--sign-key=-x"], "\"-x\" is no key"),
    ])
    func `settings that mean nothing are refused before anything is read`(options: [String], reason: String) throws {
        var towpath = towpath
        towpath.set("TOWPATH_SIGN_KEY", nil)
        let run = try towpath(["reconcile"] + options)
        #expect(run.status == 64 && run.errors.contains(reason), "\(run.text)")
    }

    @Test(.enabled(if: OpenPGPHome.isInstalled)) func `gpg signs with the operator's keys`() throws {
        let home = try OpenPGPHome()
        let fingerprint = try home.makeKey("towpath@example.invalid")
        var towpath = towpath
        for (name, value) in home.environment { towpath.set(name, value) }
        towpath.set("TOWPATH_SIGN_KEY", nil)
        let run = try towpath("reconcile", "--sign", "gpg")
        #expect(run.status == 0, "\(run.text)")
        var git = repository.git
        git.environment.merge(home.environment) { $1 }
        let log = try git.run(["log", "--all", "--committer=towpath@", "--format=%G? %GP"])
        let lines = Set(log.output.split(separator: "\n").map(String.init))
        #expect(lines.map { $0.lowercased() } == ["g \(fingerprint)"], "\(log.text)")
        let unknown = try towpath("hold", "dev", "--reason", "x", "--sign", "gpg", "--sign-key", "nobody@x.invalid")
        #expect(unknown.status == 73, "\(unknown.text)")
        #expect(unknown.errors.contains("gpg did not sign: there is no such secret key"), "\(unknown.text)")
    }
}
