import Foundation
import TestSupport
import Testing

/// A watched branch of a server that somebody forced to where it does not follow from where it was.
@Suite struct RemoteRewriteTests {
    /// A fleet on a server in which 1.1.0 was promoted to `dev`.
    private func fleet(_ kind: GitServer.Kind = .http) throws -> RemoteFleet {
        let fleet = try RemoteFleet(kind)
        #expect(try fleet.towpath("reconcile").status == 0)
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try fleet.towpath("reconcile").status == 0)
        return fleet
    }

    private func mirror(_ fleet: RemoteFleet) throws -> String {
        let folder = fleet.cache.file("cache/remotes")
        let name = try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".git") }
        return folder + "/" + (try #require(name))
    }

    private func mark(_ fleet: RemoteFleet) throws -> String {
        try fleet.repository.git("--git-dir=\(try mirror(fleet))", "rev-parse", "refs/towpath/seen/main")
    }

    /// What may befall a branch, and over what it is seen.
    private static let breaks: [(kind: GitServer.Kind, how: @Sendable (BareRepository) throws -> Void)] = [
        (.http, { try $0.git("update-ref", "refs/heads/main", "main~2") }),
        (.git, { try $0.commit(["x": "1\n"], "Rewrite", from: try $0.git("rev-parse", "main~1")) }),
        (.http, { try $0.commit(SampleText.fleet, "Begin again", isRoot: true) }),
    ]

    @Test(arguments: breaks.indices)
    func `nothing moves on a server's branch that was forced, until one command accepts it`(index: Int) throws {
        let fleet = try fleet(Self.breaks[index].kind)
        // A machine with a memory of its own.
        let other = try fleet.another()
        #expect(try other.towpath("reconcile").output.contains("nothing to do"))
        let seen = try #require(try fleet.repository.tip())
        #expect(try mark(fleet) == seen)
        try Self.breaks[index].how(fleet.repository)
        let basis = try #require(try fleet.repository.tip())
        let before = try fleet.repository.references()
        for command in [["reconcile"], ["reconcile", "--adopt", "dev"], ["plan"], ["hold", "dev", "--reason", "R"]] {
            let run = try fleet.towpath(command)
            #expect(run.status == 65 && run.errors.contains("othing moves"), "\(run.text)")
            #expect(run.errors.contains(" \(seen):refs/heads/main"), "\(command): \(run.errors)")
            #expect(run.errors.contains("towpath accept-history"), "\(command): \(run.errors)")
        }
        #expect(try fleet.towpath("drift").output.contains("  rewritten "))
        #expect(try fleet.repository.references() == before)
        #expect(try mark(fleet) == seen)
        let accepted = try fleet.towpath("accept-history", "--reason", "agreed")
        #expect(accepted.status == 0, "\(accepted.text)")
        let message = try fleet.repository.git("log", "--format=%B", "\(basis)..main")
        #expect(message.contains("Accepted-History: {\"replaced\":\"\(seen)\",\"reason\":\"agreed\"}"), "\(message)")
        let tip = try #require(try fleet.repository.tip())
        #expect(try mark(fleet) == tip)
        #expect(try fleet.towpath("accept-history").output.contains("nothing to accept"))
        // The memory is nobody else's: it is not pushed, and who has another finds what was accepted.
        #expect(try fleet.repository.git("for-each-ref", "refs/towpath").isEmpty)
        #expect(try other.towpath("reconcile").status == 65)
        #expect(try other.towpath("accept-history").output.contains("it had been recorded in "))
        #expect(try fleet.repository.tip() == tip)
        for towpath in [fleet.towpath, other.towpath] {
            #expect(try towpath("reconcile").status == 0)
            #expect(try !towpath("drift").output.contains("rewritten"))
        }
        try fleet.repository.expectSound()
    }

    @Test func `what the alarm says to put a branch back with does it`() throws {
        let fleet = try fleet()
        let seen = try #require(try fleet.repository.tip())
        try fleet.repository.git("update-ref", "refs/heads/main", "main~2")
        let said = try fleet.towpath("plan").errors
        let words = try #require(said.firstMatch(of: /git --git-dir "(.*?)" push --force (\S+) (\S+)\)/))
        // The address is that of the server, for which this test has no credentials but by its own path.
        #expect(words.2 == fleet.address)
        try fleet.repository.git(
            "--git-dir=\(words.1)", "push", "--quiet", "--force", fleet.repository.path, String(words.3))
        #expect(try fleet.repository.tip() == seen)
        #expect(try fleet.towpath("reconcile").output.contains("nothing to do"))
    }

    @Test func `a server's branch that was deleted is named with where it was`() throws {
        let fleet = try fleet()
        let tip = try #require(try fleet.repository.tip())
        try fleet.repository.commit(["x": "1\n"], branch: "trunk", isRoot: true)
        try fleet.repository.git("update-ref", "-d", "refs/heads/main")
        for command in [["reconcile"], ["status"], ["accept-history"], ["hold", "dev", "--reason", "R"]] {
            let run = try fleet.towpath(command)
            #expect(run.status == 65, "\(command): \(run.text)")
            #expect(run.errors.contains("the branch is gone; it was last seen at \(tip.prefix(12))"), "\(run.errors)")
            #expect(run.errors.contains("push --force \(fleet.address) \(tip):refs/heads/main"), "\(run.errors)")
        }
        // The server shows another branch in its place: nothing is adopted there by itself.
        var files = SampleText.fleet
        files["environments/prod-eu/web.yaml"] = SampleText.component("web", "6.6.6", 6)
        try fleet.repository.commit(files, branch: "trunk", isRoot: true)
        try fleet.repository.git("symbolic-ref", "HEAD", "refs/heads/trunk")
        let tick = try fleet.towpath("reconcile")
        #expect(tick.output.contains("refused    prod-eu") && !tick.output.contains("adopted"), "\(tick.text)")
    }

    @Test func `a copy that is made anew remembers what the damaged one had seen`() throws {
        let fleet = try fleet()
        let seen = try #require(try fleet.repository.tip())
        let damage = {
            let objects = URL(fileURLWithPath: try mirror(fleet) + "/objects")
            try FileManager.default.removeItem(at: objects)
        }
        try damage()
        let mended = try fleet.towpath("status")
        #expect(mended.status == 0 && mended.errors.contains("is fetched anew"), "\(mended.text)")
        #expect(try mark(fleet) == seen)
        try damage()
        try fleet.repository.git("update-ref", "refs/heads/main", "main~2")
        let run = try fleet.towpath("reconcile")
        #expect(run.status == 65 && run.errors.contains("it was last seen at \(seen.prefix(12))"), "\(run.text)")
        let file = try mirror(fleet).dropLast(4) + ".seen"
        #expect(run.errors.contains("delete \"\(file)\""), "\(run.errors)")
        try FileManager.default.removeItem(atPath: String(file))
        #expect(try fleet.towpath("reconcile").status == 0)
    }
}
