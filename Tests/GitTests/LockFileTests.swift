import Foundation
import Git
import Glibc
import TestSupport
import Testing

/// Lock files that somebody left behind, and those that somebody holds.
@Suite struct LockFileTests {
    private static let main = "refs/heads/main"

    /// A repository whose branch is at a commit, with another commit that it could be moved to.
    private struct Scene {
        let fixture: Fixture
        let old: ObjectID
        let new: ObjectID

        init() throws {
            fixture = try Fixture()
            let tree = try fixture.tree(["a": "1"])
            old = try fixture.commit(tree)
            new = try fixture.commit(tree, parents: [old])
            try fixture.git("update-ref", LockFileTests.main, old.hex)
        }

        func path(_ name: String) -> String { fixture.path + "/" + name }

        /// Makes the file `name`, last written so many seconds ago.
        func make(_ name: String, _ content: String = "", age: Double = 0) throws {
            try Data(content.utf8).write(to: URL(fileURLWithPath: path(name)))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path(name))
        }

        func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

        func move() -> GitError? {
            do throws(GitError) {
                try Repository.open(at: fixture.path)
                    .updateReference(LockFileTests.main, to: new, expecting: old, message: "")
                return nil
            } catch {
                return error
            }
        }

        func isMoved() throws -> Bool { try fixture.git.id("rev-parse", "main") == new }
    }

    @Test func `a lock of ten minutes that nobody holds is removed, and that is said`() async throws {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let scene = try Scene()
            try scene.make("refs/heads/main.lock", age: 601)
            Notices.handle { notice in FileHandle.standardError.write(Data(notice.utf8)) }
            let error = scene.move()
            let isMoved = try scene.isMoved()
            precondition(error == nil && isMoved && !scene.isThere("refs/heads/main.lock"))
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("removed the lock file \"") && text.contains("/refs/heads/main.lock\": 60"), "\(text)")
        #expect(text.contains(" seconds old, and nobody has it open"), "\(text)")
    }

    @Test(arguments: [0.0, 120, 590])
    func `a younger one is waited for, then named with its age`(age: Double) throws {
        let scene = try Scene()
        try scene.make("refs/heads/main.lock", age: age)
        let start = ContinuousClock.now
        let error = try #require(scene.move())
        #expect(start.duration(to: .now) > .milliseconds(900) && start.duration(to: .now) < .seconds(30))
        #expect(error.code == .locked)
        #expect(error.message.contains("\"\(scene.path("refs/heads/main.lock"))\" has been there for "))
        #expect(error.hint?.contains("rm \"\(scene.path("refs/heads/main.lock"))\"") == true)
        #expect(try !scene.isMoved() && scene.isThere("refs/heads/main.lock"))
    }

    @Test func `one that a process has open stays, however old it is`() throws {
        let scene = try Scene()
        try scene.make("refs/heads/main.lock", age: 7_200)
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/bin/sleep")
        holder.arguments = ["60"]
        holder.standardInput = try FileHandle(
            forReadingFrom: URL(fileURLWithPath: scene.path("refs/heads/main.lock")))
        try holder.run()
        defer { holder.terminate() }
        let error = try #require(scene.move())
        #expect(error.message.hasSuffix("; process \(holder.processIdentifier) has it open"), "\(error)")
        #expect(scene.isThere("refs/heads/main.lock"))
    }

    @Test func `one stays as long as git is at work in the repository`() throws {
        let scene = try Scene()
        // Closed, and not yet moved into place: how git holds a lock between two steps.
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        holder.arguments = ["update-ref", "--stdin"]
        holder.currentDirectoryURL = URL(fileURLWithPath: scene.fixture.path)
        let (input, output) = (Pipe(), Pipe())
        (holder.standardInput, holder.standardOutput) = (input, output)
        try holder.run()
        defer {
            input.fileHandleForWriting.closeFile()
            holder.waitUntilExit()
        }
        input.fileHandleForWriting.write(
            Data("start\nupdate refs/heads/main \(scene.new) \(scene.old)\nprepare\n".utf8))
        var said = ""
        while !said.contains("prepare: ok") {
            said += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        }
        #expect(scene.isThere("refs/heads/main.lock"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: scene.path("refs/heads/main.lock"))
        let error = try #require(scene.move())
        #expect(error.message.contains("git is at work there, in process \(holder.processIdentifier)"), "\(error)")
        #expect(scene.isThere("refs/heads/main.lock"))
    }

    @Test func `what is no plain file is never removed`() throws {
        let scene = try Scene()
        try FileManager.default.createSymbolicLink(
            atPath: scene.path("refs/heads/main.lock"), withDestinationPath: "/dev/null")
        #expect(scene.move()?.code == .locked)
        #expect(scene.isThere("refs/heads/main.lock"))
    }

    @Test func `a lock of the packed references is judged alike`() throws {
        let scene = try Scene()
        try scene.fixture.git("pack-refs", "--all")
        try scene.make("packed-refs.lock", age: 30)
        let repository = try scene.fixture.open()
        let early = gitError { () throws(GitError) in
            try repository.deleteReference(Self.main, expecting: scene.old)
        }
        #expect(early?.code == .locked && early?.message.contains("packed-refs.lock") == true)
        try scene.make("packed-refs.lock", age: 3_600)
        try repository.deleteReference(Self.main, expecting: scene.old)
        #expect(!scene.isThere("packed-refs.lock"))
        #expect(try scene.fixture.git("for-each-ref").isEmpty)
    }

    @Test func `locks that are not in the way are nobody's business`() throws {
        let scene = try Scene()
        let names = ["index.lock", "HEAD.lock", "config.lock", "shallow.lock", "packed-refs.lock", "refs/heads/x.lock"]
        for name in names { try scene.make(name, "x", age: 86_400) }
        #expect(scene.move() == nil)
        #expect(names.allSatisfy(scene.isThere))
    }

    /// What a writer that was killed may have left, and whether the next one may take it away at once.
    static let remains: [(name: String, said: String, lock: String?, isOurs: Bool)] = [
        ("killed before it took the lock", "REF NEW\n", nil, true),
        ("killed before it wrote", "REF NEW\n", "", true),
        ("killed before it moved the lock into place", "REF NEW\n", "NEW\n", true),
        ("the lock of somebody else", "REF NEW\n", "OLD\n", false),
        ("a lock that nobody spoke of", "", "NEW\n", false),
        ("words cut short", "REF NE", "NEW\n", false),
        ("words of nonsense", "../../../etc/passwd NEW\n", "NEW\n", false),
        ("words of another reference", "refs/heads/other NEW\n", "NEW\n", false),
    ]

    @Test(arguments: remains.indices)
    func `the lock of a writer of our own that was killed is cleared away at once`(index: Int) throws {
        let remains = Self.remains[index]
        let scene = try Scene()
        func text(_ text: String) -> String {
            text.replacing("REF", with: Self.main).replacing("NEW", with: scene.new.hex)
                .replacing("OLD", with: scene.old.hex)
        }
        try scene.make("towpath-update", text(remains.said))
        if let lock = remains.lock { try scene.make("refs/heads/main.lock", text(lock)) }
        let error = scene.move()
        #expect((error == nil) == remains.isOurs, "\(String(describing: error))")
        #expect(try scene.isMoved() == remains.isOurs)
        #expect(scene.isThere("refs/heads/main.lock") != remains.isOurs)
        #expect(try String(contentsOfFile: scene.path("towpath-update"), encoding: .utf8) == "")
        scene.fixture.expectSound()
    }

    @Test func `a guard that cannot be had is done without`() throws {
        let scene = try Scene()
        try FileManager.default.createDirectory(
            atPath: scene.path("towpath-update"), withIntermediateDirectories: false)
        #expect(scene.move() == nil)
        let other = try Scene()
        try other.make("towpath-update")
        let held = unsafe open(other.path("towpath-update"), O_RDWR)
        #expect(flock(held, LOCK_EX | LOCK_NB) == 0)
        #expect(other.move() == nil)
        close(held)
    }
}
