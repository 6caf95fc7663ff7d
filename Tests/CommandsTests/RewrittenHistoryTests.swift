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

    /// Replaces the branch by one commit with the files of its tip, without a parent.
    private func squash(_ repository: BareRepository) throws -> String {
        let root = try repository.git(
            "commit-tree", "-m", "Squash the history", try repository.git("rev-parse", "main^{tree}"))
        try repository.git("update-ref", "refs/heads/main", root)
        return root
    }

    /// What may befall a branch, and what is said of it.
    static let breaks: [(name: String, how: @Sendable (BareRepository) throws -> Void, told: String)] = [
        (
            "set back", { try $0.git("update-ref", "refs/heads/main", "main~2") },
            ", 2 commits are gone"
        ),
        (
            "forced to where it was before, with a commit more",
            { try $0.commit(["README.md": "Other words.\n"], "Rewrite", from: try $0.git("rev-parse", "main~1")) },
            ", seen last; 1 commit is gone since "
        ),
        (
            "replaced by a history without any lock",
            {
                try $0.commit(
                    SampleText.fleet.merging(["environments/prod-eu/web.yaml": SampleText.component("web", "6.6.6", 6)])
                    { $1 }, "Begin again", isRoot: true)
            }, " has no commit in common with "
        ),
        (
            "deleted, and made anew with one commit more",
            {
                let tip = try $0.git("rev-parse", "main~1")
                try $0.git("update-ref", "-d", "refs/heads/main")
                try $0.commit(["README.md": "Other words.\n"], from: tip)
            }, ", seen last; 1 commit is gone since "
        ),
    ]

    @Test(arguments: breaks.indices)
    func `nothing moves on a branch that does not follow from where it was seen`(index: Int) throws {
        let alarm = Self.breaks[index]
        let (repository, towpath) = try fleet()
        let seen = try #require(try repository.tip())
        try alarm.how(repository)
        let before = try repository.references()
        for command in [["reconcile"], ["reconcile", "--adopt", "prod-eu"], ["reconcile", "--repair"], ["plan"]] {
            let run = try towpath(command)
            #expect(run.status == 65, "\(command): \(run.text)")
            #expect(run.output.contains("nothing is done") || run.output.contains("nothing moves"), "\(run.output)")
            #expect(run.errors.contains("refs/heads/main: was ") && run.errors.contains(alarm.told), "\(run.errors)")
            #expect(run.errors.contains("git update-ref refs/heads/main \(seen)"), "\(run.errors)")
            #expect(run.errors.contains("towpath accept-history"), "\(run.errors)")
        }
        for command in [
            ["hold", "dev", "--reason", "R"], ["release", "dev"], ["rollback", "dev", "--reason", "R"],
            ["promote", "staging"], ["approve", "staging", "--yes"],
        ] {
            let run = try towpath(command)
            #expect(run.status == 65 && run.errors.contains("so nothing moves"), "\(command): \(run.text)")
        }
        let status = try towpath("status")
        #expect(status.status == 0 && status.errors.contains(alarm.told))
        #expect(
            status.output.split(separator: "\n").dropFirst().allSatisfy { $0.contains("  held ") }, "\(status.text)")
        let drift = try towpath("drift")
        #expect(drift.status == 2 && drift.output.contains("  rewritten "), "\(drift.text)")
        #expect(try towpath("check", "--head", "main").output.contains("refused"))
        #expect(try repository.references() == before)
        // Put back as it says, it goes on as if nothing had been.
        try repository.git("update-ref", "refs/heads/main", seen)
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        #expect(try towpath("drift").status == 0)
        try repository.expectSound()
    }

    @Test(arguments: breaks.indices)
    func `one command accepts it, once, with who and why`(index: Int) throws {
        let (repository, towpath) = try fleet()
        let seen = try #require(try repository.tip())
        try Self.breaks[index].how(repository)
        let basis = try #require(try repository.tip())
        let run = try towpath("accept-history", "--reason", "a \"secret\" was taken out")
        #expect(run.status == 0, "\(run.text)")
        let message = try repository.git("log", "-1", "--format=%B", "main")
        #expect(message.hasPrefix("accept-history: main goes on from \(basis.prefix(12))\n"), "\(message)")
        let trailers = message.split(separator: "\n").suffix(4)
        #expect(
            trailers.elementsEqual([
                "Accepted-History: {\"replaced\":\"\(seen)\",\"reason\":\"a \\\"secret\\\" was taken out\"}",
                "Recorded-At: 2026-11-23T08:00:00Z", "Basis: \(basis)",
                "Signed-off-by: Towpath <towpath@example.invalid>",
            ]), "\(trailers)")
        #expect(try repository.git("rev-parse", "main^") == basis)
        #expect(try repository.git("diff", "--name-only", "main^", "main").isEmpty)
        #expect(try repository.git("rev-parse", "refs/towpath/seen/main") == repository.tip())
        #expect(try repository.git("cat-file", "-t", seen) == "commit", "nothing is lost")
        let before = try repository.references()
        #expect(try towpath("accept-history").output.contains("nothing to accept"))
        #expect(try repository.references() == before)
        #expect(try towpath("reconcile").status == 0)
        #expect(try !towpath("drift").output.contains("rewritten"))
        try repository.expectSound()
    }

    @Test func `locks that nothing proves are taken over as they stand, and their ledgers begin anew`() throws {
        let (repository, towpath) = try fleet()
        #expect(try towpath("hold", "staging", "--reason", "waiting").status == 0)
        _ = try squash(repository)
        let drift = try towpath("drift", "dev")
        #expect(drift.output.contains("tampered") && drift.output.contains("0 parents"), "\(drift.output)")
        let accepted = try towpath("accept-history")
        #expect(accepted.output.contains("dev: nothing proves its lock, which is taken over as it stands"))
        #expect(try repository.git("rev-list", "--count", "main") == "5")
        // What dev held earlier is not known any more, which is said; no lock is doubted.
        let after = try towpath("drift").output.split(separator: "\n").dropFirst()
        #expect(after.allSatisfy { $0.contains("  skewed ") && $0.contains("1.0.0, which dev never held") }, "\(after)")
        let dev = try repository.file("environments/dev/environment.lock")
        #expect(dev.contains("version: \"1.1.0\"") && dev.contains("digest: \(SampleText.digest(2))"), "\(dev)")
        #expect(try repository.file("environments/staging/environment.lock").contains("reason: waiting"))
        #expect(try towpath("status", "staging").output.contains("held by"))
        // The ledger goes on: what it proves lets the next promotion through, once it has soaked anew.
        try repository.commit(["environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2)])
        #expect(try towpath("release", "staging").status == 0)
        #expect(try towpath("reconcile").output.contains("waiting    staging"))
        var later = towpath
        later.at("2026-11-23T08:10:00Z")
        #expect(try later("reconcile").output.contains("promoted   staging"))
        #expect(try later("drift").status == 0)
        let audit = try later("audit")
        #expect(audit.status == 0 && audit.text.contains("another history was accepted in place of "), "\(audit.text)")
        try repository.expectSound()
    }

    @Test func `a history without any lock is adopted only after somebody accepted it`() throws {
        let (repository, towpath) = try fleet()
        try repository.commit(SampleText.fleet, "Begin again", isRoot: true)
        let accepted = try towpath("accept-history")
        #expect(accepted.status == 0 && accepted.errors.contains("the next tick adopts what it finds"))
        #expect(accepted.output.contains("prod-eu: it has no record there"))
        #expect(try towpath("reconcile").output.contains("adopted    prod-eu"))
        #expect(try towpath("drift").status == 0)
    }

    @Test
    func `what follows is no alarm: a merge, a squash merge, an empty commit, a branch watched for the first time`()
        throws
    {
        let (repository, towpath) = try fleet()
        let tip = try #require(try repository.tip())
        try repository.commit(["README.md": "1\n"], branch: "topic", from: tip)
        try repository.commit(["README.md": "2\n"], branch: "topic")
        try repository.merge("topic", "Merge")
        #expect(try towpath("reconcile").status == 0)
        try repository.commit(["README.md": "3\n"], "Squash merge of two commits")
        try repository.commit([:], "Nothing")
        #expect(try towpath("reconcile").status == 0)
        #expect(try repository.git("rev-parse", "refs/towpath/seen/main") == repository.tip())
        // Another branch, and one that is a name below another.
        for name in ["trunk", "release/1"] {
            try repository.git("update-ref", "refs/heads/\(name)", "main")
            #expect(try towpath("reconcile", "--ref", name).status == 0)
        }
        #expect(
            try repository.git("for-each-ref", "--format=%(refname)", "refs/towpath")
                == "refs/towpath/seen/main\nrefs/towpath/seen/release/1\nrefs/towpath/seen/trunk")
        try repository.expectSound()
    }

    @Test func `a branch watched in another's place adopts nothing by itself`() throws {
        let (repository, towpath) = try fleet()
        var files = SampleText.fleet
        files["environments/prod-eu/web.yaml"] = SampleText.component("web", "6.6.6", 6)
        try repository.commit(files, branch: "trunk", isRoot: true)
        let tick = try towpath("reconcile", "--ref", "trunk")
        #expect(tick.status == 0 && !tick.output.contains("adopted"), "\(tick.text)")
        #expect(tick.output.contains("refused    prod-eu"), "\(tick.text)")
        let again = try towpath("reconcile", "--ref", "trunk")
        #expect(!again.output.contains("adopted"), "\(again.text)")
    }

    @Test func `a rule that the new history brings cannot hide the alarm`() throws {
        let (repository, towpath) = try fleet()
        let ignore = """
            apiVersion: towpath.dev/v1
            kind: DriftIgnore
            metadata: {name: all}
            spec: {ignores: [{kind: rewritten, reason: look away, expires: 2027-01-01T00:00:00Z}]}

            """
        try repository.commit(
            SampleText.fleet.merging(["policies/drift-ignore.yaml": .text(ignore)]) { $1 }, isRoot: true)
        #expect(try towpath("drift").output.contains("  rewritten "))
    }

    @Test func `a replica with a memory of its own finds the acceptance of another`() throws {
        let (repository, towpath) = try fleet()
        let replica = try BareRepository(copying: repository)
        _ = try squash(repository)
        #expect(try towpath("accept-history", "--reason", "R").status == 0)
        try replica.git("fetch", "--quiet", repository.path, "+refs/heads/main:refs/heads/main")
        let other = try TowpathProgram(in: replica)
        #expect(try other("reconcile").status == 65)
        let tip = try repository.tip()
        let run = try other("accept-history")
        #expect(run.status == 0 && run.output.contains("it had been recorded in "), "\(run.text)")
        #expect(try replica.tip() == tip)
        #expect(try other("reconcile").output.contains("nothing to do"))
    }

    @Test func `an alarm outlives the mark of a settled tick`() throws {
        let (repository, towpath) = try fleet()
        var cached = towpath
        cached.set("TOWPATH_CACHE_DIR", repository.directory.file("cache"))
        for _ in 1...2 { #expect(try cached("reconcile").output.contains("nothing to do")) }
        // The same files: the settled mark alone would say that there is nothing to do.
        _ = try squash(repository)
        #expect(try cached("reconcile").status == 65)
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

    @Test(arguments: [[], ["--ref", "main"]])
    func `a branch that was deleted is named with where it was, and goes on where it is put back`(
        options: [String]
    ) throws {
        let (repository, towpath) = try fleet()
        let tip = try repository.tip() ?? ""
        try repository.git("update-ref", "-d", "refs/heads/main")
        for command in [
            ["reconcile"], ["plan"], ["status"], ["drift"], ["accept-history"], ["hold", "dev", "--reason", "R"],
        ] {
            let run = try towpath(command + options)
            #expect(run.status == 65, "\(command): \(run.text)")
            #expect(run.errors.contains("the branch is gone; it was last seen at \(tip.prefix(12))"), "\(run.errors)")
            #expect(run.errors.contains("hint: put it back: git update-ref refs/heads/main \(tip)\n"), "\(run.errors)")
        }
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

    @Test func `a shallow clone that cannot tell holds still until it is whole`() throws {
        let (repository, _) = try fleet()
        let clone = repository.directory.file("shallow.git")
        try repository.git("clone", "--quiet", "--bare", "--depth=1", "file://\(repository.path)", clone)
        let towpath = try TowpathProgram(in: clone)
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        try repository.commit(["README.md": "1\n"])
        try repository.git("--git-dir", clone, "fetch", "--quiet", "--depth=1", "origin", "+main:main")
        let tick = try towpath("reconcile")
        #expect(tick.status == 65 && tick.errors.contains("git fetch --unshallow"), "\(tick.text)")
        #expect(try towpath("accept-history").status == 65)
        try repository.git("--git-dir", clone, "fetch", "--quiet", "--unshallow", "origin", "+main:main")
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        #expect(
            try repository.git("--git-dir", clone, "rev-parse", "refs/towpath/seen/main") == repository.tip())
    }
}
