import Git
import TestSupport
import Testing

@Suite struct ResolveTests {
    @Test func `what a person types is found as git finds it`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let root = try fixture.commit(tree)
        let side = try fixture.commit(tree, message: "side\n")
        let merge = try fixture.commit(tree, parents: [root, side], message: "merge\n")
        let tip = try fixture.commit(tree, parents: [merge], message: "tip\n")
        try fixture.git("update-ref", "refs/heads/main", tip.hex)
        try fixture.git("update-ref", "refs/heads/feature/x", side.hex)
        try fixture.git("update-ref", "refs/remotes/origin/main", merge.hex)
        try fixture.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        try fixture.git("tag", "v1", root.hex)
        try fixture.git("tag", "-a", "-m", "two", "v2", merge.hex)
        try fixture.git("tag", "-a", "-m", "nested", "v3", "v2")
        let repository = try fixture.open()
        for revision in [
            "HEAD", "@", "main", "heads/main", "refs/heads/main", "feature/x", "origin/main", "origin", "v1", "v2",
            "v3",
            "tags/v2", "refs/tags/v2", tip.hex, String(tip.hex.prefix(10)), tip.hex.uppercased(), "main~1", "main~",
            "main^", "main^^2", "main~1^2", "main~2", "main^0", "v3^1", "main~1^1", "main~0", "@~1",
        ] {
            #expect(
                try repository.resolve(revision) == fixture.git.id("rev-parse", "\(revision)^{commit}"), "\(revision)")
        }
        #expect(try repository.reference("refs/tags/v3") == fixture.git.id("rev-parse", "v3"))
        #expect(try repository.reference("refs/tags/v3", peelingTags: true) == merge)
    }

    @Test(arguments: [
        "", "absent", "refs/heads/absent", "main~9", "main^3", "abcdefabcd", "abc", "main~1000000", "main^{tree}",
        "main@{1}", "@{u}", ":/subject", "main:a", "-x", "--all", "a b", "main\n", "main..main", "^main", "~1",
        "main~x",
        "refs/heads/../../HEAD", "main~99999999999999999999",
    ])
    func `what is no commit is refused`(revision: String) throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        try fixture.git("update-ref", "refs/heads/main", commit.hex)
        let repository = try fixture.open()
        let error = gitError { () throws(GitError) in _ = try repository.resolve(revision) }
        #expect(error?.code == .notFound || error?.code == .invalidName)
    }

    @Test func `a name that is both a branch and a tag is ambiguous`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        try fixture.git("update-ref", "refs/heads/v1", commit.hex)
        try fixture.git("update-ref", "refs/tags/v1", commit.hex)
        let repository = try fixture.open()
        let error = gitError { () throws(GitError) in _ = try repository.resolve("v1") }
        #expect(error?.code == .ambiguous)
        #expect(error?.message == #"it may be "refs/tags/v1" or "refs/heads/v1""#)
        #expect(try repository.resolve("heads/v1") == commit)
    }

    @Test func `digits that fit several objects are ambiguous`() throws {
        let fixture = try Fixture()
        // By the pigeonhole principle no search is needed for four digits among a few hundred blobs: about one pair.
        var seen: Set<String> = []
        var shared: String?
        let repository = try fixture.open()
        for number in 0..<2_000 where shared == nil {
            let prefix = String(try repository.writeBlob(Array("\(number)".utf8)).hex.prefix(4))
            if !seen.insert(prefix).inserted { shared = prefix }
        }
        let digits = try #require(shared)
        let error = gitError { () throws(GitError) in _ = try repository.resolve(digits) }
        #expect(error?.code == .ambiguous)
    }

    @Test func `a blob or a tree is no commit`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let repository = try fixture.open()
        let error = gitError { () throws(GitError) in _ = try repository.resolve(tree.hex) }
        #expect(error?.code == .wrongKind)
    }
}
