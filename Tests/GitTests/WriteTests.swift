import Foundation
import Git
import TestSupport
import Testing

@Suite struct WriteTests {
    @Test func `a commit is a function of what is given`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let root = try fixture.commit(tree)
        let repository = try fixture.open()
        let author = Signature(try Identity(name: "Ada", email: "ada@example.invalid"), seconds: 1_700_000_000)
        let committer = Signature(try #require(grace), seconds: 1_700_000_000, offsetMinutes: -210)
        let message = "\n  kept as it is \n# not a comment\n\nKey: värde\n\n\n"
        let ids = try (0..<2).map { _ in
            try repository.writeCommit(
                tree: tree, parents: [root], author: author, committer: committer, message: message)
        }
        #expect(ids[0] == ids[1])
        var git = fixture.git
        git.environment["GIT_COMMITTER_DATE"] = "1700000000 -0330"
        let bytes = Array(message.utf8)
        let expected = try git.bytes(["commit-tree", tree.hex, "-p", root.hex], input: bytes)
        #expect(String(decoding: expected, as: UTF8.self) == ids[0].hex + "\n")
        let read = try repository.commit(ids[0])
        #expect(read.author == author && read.committer == committer)
        #expect(read.message == message && read.parents == [root] && read.tree == tree)
        #expect(try repository.reference("refs/heads/main") == nil)
        fixture.expectSound()
    }

    @Test(arguments: [
        ("", "e"), ("n", ""), (" . ", "e"), ("a\nb", "e"), ("a<b", "e"), ("a>b", "e"), ("n", "e>"), ("n\0", "e"),
        ("n", "a\rb"),
    ])
    func `an identity that git cannot store is refused`(name: String, email: String) {
        let error = gitError { () throws(GitError) in _ = try Identity(name: name, email: email) }
        #expect(error?.code == .invalid)
    }

    @Test(arguments: ["Grace Hopper", "  padded. ", "\"quoted\"", "J. R. \u{e9}", "O'Neil'"])
    func `an identity is what git makes of it`(name: String) throws {
        let fixture = try Fixture()
        var git = fixture.git
        git.environment["GIT_AUTHOR_NAME"] = name
        let text = try git("var", "GIT_AUTHOR_IDENT")
        let identity = try Identity(name: name, email: "ada@example.invalid")
        #expect(text.hasPrefix(identity.description + " "))
        #expect(try Identity(name: identity.name, email: identity.email) == identity)
    }

    @Test func `a commit that could not be read back is refused`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let commit = try fixture.commit(tree)
        let repository = try fixture.open()
        let good = Signature(try #require(grace), seconds: 1)
        let negative = Signature(try #require(grace), seconds: -1)
        let padded = Signature(name: "Grace ", email: "g@x", seconds: 1, offsetMinutes: 0)
        let absent = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        let rows: [(ObjectID, [ObjectID], Signature, String)] = [
            (commit, [], good, ""), (absent, [], good, ""), (tree, [absent], good, ""), (tree, [tree], good, ""),
            (tree, [commit, commit], good, ""), (tree, [], negative, ""), (tree, [], padded, ""),
            (tree, [], good, "a\0b"),
        ]
        for (tree, parents, author, message) in rows {
            let error = gitError { () throws(GitError) in
                _ = try repository.writeCommit(
                    tree: tree, parents: parents, author: author, committer: good, message: message)
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test func `changes that contradict each other are refused`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let blob = try repository.writeBlob([49])
        let put = TreeChange.Edit.put(blob, .blob)
        let absent = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        for changes in [
            [TreeChange("a", put), TreeChange("a", put)], [TreeChange("a", put), TreeChange("a", .remove)],
            [TreeChange("a", put), TreeChange("a/b", put)], [TreeChange("a/b", put), TreeChange("a", put)],
            [TreeChange("a/b", .remove), TreeChange("a", put)], [TreeChange("", put)], [TreeChange("a//b", put)],
            [TreeChange("../a", put)], [TreeChange("a/.GIT/b", put)], [TreeChange("a\u{0}", put)],
            [TreeChange("a", .put(absent, .blob))], [TreeChange("a", .put(blob, .directory))],
            [TreeChange("a", .put(blob, .submodule))], [TreeChange("a", .put(blob, .unknown(mode: 1)))],
            [TreeChange("/a", put)], [TreeChange("a/", put)], [TreeChange("a\\b", put)], [TreeChange("a\nb", put)],
        ] {
            let error = gitError { () throws(GitError) in _ = try repository.writeTree(base: nil, changes: changes) }
            #expect(error?.code == .invalid, "\(changes)")
        }
    }

    @Test func `an empty folder vanishes and an empty root does not`() throws {
        let fixture = try Fixture()
        let base = try fixture.tree(["a/b/c": "1", "a/d": "2"])
        let repository = try fixture.open()
        let without = try repository.writeTree(base: base, changes: [TreeChange("a/b/c", .remove)])
        #expect(try without == fixture.tree(["a/d": "2"]))
        let empty = try repository.writeTree(base: base, changes: [TreeChange("a", .remove)])
        #expect(try repository.tree(empty).isEmpty)
        #expect(try empty == fixture.tree([:]))
        #expect(try repository.writeTree(base: base, changes: []) == base)
        #expect(try repository.writeTree(base: base, changes: [TreeChange("x/y/z", .remove)]) == base)
        let swapped = try repository.writeTree(
            base: base,
            changes: [
                TreeChange("a", .remove), TreeChange("a/n", .put(try repository.writeBlob([50]), .blob)),
            ])
        #expect(try swapped == fixture.tree(["a/n": "2"]))
        fixture.expectSound()
    }

    @Test func `entries that are only odd are taken over as they are`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let blob = try repository.writeBlob([49])
        let input = "100664 blob \(blob)\told\n100644 blob \(blob)\tnew\nline\0".replacingOccurrences(
            of: "\told\n", with: "\told\0")
        let output = try fixture.git.bytes(["mktree", "-z"], input: Array(input.utf8))
        let base = try #require(ObjectID(hex: String(decoding: output.dropLast(), as: UTF8.self)))
        let tree = try repository.writeTree(base: base, changes: [TreeChange("x", .put(blob, .blob))])
        #expect(try repository.tree(tree).map(\.name) == ["new\nline", "old", "x"])
        let back = try repository.writeTree(base: tree, changes: [TreeChange("x", .remove)])
        #expect(back == base)
    }

    @Test func `a folder that git would not have made is not written again`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let blob = try repository.writeBlob([49])
        let evil = try fixture.git("mktree", input: "100644 blob \(blob)\t..\n")
        let base = try #require(ObjectID(hex: evil))
        let error = gitError { () throws(GitError) in
            _ = try repository.writeTree(base: base, changes: [TreeChange("x", .put(blob, .blob))])
        }
        #expect(error?.code == .corrupt)
    }

    @Test(arguments: 0..<64) func `changes make the tree that git makes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try Fixture()
        let repository = try fixture.open()
        let world = try RandomTrees(fixture, repository)
        let base = try world.randomTree(&random)
        var changes: [TreeChange] = []
        for path in world.randomPaths(&random, count: 8) {
            if Bool.random(using: &random) {
                changes.append(TreeChange(path, .remove))
            } else {
                changes.append(TreeChange(path, .put(world.randomBlob(&random), world.randomKind(&random))))
            }
        }
        let expected = try world.tree(base: base, changes: changes)
        #expect(try repository.writeTree(base: base, changes: changes) == expected, "seed \(seed): \(changes)")
        #expect(try repository.writeTree(base: base, changes: changes.reversed()) == expected)
        #expect(try repository.writeTree(base: expected, changes: changes) == expected)
        fixture.expectSound()
    }

    @Test(arguments: 0..<64) func `differences are those that git finds`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try Fixture()
        let repository = try fixture.open()
        let world = try RandomTrees(fixture, repository)
        let old = try world.randomTree(&random)
        let new = try world.randomTree(&random, from: Bool.random(using: &random) ? old : nil)
        for prefix in ["", "a", "a/b", "a.b/a"] {
            var found: [String] = []
            try repository.changedEntries(from: old, to: new, under: prefix) { path, old, new in
                found.append("\(describe(old)) \(describe(new)) \(path)")
                return .next
            }
            let expected = try world.differences(old, new, under: prefix)
            #expect(found.sorted() == expected.sorted(), "seed \(seed) under \"\(prefix)\"")
            let paths = found.map { Array($0.utf8.dropFirst(96)) }
            #expect(paths.elementsEqual(paths.sorted { $0.lexicographicallyPrecedes($1) }))
        }
        var count = 0
        try repository.changedEntries(from: nil, to: new) { _, _, _ in
            count += 1
            return count == 2 ? .stop : .next
        }
        #expect(count <= 2)
    }
}

/// An entry as `git diff-tree --raw` writes it.
private func describe(_ entry: TreeEntry?) -> String {
    let mode = String(entry?.kind.mode ?? 0, radix: 8)
    return String(repeating: "0", count: 6 - mode.count) + mode + " " + (entry?.id ?? .zero).hex
}
