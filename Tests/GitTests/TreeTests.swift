import Git
import TestSupport
import Testing

@Suite struct TreeTests {
    /// The bytes of a tree, well formed or not.
    private static func tree(_ entries: [(mode: String, name: [UInt8], id: ObjectID)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Array(entry.mode.utf8)
            bytes += [UInt8(ascii: " ")] + entry.name + [0]
            let digits = Array(entry.id.hex)
            for position in stride(from: 0, to: digits.count, by: 2) {
                bytes.append(UInt8(String(digits[position...(position + 1)]), radix: 16) ?? 0)
            }
        }
        return bytes
    }

    @Test func `entries of every kind are told apart`() throws {
        let fixture = try Fixture()
        let blob = try fixture.git.id("hash-object", "-w", "--stdin", input: "target")
        let folder = try fixture.tree(["x": "1"])
        let commit = try fixture.commit(folder)
        let input = """
            100644 blob \(blob)\tfile
            100755 blob \(blob)\trun
            120000 blob \(blob)\tlink
            040000 tree \(folder)\tfolder
            160000 commit \(commit)\tmodule

            """
        let root = try fixture.git.id("mktree", input: input)
        let repository = try fixture.open()
        let entries = try repository.tree(root)
        #expect(entries.map(\.name) == ["file", "folder", "link", "module", "run"])
        #expect(entries.map(\.kind) == [.blob, .directory, .symlink, .submodule, .executable])
        #expect(entries.allSatisfy { $0.nameIsValid })
        #expect(try repository.entry(at: "folder/x", in: root)?.kind == .blob)
        #expect(try repository.entry(at: "link", in: root)?.kind == .symlink)
        #expect(try repository.entry(at: "link/x", in: root) == nil)
        #expect(try repository.entry(at: "module/x", in: root) == nil)
        #expect(try repository.entry(at: "file/x", in: root) == nil)
        #expect(try repository.entry(at: "folder/absent", in: root) == nil)
        var visited: [EntryKind] = []
        try repository.forEachEntry(of: root) { _, kind, _ in
            visited.append(kind)
            return kind == .submodule ? .stop : .next
        }
        #expect(visited == [.blob, .directory, .symlink, .submodule])
    }

    @Test(arguments: [
        ("", TreeEntry.Problem.empty), (".", .dot), ("..", .dotDot), (".git", .dotGit), (".GIT", .dotGit),
        (".Git ", .dotGit), (".git. .", .dotGit), ("git~1", .dotGit), ("GIT~1", .dotGit), (".git::$INDEX", .dotGit),
        (".g\u{200C}it", .dotGit), ("\u{FEFF}.git", .dotGit), ("a/b", .slash), ("a\\b", .backslash), ("a\nb", .control),
        ("a\u{7F}", .control), (String(repeating: "n", count: 256), .tooLong),
    ])
    func `an evil name is reported and not followed`(name: String, problem: TreeEntry.Problem) throws {
        let fixture = try Fixture()
        let inner = try fixture.tree(["x": "1"])
        let root = try fixture.literal("tree", Self.tree([("40000", Array(name.utf8), inner)]))
        let repository = try fixture.open()
        let entries = try repository.tree(root)
        #expect(entries.map(\.problem) == [problem])
        #expect(entries.first?.nameBytes == Array(name.utf8))
        #expect(TreeEntry.Problem(name: Array(name.utf8)) == problem)
        if !name.contains("/") {
            let error = gitError { () throws(GitError) in _ = try repository.entry(at: name + "/x", in: root) }
            #expect(error?.code == .invalid)
        }
        var told: [String] = []
        try repository.changedEntries(from: nil, to: root) { path, _, new in
            told.append(path)
            #expect(new?.kind == .directory)
            return .next
        }
        #expect(told == [name])
    }

    @Test(arguments: ["a", ".gitignore", ".gita", "git", "git~2", "...", "é", "a b", "\"q\"", "-x", "..a", "%2e"])
    func `an ordinary name is fine`(name: String) {
        #expect(TreeEntry.Problem(name: Array(name.utf8)) == nil)
    }

    @Test func `names that are no UTF-8 keep their bytes`() throws {
        let fixture = try Fixture()
        let blob = try fixture.git.id("hash-object", "-w", "--stdin", input: "1")
        let name: [UInt8] = [0x61, 0xFF, 0xC3]
        let repository = try fixture.open()
        let root = try fixture.literal("tree", Self.tree([("100644", name, blob)]))
        let entry = try #require(try repository.tree(root).first)
        #expect(entry.problem == .notUTF8 && entry.nameBytes == name && entry.name == "a\u{FFFD}\u{FFFD}")
        try repository.forEachEntry(of: root) { (lent, _, _) in
            #expect(lent.count == 3)
            return .next
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `doubles and disorder are found wherever they stand`(seed: UInt64) throws {
        let fixture = try Fixture()
        let blob = try fixture.git.id("hash-object", "-w", "--stdin", input: "1")
        let folder = try fixture.tree(["x": "1"])
        let repository = try fixture.open()
        var random = SeededGenerator(seed: seed)
        let names = ["a", "a-b", "a.b", "a0", "ab", "b", "b.c"]
        for _ in 0..<24 {
            var entries = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                (name: names.randomElement(using: &random) ?? "a", isFolder: Bool.random(using: &random))
            }
            let key = { (entry: (name: String, isFolder: Bool)) in
                Array((entry.name + (entry.isFolder ? "/" : "\0")).utf8)
            }
            if Int.random(in: 0..<4, using: &random) > 0 {
                entries.sort { key($0).lexicographicallyPrecedes(key($1)) }
            }
            let tree = try fixture.literal(
                "tree",
                Self.tree(
                    entries.map { ($0.isFolder ? "40000" : "100644", Array($0.name.utf8), $0.isFolder ? folder : blob) }
                ))
            var seen: Set<String> = []
            let expected = entries.indices.map { index -> TreeEntry.Problem? in
                if !seen.insert(entries[index].name).inserted { return .duplicate }
                let isInOrder = index == 0 || key(entries[index - 1]).lexicographicallyPrecedes(key(entries[index]))
                return isInOrder ? nil : .unsorted
            }
            #expect(try repository.tree(tree).map(\.problem) == expected, "\(entries)")
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `a comparison refuses what is not in order and tells of one difference`(seed: UInt64) throws {
        let fixture = try Fixture()
        let blobs = try ["1", "2"].map { try fixture.git.id("hash-object", "-w", "--stdin", input: $0) }
        let folders = try ["1", "2"].map { try fixture.tree(["x": $0]) }
        let repository = try fixture.open()
        var random = SeededGenerator(seed: seed)
        let names = ["a", "a-b", "env", "env-0001", "env-0001-b", "env-0001.b", "env-00010", "env-0002", "env-00"]
        var refused = 0
        for _ in 0..<48 {
            let isDisordered = Int.random(in: 0..<3, using: &random) == 0
            var entries = names.shuffled(using: &random).prefix(Int.random(in: 1...9, using: &random)).map {
                (name: $0, isFolder: Bool.random(using: &random))
            }
            if isDisordered, Bool.random(using: &random) { entries.append(entries[0]) }
            let keys = { (entry: (name: String, isFolder: Bool)) in
                Array((entry.name + (entry.isFolder ? "/" : "\0")).utf8)
            }
            entries.sort { keys($0).lexicographicallyPrecedes(keys($1)) }
            if isDisordered, entries.count > 1 { entries.swapAt(0, Int.random(in: 1..<entries.count, using: &random)) }
            let changed = Int.random(in: 0..<entries.count, using: &random)
            let trees = try [false, true].map { isNew in
                try fixture.literal(
                    "tree",
                    Self.tree(
                        entries.enumerated().map { place, entry in
                            let version = isNew && place == changed ? 1 : 0
                            return (
                                entry.isFolder ? "40000" : "100644", Array(entry.name.utf8),
                                entry.isFolder ? folders[version] : blobs[version]
                            )
                        }))
            }
            let isInOrder = zip(entries, entries.dropFirst()).allSatisfy {
                keys($0).lexicographicallyPrecedes(keys($1))
            }
            var told: [String] = []
            var code: GitError.Code?
            do throws(GitError) {
                try repository.changedEntries(from: trees[0], to: trees[1]) { path, _, _ in
                    told.append(path)
                    return .next
                }
            } catch {
                code = error.code
            }
            if isInOrder {
                let entry = entries[changed]
                #expect(code == nil && told == [entry.isFolder ? "\(entry.name)/x" : entry.name], "\(entries)")
            } else {
                refused += 1
                #expect(code == .corrupt, "\(entries)")
            }
        }
        #expect(refused > 4)
    }

    @Test(arguments: UInt64(0)..<8)
    func `entries that moved are those of which only the object is another`(seed: UInt64) throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let trees = try RandomTrees(fixture, repository)
        var random = SeededGenerator(seed: seed)
        var compared = 0
        for _ in 0..<12 {
            let old = try trees.randomTree(&random)
            var paths: [String] = []
            try repository.changedEntries(from: nil, to: old) { path, _, new in
                if new?.kind == .blob { paths.append(path) }
                return .next
            }
            let path = try #require(paths.randomElement(using: &random))
            let change = TreeChange(path, .put(trees.randomBlob(&random), .blob))
            let new =
                try Bool.random(using: &random)
                ? trees.tree(base: old, changes: [change]) : trees.randomTree(&random, from: old)
            let (before, after) = (try repository.tree(old), try repository.tree(new))
            let moved = try repository.movedEntries(from: old, to: new)
            guard before.map(\.name) == after.map(\.name), before.map(\.kind) == after.map(\.kind) else {
                #expect(moved == nil)
                continue
            }
            compared += 1
            let expected = zip(before, after).filter { $0.id != $1.id }.map(\.1)
            #expect(moved?.map(\.name) == expected.map(\.name) && moved?.map(\.kind) == expected.map(\.kind))
            #expect(moved?.map(\.id) == expected.map(\.id))
        }
        #expect(compared > 0)
    }

    @Test(arguments: UInt64(0)..<6) func `an entry is found by its name as by a look at all`(seed: UInt64) throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let blob = try fixture.git.id("hash-object", "-w", "--stdin", input: "1")
        let folder = try fixture.tree(["x": "1"])
        var random = SeededGenerator(seed: seed)
        let modes = ["100644", "100644", "40000", "100755", "120000", "160000", "100664", "040000", "100600"]
        for _ in 0..<20 {
            let names = Set(
                (0..<12).map { _ in String("abc-".shuffled(using: &random).prefix(.random(in: 1...4, using: &random))) }
            )
            let entries = names.shuffled(using: &random).map { name in
                let mode = modes.randomElement(using: &random) ?? "100644"
                return (mode, Array(name.utf8), mode.hasSuffix("40000") ? folder : blob)
            }
            let tree = try fixture.literal("tree", Self.tree(entries))
            let all = try repository.tree(tree)
            for entry in all {
                let found = try repository.entry(at: entry.name, in: tree)
                #expect(found?.id == entry.id && found?.kind == entry.kind && found?.name == entry.name)
            }
            #expect(try repository.entry(at: "abcd", in: tree) == nil)
        }
    }

    @Test func `order, doubles and modes are judged`() throws {
        let fixture = try Fixture()
        let blob = try fixture.git.id("hash-object", "-w", "--stdin", input: "1")
        let folder = try fixture.tree(["x": "1"])
        let repository = try fixture.open()
        let (a, b) = (Array("a".utf8), Array("b".utf8))
        let twice = try fixture.literal("tree", Self.tree([("100644", a, blob), ("100644", a, blob)]))
        #expect(try repository.tree(twice).map(\.problem) == [nil, .duplicate])
        #expect(gitError { () throws(GitError) in _ = try repository.entry(at: "a", in: twice) }?.code == .corrupt)
        let both = try fixture.literal(
            "tree", Self.tree([("100644", a, blob), ("100644", Array("a.b".utf8), blob), ("40000", a, folder)]))
        #expect(try repository.tree(both).map(\.problem) == [nil, nil, .duplicate])
        #expect(gitError { () throws(GitError) in _ = try repository.entry(at: "a/x", in: both) }?.code == .corrupt)
        let unsorted = try fixture.literal("tree", Self.tree([("100644", b, blob), ("100644", a, blob)]))
        #expect(try repository.tree(unsorted).map(\.problem) == [nil, .unsorted])
        let diff = gitError { () throws(GitError) in
            try repository.changedEntries(from: nil, to: unsorted) { _, _, _ in .next }
        }
        #expect(diff?.code == .corrupt)
        let odd = try fixture.literal("tree", Self.tree([("100600", a, blob), ("100664", b, blob)]))
        #expect(try repository.tree(odd).map(\.kind) == [.unknown(mode: 0o100600), .blob])
        #expect(try repository.tree(odd).map(\.problem) == [.unknownMode, nil])
    }

    @Test(arguments: [
        "100644 a", "100644", "100644 a\0short", "8 a\0aaaaaaaaaaaaaaaaaaaa", "123456789 a\0aaaaaaaaaaaaaaaaaaaa", "x",
    ])
    func `bytes that are no tree are corrupt`(text: String) throws {
        let fixture = try Fixture()
        let id = try fixture.literal("tree", Array(text.utf8))
        let repository = try fixture.open()
        #expect(gitError { () throws(GitError) in _ = try repository.tree(id) }?.code == .corrupt)
    }

    @Test(arguments: ["", "/", "a/", "/a", "a//b", "a/../b", ".git/config", "a\0b", "./a"])
    func `a path that is not well formed is refused`(path: String) throws {
        let fixture = try Fixture()
        let root = try fixture.tree(["a": "1"])
        let repository = try fixture.open()
        #expect(gitError { () throws(GitError) in _ = try repository.entry(at: path, in: root) }?.code == .invalid)
    }

    @Test func `folders without end are refused`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let name = Array("d".utf8)
        var deep = try fixture.tree(["x": "1"])
        for _ in 0..<200 {
            deep = try repository.writeTree(base: nil, changes: [TreeChange("d", .put(deep, .directory))])
        }
        let error = gitError { () throws(GitError) in
            try repository.changedEntries(from: nil, to: deep) { _, _, _ in .next }
        }
        #expect(error?.code == .tooLarge)
        // Ten folders, each naming the next ten times: ten thousand million, and no file in any of them.
        var bomb = try fixture.literal("tree", [])
        for _ in 0..<10 {
            let entries = (0..<10).map { ("40000", name + [48 + UInt8($0)], bomb) }
            bomb = try fixture.literal("tree", Self.tree(entries))
        }
        let endless = gitError { () throws(GitError) in
            try repository.changedEntries(from: nil, to: bomb) { _, _, _ in .next }
        }
        #expect(endless?.code == .tooLarge)
    }
}
