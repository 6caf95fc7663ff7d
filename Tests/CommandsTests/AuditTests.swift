import Foundation
import JSONText
import TestSupport
import Testing

/// A ledger replayed and proved by the built program.
@Suite struct AuditTests {
    private let original: AuditedFleet
    private let repository: BareRepository

    init() throws {
        original = try AuditedFleet.shared.get()
        repository = try BareRepository(copying: original.repository)
    }

    @Test func `an untouched ledger is sound, and every claim was looked at`() throws {
        let run = try repository.audit("--strict", "--output", "json")
        #expect(run.status == 0, "\(run.text)")
        let json = try JSONReader.value(run.outputBytes)
        let tip = try repository.tip()
        #expect(json["result"]?.string == "sound" && json["basis"]?.string == tip)
        #expect(json["violations"]?.elements == [] && json["findings"]?.elements == [], "\(run.output)")
        let idle = json["claims"]?.elements?.filter { $0["checked"] == .number("0") }.compactMap { $0["claim"]?.string }
        #expect(idle == [], "every claim has something to prove")
        let text = try repository.audit()
        #expect(text.status == 0 && text.errors.isEmpty, "nothing is told of progress where nobody looks")
        #expect(text.output.contains(" is sound: 14 commits judged\n"), "\(text.text)")
    }

    @Test func `it is sound in every clone with the whole history, and nothing is written`() throws {
        let references = try repository.references()
        for flags in [["--bare"], ["--mirror"], []] {
            let clone = try TemporaryDirectory("clone")
            let run = try repository.git.run(
                ["clone", "--quiet"] + flags + ["file://\(repository.path)", clone.file("it")])
            #expect(run.status == 0)
            let audit = try repository.audit("--strict", "--repo", clone.file("it"))
            #expect(audit.status == 0, "\(flags): \(audit.text)")
        }
        #expect(try repository.references() == references)
    }

    @Test func `what a clone lacks is not taken for granted`() throws {
        let clone = try TemporaryDirectory("clone")
        let source = "file://\(repository.path)"
        try repository.git("clone", "--quiet", "--bare", "--single-branch", source, clone.file("alone"))
        let alone = try repository.audit("--repo", clone.file("alone"), "--output", "json")
        #expect(alone.status == 65, "\(alone.text)")
        #expect(try alone.brokenClaims() == [])
        #expect(alone.output.contains("git fetch origin towpath/evidence:towpath/evidence"), "\(alone.output)")
        try repository.git("clone", "--quiet", "--bare", "--depth", "3", source, clone.file("shallow"))
        let shallow = try repository.audit("--repo", clone.file("shallow"))
        #expect(shallow.status == 65 && shallow.errors.contains("git fetch --unshallow"), "\(shallow.text)")
    }

    @Test func `a pull request that is squashed, or rebased, or merged with the ledger in it, changes nothing`() throws
    {
        let base = try #require(try repository.tip())
        try repository.commit(["notes/a.md": "One.\n"], branch: "topic", from: base)
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.4.0", 5)], "Squashed")
        #expect(try tick("10:10").status == 0)
        try repository.merge("topic", "Merge what was branched off before")
        #expect(try tick("10:20").status == 0)
        // The other way round: the ledger is merged into the topic, and that into the branch.
        try repository.git("update-ref", "refs/heads/later", try #require(try repository.tip()))
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.5.0", 6)])
        #expect(try tick("10:30").status == 0)
        try repository.commit(["notes/b.md": "Two.\n"], branch: "later")
        try repository.merge("later", "Merge what knows an older ledger")
        let run = try repository.audit("--strict")
        #expect(run.status == 0, "\(run.text)")
    }

    private func tick(_ time: String) throws -> Program.Run {
        var towpath = try TowpathProgram(in: repository)
        try towpath.sign()
        towpath.at("2026-11-23T\(time):00Z")
        return try towpath("reconcile")
    }

    @Test func `an emergency that nobody reviewed is to be looked at, and a break if asked for`() throws {
        // As it was before anybody looked.
        let emergency = try repository.git("log", "-1", "--format=%H", "--grep", "^Emergency: ", "main")
        try repository.git("update-ref", "refs/heads/main", emergency)
        try repository.git("update-ref", "refs/heads/towpath/evidence", "towpath/evidence^")
        let run = try repository.audit("--output", "json")
        #expect(run.status == 0, "\(run.text)")
        #expect(try run.remarks("findings").first?.contains("was not reviewed by 2026-11-24T08:54:00Z") == true)
        let strict = try repository.audit("--strict", "--output", "json")
        #expect(strict.status == 3)
        #expect(try strict.brokenClaims() == ["emergencies"])
        #expect(try repository.audit("--strict", at: "2026-11-24T08:53:59Z").status == 0, "it is not due yet")
    }

    @Test func `what is remembered is a beginning, and its loss a break`() throws {
        let commits = try original.history()
        let middle = commits[commits.count / 2]
        let whole = try JSONReader.value(repository.audit("--output", "json").outputBytes)
        let part = try repository.audit("--since", middle, "--output", "json")
        #expect(part.status == 0, "\(part.text)")
        let json = try JSONReader.value(part.outputBytes)
        #expect(json["since"]?.string == middle)
        #expect(whole["checkedCommits"] == .number("14"))
        #expect(json["checkedCommits"] != .number("14") && json["checkedCommits"] != .number("0"))
        for (since, count) in [("2026-11-23T09:45:00Z", 4), ("26d", 0)] {
            let run = try repository.audit("--since", since, "--output", "json")
            #expect(try JSONReader.value(run.outputBytes)["checkedCommits"] == .number("\(count)"), "\(run.text)")
        }
        // A commit on a side branch, and one that never was.
        let side = try repository.commit(["README.md": "Aside.\n"], branch: "side", from: middle)
        for lost in [side, String(repeating: "5", count: 40)] {
            let run = try repository.audit("--since", lost, "--output", "json")
            #expect(run.status == 3, "\(run.text)")
            #expect(try run.brokenClaims() == ["order"])
        }
        #expect(try repository.audit("--since", "nowhere").status == 65)
    }

    @Test func `a deleted lock is a break, and an environment that was taken away a thing to look at`() throws {
        try repository.commit(["environments/dev/environment.lock": .gone], "Tidy up")
        let deleted = try repository.audit("--output", "json")
        #expect(try deleted.brokenClaims() == ["entries"])
        #expect(try deleted.remarks("violations").first?.contains("deleted by Ada <ada@example.invalid>") == true)
        let other = try BareRepository(copying: original.repository)
        try other.commit(["environments/dev": .gone, "policies/dev.yaml": .gone], "Close dev")
        let closed = try other.audit("--output", "json")
        #expect(closed.status == 0, "\(closed.text)")
        #expect(try closed.remarks("findings").first?.contains("were taken away") == true)
    }

    @Test func `an evidence branch that was renamed is the same, and one in its place is another`() throws {
        let layout = """
            apiVersion: towpath.dev/v1
            kind: Fleet
            spec: {evidence: {branch: proofs}}

            """
        try repository.commit(["towpath.yaml": .text(layout)], "Call it proofs")
        try repository.git("branch", "-m", "towpath/evidence", "proofs")
        let renamed = try repository.audit("--strict")
        #expect(renamed.status == 0, "\(renamed.text)")
        // Begun anew in its place, what it had is lost.
        let root = try repository.git("commit-tree", "-m", "Anew", "proofs^{tree}")
        try repository.git("update-ref", "refs/heads/proofs", root)
        let lost = try repository.audit("--output", "json")
        #expect(lost.status == 65 && lost.output.contains("there is no branch towpath/evidence here"), "\(lost.text)")
    }

    @Test func `an entry that is not signed is a break where those before it are`() throws {
        try repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.4.0", 5)])
        var towpath = try TowpathProgram(in: repository)
        towpath.at("2026-11-23T10:10:00Z")
        #expect(try towpath("reconcile").status == 0)
        let run = try repository.audit("--output", "json")
        #expect(try run.status == 3 && run.brokenClaims() == ["signatures"], "\(run.text)")
        #expect(try run.remarks("violations").first?.contains("it is not signed, but entries of Towpath") == true)
        let later = try repository.audit("--since", "main")
        #expect(later.status == 0, "\(later.text)")
    }

    @Test func `evidence that is removed is seen, also where nothing rests on it any more`() throws {
        let path = try #require(
            try repository.git("ls-tree", "-r", "--name-only", "towpath/evidence").split(separator: "\n").first)
        try repository.commit([String(path): .gone], branch: "towpath/evidence")
        let run = try repository.audit("--output", "json")
        #expect(run.status == 0)
        #expect(try run.remarks("findings").first?.contains("\(path) was removed") == true, "\(run.text)")
    }
}
