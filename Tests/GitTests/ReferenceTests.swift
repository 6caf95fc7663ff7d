import Foundation
import Git
import TestSupport
import Testing

@Suite struct ReferenceTests {
    private static let main = "refs/heads/main"

    @Test func `a reference moves only from where it was expected`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let (one, two) = (try fixture.commit(tree), try fixture.commit(tree, message: "two\n"))
        let repository = try fixture.open()
        #expect(try repository.reference(Self.main) == nil)
        try repository.updateReference(Self.main, to: one, expecting: nil, message: "create")
        #expect(try repository.head() == .branch(Self.main))
        let again = gitError { () throws(GitError) in
            try repository.updateReference(Self.main, to: two, expecting: nil, message: "create")
        }
        #expect(again?.code == .modified)
        let moved = gitError { () throws(GitError) in
            try repository.updateReference(Self.main, to: two, expecting: two, message: "move")
        }
        #expect(moved?.code == .modified)
        #expect(
            moved?.description == """
                could not move "refs/heads/main" to \(two.short): it was expected at \(two.short), \
                but is at \(one.short)
                hint: another writer was first: read it again and decide again
                """)
        try repository.updateReference(Self.main, to: two, expecting: one, message: "move")
        #expect(try repository.reference(Self.main) == two)
        #expect(try fixture.git.id("rev-parse", "main") == two)
        fixture.expectSound()
    }

    @Test func `an absent reference is not at any value`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        let repository = try fixture.open()
        let update = gitError { () throws(GitError) in
            try repository.updateReference(Self.main, to: commit, expecting: commit, message: "")
        }
        #expect(update?.code == .modified)
        let delete = gitError { () throws(GitError) in try repository.deleteReference(Self.main, expecting: commit) }
        #expect(delete?.code == .modified)
        #expect(try repository.isEmpty())
    }

    @Test func `a packed reference is read, moved and deleted like any other`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree(["a": "1"])
        let (one, two) = (try fixture.commit(tree), try fixture.commit(tree, message: "two\n"))
        try fixture.git("update-ref", Self.main, one.hex)
        try fixture.git("update-ref", "refs/heads/other", two.hex)
        try fixture.git("pack-refs", "--all")
        let repository = try fixture.open()
        #expect(try repository.reference(Self.main) == one)
        try repository.updateReference(Self.main, to: two, expecting: one, message: "move")
        #expect(try fixture.git.id("rev-parse", "main") == two)
        let early = gitError { () throws(GitError) in try repository.deleteReference(Self.main, expecting: one) }
        #expect(early?.code == .modified)
        try repository.deleteReference(Self.main, expecting: two)
        try repository.deleteReference("refs/heads/other", expecting: two)
        #expect(try repository.isEmpty())
        #expect(try fixture.git("for-each-ref") == "")
        fixture.expectSound()
    }

    @Test func `a short lock is waited for`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        let lock = fixture.path + "/refs/heads/main.lock"
        try Data().write(to: URL(fileURLWithPath: lock))
        let releaser = Thread {
            Thread.sleep(forTimeInterval: 0.1)
            try? FileManager.default.removeItem(atPath: lock)
        }
        releaser.start()
        try fixture.open().updateReference(Self.main, to: commit, expecting: nil, message: "")
        #expect(try fixture.git.id("rev-parse", "main") == commit)
    }

    @Test func `no increment is lost among writers with handles of their own`() throws {
        let fixture = try Fixture()
        let (writers, rounds) = (4, 12)
        let path = fixture.path
        DispatchQueue.concurrentPerform(iterations: writers + 1) { writer in
            do {
                if writer == writers {
                    // Packing moves values between files while they are read and written.
                    for _ in 0..<20 { try GitProgram(folder: path)("pack-refs", "--all") }
                } else {
                    let repository = try Repository.open(at: path)
                    for _ in 0..<rounds { try Self.increment(repository) }
                }
            } catch {
                Issue.record("writer \(writer): \(error)")
            }
        }
        let repository = try fixture.open()
        let tip = try #require(try repository.reference(Self.main))
        #expect(try Self.count(repository, tip) == writers * rounds)
        var length = 0
        try repository.firstParentWalk(from: tip) { _ in
            length += 1
            return .next
        }
        #expect(length == writers * rounds)
        fixture.expectSound()
    }

    private static func increment(_ repository: borrowing Repository) throws {
        let identity = try #require(grace)
        while true {
            let tip = try repository.reference(main)
            let count = try tip.map { try Self.count(repository, $0) } ?? 0
            let blob = try repository.writeBlob(Array("\(count + 1)".utf8))
            let tree = try repository.writeTree(base: nil, changes: [TreeChange("n", .put(blob, .blob))])
            let signature = Signature(identity, seconds: 1)
            let commit = try repository.writeCommit(
                tree: tree, parents: tip.map { [$0] } ?? [], author: signature, committer: signature, message: "+1\n")
            do {
                return try repository.updateReference(main, to: commit, expecting: tip, message: "+1")
            } catch {
                guard error.code == .modified || error.code == .locked else { throw error }
            }
        }
    }

    private static func count(_ repository: borrowing Repository, _ tip: ObjectID) throws -> Int {
        let entry = try repository.entry(at: "n", in: try repository.commit(tip).tree)
        let bytes = try repository.blob(try #require(entry).id, limit: 100)
        return try #require(Int(String(decoding: bytes, as: UTF8.self)))
    }

    @Test func `of several creators one succeeds`() throws {
        let fixture = try Fixture()
        let tree = try fixture.tree([:])
        let commits = try (0..<8).map { try fixture.commit(tree, message: "\($0)\n") }
        let path = fixture.path
        let winners = TemporaryWinners()
        DispatchQueue.concurrentPerform(iterations: commits.count) { index in
            do {
                try Repository.open(at: path).updateReference(
                    Self.main, to: commits[index], expecting: nil, message: "")
                winners.add(commits[index])
            } catch {
                #expect((error as? GitError)?.code == .modified)
            }
        }
        #expect(winners.all.count == 1)
        #expect(try fixture.open().reference(Self.main) == winners.all.first)
    }

    @Test func `symbolic references are followed so far and no further`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        try fixture.git("update-ref", "refs/heads/a", commit.hex)
        try fixture.git("symbolic-ref", "refs/heads/b", "refs/heads/a")
        try fixture.git("symbolic-ref", "refs/heads/loop", "refs/heads/loop2")
        try fixture.git("symbolic-ref", "refs/heads/loop2", "refs/heads/loop")
        try fixture.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
        let repository = try fixture.open()
        #expect(try repository.reference("refs/heads/b") == commit)
        #expect(try repository.references("refs/remotes/").isEmpty)
        let loop = gitError { () throws(GitError) in _ = try repository.reference("refs/heads/loop") }
        #expect(loop?.code == .invalid)
        let write = gitError { () throws(GitError) in
            try repository.updateReference("refs/heads/b", to: commit, expecting: commit, message: "")
        }
        #expect(write?.code == .modified)
    }

    @Test func `references are listed in order and by prefix`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        for name in ["refs/heads/b", "refs/heads/a/c", "refs/tags/v1", "refs/heads/A"] {
            try fixture.git("update-ref", name, commit.hex)
        }
        try fixture.git("pack-refs", "--all")
        try fixture.git("update-ref", "refs/heads/a.b", commit.hex)
        let repository = try fixture.open()
        #expect(
            try repository.references("refs/heads/").map(\.name) == [
                "refs/heads/A", "refs/heads/a.b", "refs/heads/a/c", "refs/heads/b",
            ])
        #expect(try repository.references().map(\.name) == fixture.git.lines("for-each-ref", "--format=%(refname)"))
    }

    @Test(arguments: [
        "main", "HEAD", "-x", "refs/heads/a..b", "refs/heads/x.lock", "refs/heads/a b", "refs/heads/",
        "refs/heads/a\0b",
        "refs/heads/a~1", "refs//heads", "refs/heads/.a", "refs/heads/@{1}", "refs/../../config",
    ])
    func `a name that is no full reference name is not written`(name: String) throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        let repository = try fixture.open()
        let error = gitError { () throws(GitError) in
            try repository.updateReference(name, to: commit, expecting: nil, message: "")
        }
        #expect(error?.code == .invalidName)
    }

    @Test func `a name below or above another is refused`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commit(try fixture.tree([:]))
        try fixture.git("update-ref", Self.main, commit.hex)
        for packed in [false, true] {
            if packed { try fixture.git("pack-refs", "--all") }
            let repository = try fixture.open()
            let below = gitError { () throws(GitError) in
                try repository.updateReference("refs/heads/main/sub", to: commit, expecting: nil, message: "")
            }
            #expect(below != nil)
            #expect(try repository.references().count == 1)
        }
    }

    @Test func `a reference to an object that is not there is not written`() throws {
        let fixture = try Fixture()
        let repository = try fixture.open()
        let absent = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        let error = gitError { () throws(GitError) in
            try repository.updateReference(Self.main, to: absent, expecting: nil, message: "")
        }
        #expect(error?.code == .invalid)
    }

    @Test func `the reference log names the identity given`() throws {
        let fixture = try Fixture()
        try fixture.git("config", "core.logAllRefUpdates", "always")
        let commit = try fixture.commit(try fixture.tree([:]))
        let repository = try fixture.open()
        try repository.setReflogIdentity(try #require(grace))
        try repository.updateReference(Self.main, to: commit, expecting: nil, message: "promote: x")
        let log = try String(contentsOfFile: fixture.path + "/logs/refs/heads/main", encoding: .utf8)
        #expect(log.contains("Grace <grace@example.invalid>") && log.contains("\tpromote: x"))
    }
}

/// Collects from several threads.
private final class TemporaryWinners: @unchecked Sendable {
    // Guarded by `lock`.
    private var found: [ObjectID] = []
    private let lock = NSLock()

    func add(_ id: ObjectID) { lock.withLock { found.append(id) } }
    var all: [ObjectID] { lock.withLock { found } }
}
