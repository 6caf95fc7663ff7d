import TestSupport
import Testing

/// A watched branch that somebody forced to where it does not follow from where it was.
@Suite struct RewrittenHistoryTests {
    /// A fleet in which 1.1.0 was promoted to `dev`, and the files of its tip.
    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("reconcile").status == 0)
        return (repository, towpath)
    }

    @Test func `a rewound branch is reconciled again under the same promotion id`() throws {
        let (repository, towpath) = try fleet()
        let first = try repository.git("log", "-1", "--format=%(trailers:key=Promotion-Id,valueonly)", "main")
        let tip = try repository.tip()
        try repository.git("update-ref", "refs/heads/main", "main^")
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.git("log", "-1", "--format=%(trailers:key=Promotion-Id,valueonly)", "main") == first)
        #expect(try repository.tip() == tip, "the same clock gives the very same commit")
        try repository.expectSound()
    }

    @Test func `locks that came with another history are read, and reported as nobody's entries`() throws {
        let (repository, towpath) = try fleet()
        let tree = try repository.git("rev-parse", "main^{tree}")
        let root = try repository.git("commit-tree", "-m", "Squash the history", tree)
        try repository.git("update-ref", "refs/heads/main", root)
        let tick = try towpath("reconcile")
        #expect(tick.status == 0 && tick.output.contains("nothing to do"), "\(tick.text)")
        #expect(try repository.tip() == root)
        let drift = try towpath("drift")
        #expect(drift.status == 2)
        for name in ["dev", "staging", "prod-eu"] {
            let lines = drift.output.split(separator: "\n").filter { $0.contains("  \(name) ") }
            #expect(lines.contains { $0.contains("tampered") && $0.contains("0 parents") }, "\(drift.output)")
            #expect(lines.contains { $0.contains("bypassed") }, "\(drift.output)")
        }
        try repository.expectSound()
    }

    @Test func `a history without any lock is adopted as a new fleet is, and what never soaked is told`() throws {
        let (repository, towpath) = try fleet()
        let old = try repository.tip() ?? ""
        try repository.commit(
            SampleText.fleet.merging(["environments/prod-eu/web.yaml": SampleText.component("web", "6.6.6", 6)]) { $1 },
            "Begin again", isRoot: true)
        #expect(try towpath("reconcile").status == 0)
        let drift = try towpath("drift")
        #expect(drift.status == 2)
        #expect(drift.output.contains("web declares 6.6.6, which staging never held"), "\(drift.output)")
        #expect(try repository.git("cat-file", "-t", old) == "commit", "nothing is lost")
        try repository.expectSound()
    }

    @Test func `a lock that is not what its entries give is told, even where the commit looks like an entry`() throws {
        let (repository, towpath) = try fleet()
        let lock = try repository.file("environments/dev/environment.lock")
        let message = try repository.git("log", "-1", "--format=%B", "main")
        let blob = try repository.write(
            lock.replacing("source: ", with: "").replacing("health: assumed", with: "health: healthy"))
        var git = repository.git
        git.environment["GIT_COMMITTER_NAME"] = "Towpath"
        git.environment["GIT_COMMITTER_EMAIL"] = "towpath@example.invalid"
        git.environment["GIT_INDEX_FILE"] = repository.directory.file("index")
        try git("read-tree", "main")
        try git("update-index", "--cacheinfo", "100644,\(blob),environments/dev/environment.lock")
        let forged = try git("commit-tree", "-p", "main", "-m", message, try git("write-tree"))
        try git("update-ref", "refs/heads/main", forged)
        let drift = try towpath("drift")
        #expect(drift.status == 2, "\(drift.text)")
        #expect(
            drift.output.contains("tampered") && drift.output.contains("the lock is not what its ledger gives"),
            "\(drift.output)")
        try repository.expectSound()
    }

    @Test func `a source whose lock was forged lets nothing through until it is put back`() throws {
        let (repository, towpath) = try fleet()
        let path = "environments/dev/environment.lock"
        let lock = try repository.file(path)
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "6.6.6", 6)])
        try repository.commit([path: .text(lock.replacing(SampleText.digest(2), with: SampleText.digest(6)))])
        let tick = try towpath("reconcile")
        #expect(tick.status == 65, "\(tick.text)")
        #expect(tick.errors.contains("\(path): not what its ledger gives"), "\(tick.text)")
        #expect(tick.output.contains("waiting    staging") && tick.output.contains("dev could not be read"))
        #expect(try towpath("hold", "dev", "--reason", "R").status == 65)
        let drift = try towpath("drift", "dev").output
        #expect(drift.split(separator: "\n").count { $0.contains("tampered") } == 1, "\(drift)")
        try repository.commit([path: .text(lock)])
        #expect(try towpath("reconcile").output.contains("never recorded in dev"))
        #expect(try !towpath("drift", "dev").output.contains("tampered"))
        try repository.expectSound()
    }

    @Test func `a branch that was deleted is named, and goes on where it is put back`() throws {
        let (repository, towpath) = try fleet()
        let tip = try repository.tip() ?? ""
        try repository.git("update-ref", "-d", "refs/heads/main")
        #expect(try towpath("reconcile").status == 65)
        #expect(try repository.tip() == nil)
        try repository.git("update-ref", "refs/heads/main", tip)
        #expect(try towpath("reconcile").output.contains("nothing to do"))
    }

    @Test func `a merge that brings an older lock back is told`() throws {
        let (repository, towpath) = try fleet()
        let old = try repository.file("environments/dev/environment.lock", at: "main~2")
        try repository.commit(
            ["environments/dev/environment.lock": .text(old)], "Revert", branch: "topic", from: try repository.tip())
        try repository.merge("topic", "Merge the revert")
        let drift = try towpath("drift", "dev")
        #expect(drift.status == 2 && drift.output.contains("tampered"), "\(drift.text)")
    }

    @Test func `a shallow clone is refused with the way out, never taken for the whole`() throws {
        let (repository, _) = try fleet()
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "1.1.0", 9)])
        let clone = repository.directory.file("shallow.git")
        try repository.git("clone", "--quiet", "--bare", "--depth=1", "file://\(repository.path)", clone)
        let drift = try TowpathProgram(in: clone)("drift")
        #expect(drift.status == 65, "\(drift.text)")
        #expect(drift.errors.contains("git fetch --unshallow"))
    }
}
