import Foundation
import JSONText
import TestSupport
import Testing

/// Environments that are branches of their own, or the newest of some tags.
@Suite struct BranchEnvironmentTests {
    private static let layout: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          watch: main
          environments:
            - {name: dev, paths: ["deploy/**"]}
            - {name: "{stage}", branch: "env/{stage}", paths: ["deploy/**"]}
            - {name: live, tag: "v{semver}", paths: ["deploy/**"]}

        """

    private static func manifest(_ version: String, _ number: Int) -> [String: BareRepository.Entry] {
        ["deploy/web.yaml": SampleText.component("web", version, number)]
    }

    /// Staging has gone from 1.0.0 to 1.1.0, prod has 1.0.0, and 1.0.0 was released before 0.9.0 was patched.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        let first = try repository.commit(
            Self.manifest("1.0.0", 1).merging([
                "towpath.yaml": Self.layout, "policies/dev.yaml": SampleText.contract(to: "dev"),
            ]) { $1 }, date: BareRepository.date)
        for branch in ["env/staging", "env/prod", "towpath/x"] {
            try repository.git("update-ref", "refs/heads/\(branch)", first)
        }
        try repository.commit(
            Self.manifest("1.1.0", 2), "Bring 1.1.0", branch: "env/staging", date: BareRepository.date + 3600)
        try repository.commit(Self.manifest("1.2.0", 3), "Build 1.2.0", date: BareRepository.date + 7200)
        for tag in ["v1.10.0-rc.1", "v1.9.0", "other"] { try repository.git("tag", tag, "main") }
        let patched = try repository.commit(
            Self.manifest("0.9.1", 4), "Patch", branch: "old", from: first, date: BareRepository.date + 9000)
        try repository.git("tag", "-a", "-m", "release", "v1.10.0", first)
        try repository.git("tag", "v0.9.1", patched)
        return (repository, try TowpathProgram(in: repository))
    }

    private func lines(_ text: String, _ columns: [Int] = [0, 1, 3]) -> [String] {
        text.split(separator: "\n").dropFirst().map { line in
            let words = line.split(separator: " ").map(String.init)
            return columns.compactMap { words.indices.contains($0) ? words[$0] : nil }.joined(separator: " ")
        }
    }

    @Test func `each branch is an environment, and a tag is the newest version`() throws {
        let (_, towpath) = try fleet()
        let run = try towpath("inventory")
        #expect(run.status == 0, "\(run.text)")
        #expect(lines(run.output) == ["dev web 1.2.0", "live web 1.0.0", "prod web 1.0.0", "staging web 1.1.0"])
    }

    @Test func `diff compares branches, now and as they were`() throws {
        let (_, towpath) = try fleet()
        let now = try towpath("diff", "staging", "prod")
        #expect(now.output.contains("1.1.0") && now.output.contains("1.0.0"), "\(now.text)")
        let then = try towpath("diff", "staging", "prod", "--at", "2026-11-20T12:30:00Z", "--exit-code")
        #expect(then.status == 0, "\(then.text)")
        let live = try towpath("diff", "dev", "live", "--output", "json")
        #expect(live.output.contains("1.2.0"), "\(live.text)")
    }

    @Test func `history follows the branch, and tags release by release`() throws {
        let (repository, towpath) = try fleet()
        let staging = try JSONReader.value(try towpath("history", "staging", "--output", "json").outputBytes)
        guard case .array(let entries)? = staging["entries"] else { return #expect(Bool(false), "\(staging)") }
        let log = try repository.git("log", "--first-parent", "--format=%H", "env/staging", "--", "deploy")
        #expect(entries.map { $0["commit"]?.string } == log.split(separator: "\n").map(String.init))
        let live = try towpath("history", "live", "--output", "json")
        let json = try JSONReader.value(live.outputBytes)
        guard case .array(let releases)? = json["entries"] else { return #expect(Bool(false), "\(live.text)") }
        #expect(
            releases.map { $0["subject"]?.string?.prefix { $0 != ":" } } == ["v1.10.0", "v1.9.0", "v0.9.1"],
            "\(live.text)")
    }

    @Test func `plan and status show them and say that nothing is recorded there`() throws {
        let (repository, towpath) = try fleet()
        let status = try towpath("status", "prod")
        #expect(
            status.output.contains("read from refs/heads/env/prod, where nothing is recorded"), "\(status.text)")
        let reconciled = try towpath("reconcile")
        #expect(reconciled.status == 0, "\(reconciled.text)")
        #expect(try towpath("plan").status == 0)
        #expect(try towpath("drift").status == 0)
        #expect(try towpath("audit").status == 0)
        #expect(!(try repository.git("ls-tree", "-r", "--name-only", "main").contains("environments/prod")))
        let held = try towpath("hold", "prod", "--reason", "x")
        #expect(held.status == 65)
        #expect(held.errors.contains("refs/heads/env/prod"), "\(held.text)")
    }

    @Test func `promote writes a proposal on the branch of the environment, and none on a tag`() throws {
        let (repository, towpath) = try fleet()
        let run = try towpath("promote", "prod", "--from", "staging")
        #expect(run.status == 0, "\(run.text)")
        let branch = try #require(
            try repository.git("for-each-ref", "--format=%(refname)", "refs/heads/towpath/promote")
                .split(separator: "\n").first.map(String.init))
        #expect(try repository.git("rev-parse", "\(branch)^") == repository.tip("env/prod"))
        #expect(try repository.file("deploy/web.yaml", at: branch).contains("1.1.0"))
        let refused = try towpath("promote", "live", "--from", "staging")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("a tag is not changed"), "\(refused.text)")
    }

    @Test(arguments: [
        ("{name: a, branch: x, tag: \"v{semver}\"}", "not both"),
        ("{name: a, branch: x, publish: {branch: y}}", "not published"),
        ("{name: \"{s}\", branch: x}", "does not capture"),
        ("{name: a, tag: \"*\"}", "fits every tag"),
        ("{name: a, branch: refs/heads/x}", "short name"),
    ])
    func `a rule that cannot be meant is refused`(rule: String, message: String) throws {
        let repository = try BareRepository()
        try repository.commit([
            "towpath.yaml": .text(
                "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  environments:\n    - \(rule)\n")
        ])
        let run = try TowpathProgram(in: repository)("inventory")
        #expect(run.status == 65)
        #expect(run.errors.contains(message), "\(run.text)")
    }

    @Test func `an environment has one place`() throws {
        let (repository, towpath) = try fleet()
        try repository.git("update-ref", "refs/heads/env/dev", "main")
        let run = try towpath("inventory")
        #expect(run.status == 65)
        #expect(run.errors.contains("dev is on the watched branch and on refs/heads/env/dev"), "\(run.text)")
    }
}
