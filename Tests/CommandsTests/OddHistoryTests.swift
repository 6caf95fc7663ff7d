import TestSupport
import Testing

/// Commits that no ordinary day brings, and that anybody may push.
@Suite struct OddHistoryTests {
    private let repository: BareRepository
    private let towpath: TowpathProgram

    init() throws {
        repository = try BareRepository()
        try repository.commit(SampleText.fleet)
        towpath = try TowpathProgram(in: repository)
        #expect(try towpath("reconcile").status == 0)
    }

    /// Puts a commit on `main` that git itself would not write: the tree of `tree`, with `parents`, and with `time` for
    /// the dates of both author and committer.
    private func push(treeOf tree: String, parents: [String], time: String) throws {
        let lines =
            ["tree \(try repository.git("rev-parse", "\(tree)^{tree}"))"] + parents.map { "parent \($0)" } + [
                "author Ada <ada@example.invalid> \(time)", "committer Ada <ada@example.invalid> \(time)", "",
                "Bring what was built", "",
            ]
        let run = try repository.git.run(
            ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
            input: Array(lines.joined(separator: "\n").utf8))
        try #require(run.status == 0, "\(run.text)")
        try repository.git("update-ref", "refs/heads/main", String(run.output.prefix(40)))
    }

    private func build(_ name: String, from base: String) throws -> String {
        try repository.commit(
            ["environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2)], "Build", branch: name, from: base)
    }

    @Test(arguments: [
        "0 +0000", "-5 +0000", "4294967296 +0000", "253402300800 +0000", "1795176000 +9999", "1795176000 -9999",
        "9223372036854775807 +0000", "99999999999999999999 +0000", "tomorrow +0000", "1795176000",
    ])
    func `a commit of any date brings its build, recorded at our own time`(_ time: String) throws {
        let tip = try #require(try repository.tip())
        let topic = try build("topic", from: tip)
        try push(treeOf: topic, parents: [tip], time: time)
        let tick = try TowpathProgram(in: repository.path)("reconcile")
        #expect(tick.status == 0 && tick.output.contains("promoted"), "\(tick.text)")
        let lock = try repository.file("environments/dev/environment.lock")
        #expect(lock.contains("2026-11-23T08:00:00Z") && lock.contains("1.1.0"))
        for command in [["status"], ["history", "dev"], ["explain", "dev", "web"], ["drift"], ["audit"], ["plan"]] {
            let run = try towpath(command)
            #expect(run.status == 0 && run.errors.isEmpty, "\(command): \(run.text)")
        }
    }

    @Test func `a merge of many brings what it has once`() throws {
        let tip = try #require(try repository.tip())
        let topic = try build("topic", from: tip)
        let note = try repository.commit(["NOTES.md": "A note.\n"], branch: "note", from: tip)
        try push(treeOf: topic, parents: [tip, topic, note], time: "1795176000 +0000")
        #expect(try towpath("reconcile").status == 0)
        #expect(try towpath("reconcile").output.contains("nothing to do"))
        let subjects = try repository.git("log", "--first-parent", "--format=%s", "-3").split(separator: "\n")
        #expect(subjects.first?.hasPrefix("promote(dev): web 1.0.0 → 1.1.0") == true && subjects.count == 3)
        #expect(try towpath("audit").status == 0)
        try repository.expectSound()
    }
}
