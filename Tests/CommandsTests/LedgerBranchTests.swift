import Foundation
import TestSupport
import Testing

/// A fleet whose watched branch accepts no pushes, so that the ledger has a branch of its own.
@Suite struct LedgerBranchTests {
    private static let layout: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Fleet
        spec:
          watch: main
          ledger: {branch: towpath/ledger}

        """
    private static let lock = "environments/dev/environment.lock"
    private static let ledger = "towpath/ledger"

    private func fleet() throws -> (BareRepository, TowpathProgram) {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet.merging(["towpath.yaml": Self.layout]) { $1 })
        return (repository, try TowpathProgram(in: repository))
    }

    /// A pull request that was merged: one commit on `main`.
    @discardableResult
    private func merge(
        _ version: String, _ digit: Int, to environment: String = "dev", in repository: BareRepository
    ) throws -> String {
        try repository.commit(
            ["environments/\(environment)/web.yaml": SampleText.component("web", version, digit)],
            "Bring web \(version) to \(environment)", author: "Linus <linus@example.invalid>")
    }

    private func expect(
        _ towpath: TowpathProgram, _ command: String..., status: Int32 = 0, says texts: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try towpath(command)
        #expect(run.status == status, "\(command): \(run.text)", sourceLocation: sourceLocation)
        for text in texts {
            #expect(run.text.contains(text), "\(command): \(run.text)", sourceLocation: sourceLocation)
        }
    }

    @Test func `the watched branch never moves, and every command reads the ledger`() throws {
        var (repository, towpath) = try fleet()
        let begin = try repository.tip()
        try expect(towpath, "reconcile", says: "adopt")
        #expect(try repository.tip() == begin)
        let merged = try merge("1.1.0", 2, in: repository)
        try expect(towpath, "plan", status: 2, says: "promote")
        #expect(try repository.git("rev-parse", "\(Self.ledger)^{tree}") != repository.git("rev-parse", "main^{tree}"))
        towpath.at("2026-11-23T08:10:00Z")
        try expect(towpath, "reconcile", says: "web")
        #expect(try repository.tip() == merged)
        #expect(try repository.file(Self.lock, at: Self.ledger).contains("1.1.0"))
        #expect(throws: Program.Failure.self) { try repository.file(Self.lock) }
        try expect(towpath, "reconcile", says: "nothing to do")
        try expect(towpath, "status", "dev", says: "1.1.0")
        try expect(towpath, "drift")
        try expect(towpath, "audit")
        try expect(towpath, "replay", "--at", "2026-11-23T08:00:00Z", says: "1.0.0")
        try expect(towpath, "explain", "dev", "web", says: "1.1.0")
        try expect(towpath, "hold", "dev", "--reason", "R")
        #expect(try repository.tip() == merged)
        try merge("1.2.0", 3, in: repository)
        try expect(towpath, "reconcile", says: "is held")
        towpath.at("2026-11-23T08:20:00Z")
        try expect(towpath, "release", "dev")
        try expect(towpath, "reconcile", says: "1.2.0")
        try expect(towpath, "audit")
        let history = try towpath("history", "dev", "--output", "json").output
        #expect(history.contains(merged) && history.contains("Linus <linus@example.invalid>"), "\(history)")
        #expect(history.contains("\"promoted\""), "\(history)")
        let line = try repository.git("log", "--first-parent", "--format=%an %s", Self.ledger)
        #expect(line.contains("Linus take-in: \(merged.prefix(12)) Bring web 1.1.0 to dev"), "\(line)")
    }

    @Test func `a commit that promotes nothing is taken in all the same, once`() throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        let readme = try repository.commit(["README.md": "Other words.\n"])
        try expect(towpath, "reconcile", says: "nothing to do")
        #expect(try repository.git("rev-parse", "\(Self.ledger)^2") == readme)
        let tip = try repository.tip(Self.ledger)
        try expect(towpath, "reconcile", says: "nothing to do")
        #expect(try repository.tip(Self.ledger) == tip)
        try expect(towpath, "audit")
    }

    @Test func `what reads writes no reference, and two writers make the same commits`() throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        for step in 1...3 { try repository.commit(["README.md": "\(step)\n"], "Step \(step)") }
        let before = try repository.references()
        for command in ["status", "plan", "drift", "inventory"] { try expect(towpath, command) }
        #expect(try repository.references() == before)
        let copy = try BareRepository(copying: repository)
        let other = try TowpathProgram(in: copy)
        try expect(towpath, "reconcile")
        try expect(other, "reconcile")
        #expect(try repository.tip(Self.ledger) == copy.tip(Self.ledger))
        #expect(try repository.git("rev-list", "--first-parent", "--merges", "--count", Self.ledger) == "3")
    }

    @Test func `a pull request is judged by the ledger, whatever its base`() throws {
        var (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        try merge("1.1.0", 2, in: repository)
        try expect(towpath, "reconcile")
        towpath.at("2026-11-23T08:30:00Z")
        let base = try #require(try repository.tip())
        try repository.commit(
            ["environments/staging/web.yaml": SampleText.component("web", "1.1.0", 2)], branch: "topic", from: base)
        try expect(towpath, "check", "--base", "main", "--head", "topic", says: "permitted")
        try repository.commit(
            ["environments/staging/web.yaml": SampleText.component("web", "9.9.9", 9)], branch: "wild", from: base)
        try expect(towpath, "check", "--base", base, "--head", "wild", status: 3)
    }

    @Test func `a ledger on the watched branch moves to its own`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        try expect(towpath, "reconcile", says: "adopt")
        try merge("1.1.0", 2, in: repository)
        try expect(towpath, "reconcile")
        try repository.commit(["towpath.yaml": Self.layout])
        let tip = try repository.tip()
        try expect(towpath, "reconcile", says: "nothing to do")
        #expect(try repository.tip() == tip)
        try merge("1.2.0", 3, in: repository)
        try expect(towpath, "reconcile", says: "1.2.0")
        #expect(try repository.file(Self.lock).contains("1.1.0"))
        #expect(try repository.file(Self.lock, at: Self.ledger).contains("1.2.0"))
        try expect(towpath, "audit")
        try expect(towpath, "drift")
    }

    @Test func `a rewritten watched branch stops everything until it is accepted`() throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        let start = try #require(try repository.tip())
        try merge("1.1.0", 2, in: repository)
        try expect(towpath, "reconcile")
        try repository.git("update-ref", "refs/heads/main", start)
        for command in ["reconcile", "plan"] {
            try expect(towpath, command, status: 65, says: "othing moves", "towpath accept-history")
        }
        // Without any memory of its own: the ledger knows what it has taken in.
        let copy = try BareRepository(copying: repository)
        try copy.git("update-ref", "-d", "refs/towpath/seen/main")
        try expect(try TowpathProgram(in: copy), "reconcile", status: 65, says: "othing moves")
        try expect(towpath, "accept-history", "--reason", "agreed")
        try expect(towpath, "accept-history", says: "nothing to accept")
        try expect(towpath, "reconcile", says: "1.0.0")
        try expect(towpath, "audit")
        try expect(towpath, "drift")
    }

    @Test func `a rewound ledger is an alarm, and so is one that is gone`() throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        try merge("1.1.0", 2, in: repository)
        try expect(towpath, "reconcile")
        let tip = try #require(try repository.tip(Self.ledger))
        try repository.git("update-ref", "refs/heads/\(Self.ledger)", "\(tip)~2")
        try expect(towpath, "reconcile", status: 65, says: "was set back")
        let rewound = try BareRepository(copying: repository)
        let other = try TowpathProgram(in: rewound)
        try expect(other, "accept-history", "--reason", "agreed")
        try expect(other, "reconcile", says: "1.1.0")
        try expect(other, "drift")
        try repository.git("update-ref", "-d", "refs/heads/\(Self.ledger)")
        try expect(towpath, "reconcile", status: 65, says: "the branch is gone", tip)
    }

    /// What somebody may put on the ledger in the place of a commit that takes in, and what the audit says.
    private static let forgeries: [(what: @Sendable (BareRepository) throws -> Void, says: String)] = [
        (
            { repository in
                let lock = try repository.file(lock, at: ledger).replacing("1.0.0", with: "6.6.6")
                try repository.commit(["README.md": "x\n"])
                try forge(repository, adding: [Self.lock: .text(lock)])
            }, "changes locks"
        ),
        (
            { repository in
                try repository.commit(["README.md": "x\n"])
                try forge(repository, adding: ["environments/dev/web.yaml": SampleText.component("web", "6.6.6", 6)])
            }, "changes environments/dev/web.yaml"
        ),
        (
            { repository in
                try repository.commit(["README.md": "x\n"])
                try repository.commit(["README.md": "y\n"])
                try forge(repository, adding: [:])
            }, "not the next commit"
        ),
        ({ try $0.commit(["README.md": "x\n"], branch: ledger) }, "takes in no commit"),
    ]

    /// A commit that says it takes in the tip of `main`, and adds something of its own.
    private static func forge(
        _ repository: BareRepository, adding files: [String: BareRepository.Entry]
    ) throws {
        let main = try #require(try repository.tip())
        var all: [String: BareRepository.Entry] = ["README.md": .text(try repository.file("README.md"))]
        all.merge(files) { $1 }
        try repository.commit(all, branch: ledger)
        let tree = try repository.git("rev-parse", "\(ledger)^{tree}")
        let message = "take-in\n\nTaken-In: \(main)\nSigned-off-by: Grace <grace@example.invalid>\n"
        let run = try repository.git.run(
            ["commit-tree", tree, "-p", "\(ledger)~1", "-p", main], input: Array(message.utf8))
        try repository.git(
            "update-ref", "refs/heads/\(ledger)", run.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test(arguments: forgeries.indices)
    func `the audit names what takes in more or less than it says`(index: Int) throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        try expect(towpath, "audit")
        try Self.forgeries[index].what(repository)
        try expect(towpath, "audit", status: 3, says: Self.forgeries[index].says)
    }

    @Test func `a lock that somebody writes on the watched branch counts for nothing, and drift says so`() throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        let lock = try repository.file(Self.lock, at: Self.ledger)
        try repository.commit([Self.lock: .text(lock.replacing("1.0.0", with: "6.6.6"))])
        try expect(towpath, "reconcile", says: "nothing to do")
        #expect(try repository.file(Self.lock, at: Self.ledger) == lock)
        try expect(towpath, "drift", status: 2, says: "tampered", "does not count")
        try expect(towpath, "audit")
    }

    @Test(arguments: ["environments", "environments/dev", "environments/dev/environment.lock/x/y"])
    func `whatever stands in the place of a lock is taken in without it`(path: String) throws {
        let (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        try repository.commit([path: .gone])
        let tip = try repository.commit([path: .link("/etc/passwd")])
        _ = try towpath("reconcile")
        // An entry may stand on top, which retires what is not declared any more.
        #expect(try !repository.git("log", "--first-parent", "--grep=Taken-In: \(tip)", Self.ledger).isEmpty)
        #expect(try !repository.file(Self.lock, at: Self.ledger).isEmpty)
        #expect(try !towpath("audit").output.contains("takes in"))
    }

    @Test func `any commit is read with the ledger of its time`() throws {
        var (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        let first = try #require(try repository.tip())
        try merge("1.1.0", 2, in: repository)
        towpath.at("2026-11-23T08:10:00Z")
        try expect(towpath, "reconcile")
        let status = try towpath("status", "dev", "--ref", first).output
        #expect(status.contains("1.0.0") && status.contains("inSync") && !status.contains("1.1.0"), "\(status)")
        try expect(towpath, "replay", "--at", first, says: "1.0.0")
        try expect(towpath, "replay", "--at", "main", says: "1.1.0")
    }

    @Test func `a fleet without such a branch believes no commit that says it takes in another`() throws {
        let repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        let towpath = try TowpathProgram(in: repository)
        try expect(towpath, "reconcile")
        try repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)], branch: "topic",
            from: try repository.tip(), author: "Mallory <mallory@example.invalid>")
        let head = try repository.commit(["README.md": "x\n"], branch: "topic")
        try repository.merge("topic", "take-in\n\nTaken-In: \(head)\nSigned-off-by: Ada <ada@example.invalid>")
        try expect(towpath, "facts", "dev", says: "mallory@example.invalid")
    }

    @Test func `a layout that cannot be meant is refused with the reason`() throws {
        let (repository, towpath) = try fleet()
        for (text, says) in [
            ("  ledger: {branch: x}\n", "say which: watch: main"),
            ("  watch: main\n  ledger: {branch: towpath/evidence}\n", "not that of the evidence"),
            ("  watch: main\n  ledger: {branch: x}\n  publish: {branch: x}\n", "x is published to"),
        ] {
            let layout = "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n" + text
            try repository.commit(["towpath.yaml": .text(layout)])
            try expect(towpath, "plan", status: 65, says: says)
        }
    }

    @Test func `a rollback says what to do instead, and a promotion proposes to the watched branch`() throws {
        var (repository, towpath) = try fleet()
        try expect(towpath, "reconcile")
        try merge("1.1.0", 2, in: repository)
        try expect(towpath, "reconcile")
        try expect(towpath, "rollback", "dev", "--reason", "R", status: 65, says: "towpath hold dev")
        towpath.at("2026-11-23T09:00:00Z")
        try expect(towpath, "promote", "staging")
        let parents = try repository.git("for-each-ref", "--format=%(parent)", "refs/heads/towpath/promote/")
        #expect(try parents == repository.tip())
    }

    @Test(arguments: [GitServer.Kind.http, .git])
    func `a server that protects its branch keeps the ledger, and two machines share it`(kind: GitServer.Kind) throws {
        let files = SampleText.fleet.merging(["towpath.yaml": Self.layout]) { $1 }
        let fleet = try RemoteFleet(kind, files)
        try fleet.install(hook: "update", "case $1 in refs/heads/main) echo 'main is protected' >&2; exit 1;; esac")
        let other = try fleet.another()
        try expect(fleet.towpath, "reconcile", says: "adopt")
        try expect(other.towpath, "reconcile", says: "nothing to do")
        let merged = try merge("1.1.0", 2, in: fleet.repository)
        let runs = try [fleet.towpath, other.towpath].map { try $0.start("reconcile") }
        for run in runs {
            let end = try run.finish()
            #expect(end.status == 0, "\(end.text)")
        }
        #expect(try fleet.repository.tip() == merged)
        let ids = try fleet.repository.git(
            "log", "--first-parent", "--format=%(trailers:key=Promotion-Id,valueonly)", "--grep=^Result: promoted$",
            Self.ledger
        ).split(separator: "\n")
        #expect(ids.count == 1 && Set(ids).count == ids.count, "\(ids)")
        #expect(try fleet.repository.git("rev-list", "--first-parent", "--merges", "--count", Self.ledger) == "1")
        for towpath in [fleet.towpath, other.towpath] {
            for command in ["audit", "drift"] { try expect(towpath, command) }
            try expect(towpath, "status", says: "1.1.0")
        }
        try expect(other.towpath, "hold", "dev", "--reason", "R")
        try expect(fleet.towpath, "release", "dev")
        try fleet.repository.expectSound()
    }
}
