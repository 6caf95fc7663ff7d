import Foundation
import Git
import TestSupport
import Testing

/// The real `git`, run in a world of its own: no configuration but the repository's, fixed people and dates.
struct GitProgram: Sendable {
    /// Folder that commands run in.
    let folder: String
    /// What is added to the environment, such as other dates.
    var environment: [String: String] = [:]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Output of `git arguments`, as bytes; throws if it ends with anything but zero.
    @discardableResult
    func bytes(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.invalid",
            "GIT_COMMITTER_NAME": "Grace", "GIT_COMMITTER_EMAIL": "grace@example.invalid",
            "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000", "LC_ALL": "C",
        ].merging(environment) { $1 }
        // Files, not pipes: nothing can fill up and wait for the other end.
        let scratch = try TemporaryDirectory("git-run")
        try Data(input).write(to: URL(fileURLWithPath: scratch.file("in")))
        for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: scratch.file(name))) }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: scratch.file("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("err")))
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = try String(contentsOfFile: scratch.file("err"), encoding: .utf8)
            throw Failure(description: "git \(arguments.joined(separator: " ")): \(text)")
        }
        return Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file("out"))))
    }

    /// Output of `git arguments` as text, without the last newline.
    @discardableResult
    func callAsFunction(_ arguments: String..., input: String = "") throws -> String {
        try text(arguments, input: input)
    }

    @discardableResult
    func text(_ arguments: [String], input: String = "") throws -> String {
        let text = String(decoding: try bytes(arguments, input: Array(input.utf8)), as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// The object id that `git arguments` prints.
    func id(_ arguments: String..., input: String = "") throws -> ObjectID {
        let text = try text(arguments, input: input)
        return try #require(ObjectID(hex: text), "no id: \(text)")
    }

    /// The lines that `git arguments` prints.
    func lines(_ arguments: String...) throws -> [String] {
        try text(arguments).split(separator: "\n").map(String.init)
    }
}

/// A bare repository of a test's own, seen by this module and by `git`.
struct Fixture {
    let directory: TemporaryDirectory
    let path: String
    var git: GitProgram

    /// Creates an empty bare repository whose HEAD is the unborn branch `main`.
    init() throws {
        directory = try TemporaryDirectory("git")
        path = directory.file("repository.git")
        git = GitProgram(folder: directory.path)
        try git("init", "--quiet", "--bare", "--initial-branch=main", path)
        git = GitProgram(folder: path)
    }

    func open() throws -> Repository {
        try Repository.open(at: path)
    }

    /// Writes a tree of blobs, each holding what `files` says, with nothing but `git`.
    func tree(_ files: [String: String]) throws -> ObjectID {
        var git = git
        git.environment["GIT_INDEX_FILE"] = directory.file("index")
        try git("read-tree", "--empty")
        for (path, content) in files.sorted(by: { $0.key < $1.key }) {
            let blob = try git.id("hash-object", "-w", "--stdin", input: content)
            try git("update-index", "--add", "--cacheinfo", "100644,\(blob),\(path)")
        }
        return try git.id("write-tree")
    }

    /// Writes a commit with nothing but `git`.
    func commit(
        _ tree: ObjectID, parents: [ObjectID] = [], message: String = "subject\n", date: String = "1700000000 +0000"
    ) throws -> ObjectID {
        var git = git
        git.environment["GIT_COMMITTER_DATE"] = date
        let arguments = ["commit-tree", tree.hex] + parents.flatMap { ["-p", $0.hex] }
        return try #require(ObjectID(hex: try git.text(arguments, input: message)))
    }

    /// Writes an object of any content, well formed or not.
    func literal(_ kind: String, _ bytes: [UInt8]) throws -> ObjectID {
        let output = try git.bytes(["hash-object", "-t", kind, "-w", "--stdin", "--literally"], input: bytes)
        return try #require(ObjectID(hex: String(decoding: output.dropLast(), as: UTF8.self)))
    }

    /// Expects `git fsck --strict` to have nothing to say.
    func expectSound(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: Never.self, sourceLocation: sourceLocation) {
            let said = try git("fsck", "--strict", "--full", "--no-dangling", "--no-progress")
            #expect(said.isEmpty || said.hasPrefix("notice: "), sourceLocation: sourceLocation)
        }
    }
}

/// The error that `body` throws; records an issue if it throws none.
func gitError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(GitError) -> Void
) -> GitError? {
    do {
        try body()
        Issue.record("no error was thrown", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}

/// The people that tests write as.
let grace = try? Identity(name: "Grace", email: "grace@example.invalid")
