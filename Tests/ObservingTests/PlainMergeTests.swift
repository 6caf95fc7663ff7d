import Git
import Observing
import TestSupport
import Testing

/// Merges that decide nothing, told from those that do.
@Suite struct PlainMergeTests {
    private let fleet: BareRepository
    private let base: String

    init() throws {
        fleet = try BareRepository()
        base = try fleet.commit(["env/a": "1\n", "env/b": "1\n", "notes": "1\n"])
    }

    /// Whether a merge of `parents` whose files are those of `content` changed by `files` is plain below `env/`.
    private func isPlain(
        _ parents: [String], content: String, _ files: [String: BareRepository.Entry] = [:]
    ) throws -> Bool {
        let made = try fleet.commit(files, branch: "scratch", from: content)
        let tree = try fleet.git("rev-parse", "\(made)^{tree}")
        let run = try fleet.git.run(["commit-tree", tree, "-m", "merge"] + parents.flatMap { ["-p", $0] })
        let repository = try Repository.open(at: fleet.path)
        let id = try #require(ObjectID(hex: run.output.split(separator: "\n").joined()), "\(run.text)")
        return try PlainMerge.isPlain(
            try repository.commit(id), where: { $0.hasPrefix("env/") }, in: repository)
    }

    @Test func `what one side changed, and both alike, is plain; the rest of the tree does not matter`() throws {
        let ours = try fleet.commit(["env/a": "2\n", "env/c": "1\n", "notes": "2\n"], branch: "ours", from: base)
        let theirs = try fleet.commit(
            ["env/b": "2\n", "env/c": "1\n", "notes": "3\n"], branch: "theirs", from: base)
        #expect(try isPlain([ours, theirs], content: ours, ["env/b": "2\n", "notes": "4\n"]))
        #expect(try isPlain([theirs, ours], content: ours, ["env/b": "2\n"]))
        #expect(try !isPlain([ours, theirs], content: ours), "a side was left out")
        #expect(try !isPlain([ours, theirs], content: theirs), "the other was left out")
        #expect(try !isPlain([ours, theirs], content: ours, ["env/b": "3\n"]), "a file of nobody's")
        #expect(try !isPlain([ours, theirs], content: ours, ["env/b": .executable("2\n")]), "another mode")
        #expect(try !isPlain([ours, theirs], content: ours, ["env/b": "2\n", "env/d": "1\n"]), "a new file")
        #expect(try !isPlain([ours, theirs], content: ours, ["env/b": "2\n", "env/c": .gone]), "a file less")
    }

    @Test func `a file that both sides changed was decided by somebody`() throws {
        let ours = try fleet.commit(["env/a": "2\n"], branch: "ours", from: base)
        let theirs = try fleet.commit(["env/a": "3\n"], branch: "theirs", from: base)
        for result in ["1\n", "2\n", "3\n", "4\n"] {
            #expect(try !isPlain([ours, theirs], content: base, ["env/a": .text(result)]))
        }
    }

    /// Merging what is there already brings nothing: whatever differs from the newer side was decided.
    @Test func `an old commit is not brought back by merging it`() throws {
        let newer = try fleet.commit(["env/a": "2\n"], branch: "ours", from: base)
        #expect(try !isPlain([newer, base], content: base))
        #expect(try isPlain([newer, base], content: newer))
        #expect(try isPlain([base, newer], content: newer))
    }

    @Test func `three sides, no common ground and one parent are never plain`() throws {
        let one = try fleet.commit(["env/a": "2\n"], branch: "one", from: base)
        let two = try fleet.commit(["env/b": "2\n"], branch: "two", from: base)
        let three = try fleet.commit(["env/c": "2\n"], branch: "three", from: base)
        let island = try fleet.commit(["env/d": "1\n"], branch: "island", isRoot: true)
        #expect(try !isPlain([one, two, three], content: one, ["env/b": "2\n", "env/c": "2\n"]))
        #expect(try !isPlain([one, island], content: one, ["env/d": "1\n"]))
        #expect(try !isPlain([one], content: one))
    }
}
