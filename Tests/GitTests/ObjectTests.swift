import Foundation
import Git
import TestSupport
import Testing

@Suite struct ObjectTests {
    @Test func `an id survives its text and sorts by its bytes`() throws {
        let texts = ["00ff", "0100", "7f", "80", "ffffffffffffffffffff"].map {
            $0 + String(repeating: "5", count: 40 - $0.count)
        }
        let ids = try texts.map { try #require(ObjectID(hex: $0)) }
        #expect(ids.map(\.hex) == texts)
        #expect(ids.sorted() == ids)
        #expect(ObjectID.zero.hex == String(repeating: "0", count: 40))
        for bad in ["", "12", String(repeating: "g", count: 40), String(repeating: "A", count: 40), texts[0] + "0"] {
            #expect(ObjectID(hex: bad) == nil)
        }
    }

    @Test func `a missing object is named`() throws {
        let repository = try Fixture().open()
        let absent = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        for error in [
            gitError({ () throws(GitError) in _ = try repository.commit(absent) }),
            gitError({ () throws(GitError) in _ = try repository.tree(absent) }),
            gitError({ () throws(GitError) in _ = try repository.blob(absent, limit: 10) }),
            gitError({ () throws(GitError) in _ = try repository.rawObject(absent) }),
        ] {
            #expect(error?.code == .notFound)
            #expect(error?.operation.contains(absent.hex) == true)
        }
        let found = [absent, .zero].filter { repository.contains($0) }
        #expect(found.isEmpty)
    }

    @Test func `an object of another kind is refused`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let commit = try fixture.commit(tree)
        let repository = try fixture.open()
        let error = gitError { () throws(GitError) in _ = try repository.blob(commit, limit: 1_000) }
        #expect(error?.code == .wrongKind)
        #expect(gitError { () throws(GitError) in _ = try repository.commit(tree) }?.code == .wrongKind)
        #expect(gitError { () throws(GitError) in _ = try repository.tree(commit) }?.code == .wrongKind)
    }

    @Test func `a blob over the limit is refused before it is unpacked`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let blob = try repository.writeBlob([UInt8](repeating: 0, count: 100_000))
        #expect(try repository.blobSize(blob) == 100_000)
        let error = gitError { () throws(GitError) in _ = try repository.blob(blob, limit: 99_999) }
        #expect(error?.code == .tooLarge)
        let lent = try repository.withBlob(blob, limit: 100_000) { (bytes: Span<UInt8>) in bytes.count }
        #expect(lent == 100_000)
    }

    @Test(arguments: 0..<16) func `a damaged loose object is found out`(seed: UInt64) throws {
        let fixture = try Fixture()
        var random = SeededGenerator(seed: seed)
        let content = (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let blob = try fixture.open().writeBlob(content)
        let file = URL(fileURLWithPath: "\(fixture.path)/objects/\(blob.hex.prefix(2))/\(blob.hex.dropFirst(2))")
        var bytes = try Data(contentsOf: file)
        if seed % 4 == 0 {
            bytes = bytes.prefix(Int(random.next() % UInt64(bytes.count)))
        } else {
            bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
        }
        try FileManager.default.removeItem(at: file)
        try bytes.write(to: file)
        let repository = try fixture.open()
        do {
            #expect(try repository.blob(blob, limit: 1_000) == content, "damage must not pass as content")
        } catch {
            #expect(error.code == .corrupt || error.code == .tooLarge || error.code == .wrongKind, "\(error)")
            #expect(error.operation.contains(blob.hex))
        }
    }

    @Test(arguments: 0..<48) func `a damaged pack is found out`(seed: UInt64) throws {
        let fixture = try Fixture()
        var random = SeededGenerator(seed: seed)
        var files: [String: String] = [:]
        for number in 0..<20 { files["f\(number)"] = "\(random.next()) \(random.next())\n" }
        let tree = try fixture.tree(files)
        try fixture.git("update-ref", "refs/heads/main", try fixture.commit(tree).hex)
        try fixture.git("repack", "-a", "-d", "-q")
        let folder = fixture.path + "/objects/pack"
        let kind = seed % 3 == 2 ? "idx" : "pack"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(kind) })
        let file = URL(fileURLWithPath: folder + "/" + name)
        var bytes = try Data(contentsOf: file)
        if seed % 2 == 0 {
            bytes = bytes.prefix(Int(random.next() % UInt64(bytes.count)))
        } else {
            for _ in 0..<8 { bytes[Int(random.next() % UInt64(bytes.count))] ^= 0x55 }
        }
        try FileManager.default.removeItem(at: file)
        try bytes.write(to: file)
        #expect(try Self.readsOnly(files, from: tree, fixture) || seed % 2 == 1, "what was cut off cannot be read")
    }

    /// Whether something could not be read; what can be read must be what was written.
    private static func readsOnly(_ files: [String: String], from tree: ObjectID, _ fixture: Fixture) throws -> Bool {
        var hasFailed = false
        do {
            let repository = try Repository.open(at: fixture.path)
            for entry in try repository.tree(tree) {
                do {
                    let text = String(decoding: try repository.blob(entry.id, limit: 1_000), as: UTF8.self)
                    #expect(text == files[entry.name])
                } catch {
                    #expect([.corrupt, .notFound, .tooLarge, .wrongKind].contains(error.code), "\(error)")
                    hasFailed = true
                }
            }
        } catch {
            #expect([.corrupt, .notFound, .tooLarge, .wrongKind].contains(error.code), "\(error)")
            hasFailed = true
        }
        return hasFailed
    }

    @Test func `names, dates and messages of any kind are read`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree([:])
        let repository = try fixture.open()
        let rows: [(line: String, Signature)] = [
            ("A <a@b> 0 +0000", Signature(name: "A", email: "a@b", seconds: 0, offsetMinutes: 0)),
            (
                "A <a@b> 253402300800 -1130",
                Signature(name: "A", email: "a@b", seconds: 253_402_300_800, offsetMinutes: -690)
            ),
            ("A <a@b> -5 +9999", Signature(name: "A", email: "a@b", seconds: -5, offsetMinutes: 6_039)),
            (" <> 7 +0100", Signature(name: "", email: "", seconds: 7, offsetMinutes: 60)),
            (
                "A <a@b> 99999999999999999999 +0000",
                Signature(name: "A", email: "a@b", seconds: 0, offsetMinutes: 0, isWellFormed: false)
            ),
            ("A <a@b>", Signature(name: "A", email: "a@b", seconds: 0, offsetMinutes: 0, isWellFormed: false)),
            ("A", Signature(name: "A", email: "", seconds: 0, offsetMinutes: 0, isWellFormed: false)),
            (
                "A <a> <b> 7 +0000",
                Signature(name: "A", email: "a", seconds: 7, offsetMinutes: 0, isWellFormed: false)
            ),
            (
                "A <a@b> 1 +x", Signature(name: "A", email: "a@b", seconds: 1, offsetMinutes: 0, isWellFormed: false)
            ),
        ]
        for (line, signature) in rows {
            let text = "tree \(tree)\nauthor \(line)\ncommitter \(line)\nencoding x\n\n\n  subject \nbody\n"
            let commit = try repository.commit(try fixture.literal("commit", Array(text.utf8)))
            #expect(commit.author == signature)
            #expect(commit.committer == signature)
            #expect(commit.message == "\n  subject \nbody\n")
            #expect(commit.subject == "  subject ")
        }
        let header = Array("tree \(tree)\nauthor A <\u{e9}> 1 +0000\ngpgsig -----\n author X <x> 9 +0000\n".utf8)
        let odd = try repository.commit(try fixture.literal("commit", header + [10, 0xFF, 0, 65]))
        #expect(odd.messageBytes == [0xFF, 0, 65])
        #expect(odd.message == "\u{FFFD}\0A")
        #expect(odd.author.seconds == 1)
        #expect(!odd.committer.isWellFormed)
    }

    @Test(arguments: ["", "tree x\n", "parent 1\n", "tree 0123456789012345678901234567890123456789\nparent 12\n"])
    func `a commit without ids is corrupt`(text: String) throws {
        let fixture = try Fixture()
        let id = try fixture.literal("commit", Array(text.utf8))
        let repository = try fixture.open()
        #expect(gitError { () throws(GitError) in _ = try repository.commit(id) }?.code == .corrupt)
    }

    @Test func `replaced and grafted history is not honoured`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree([:])
        let (one, two) = (try fixture.commit(tree), try fixture.commit(tree, message: "two\n"))
        let tip = try fixture.commit(tree, parents: [one], message: "tip\n")
        try fixture.git("replace", tip.hex, two.hex)
        let repository = try fixture.open()
        #expect(try repository.commit(tip).message == "tip\n")
        try "\(tip) \(two)\n".write(toFile: fixture.path + "/info/grafts", atomically: true, encoding: .utf8)
        let grafted = try fixture.open()
        #expect(try grafted.commit(tip).parents == [one])
        #expect(try grafted.isAncestor(one, of: tip))
        #expect(try !grafted.isAncestor(two, of: tip))
    }
}
