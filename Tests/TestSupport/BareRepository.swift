import Foundation
package import Testing

/// A bare repository of a test's own, written by the real `git` with fixed people and dates.
package struct BareRepository: Sendable {
    /// What a commit puts at a path.
    package enum Entry: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        case text(String)
        case bytes([UInt8])
        case executable(String)
        /// A symbolic link and where it points.
        case link(String)
        /// A submodule at some commit.
        case submodule
        /// Nothing any more; of a folder, nothing below it either.
        case gone

        package init(stringLiteral value: String) {
            self = .text(value)
        }

        /// The text of a plain file; empty for anything else.
        package var text: String {
            if case .text(let text) = self { text } else { "" }
        }
    }

    /// Friday, 2026-11-20T12:00:00Z, the date of commits that name no other.
    package static let date = 1_795_176_000

    package let directory: TemporaryDirectory
    /// Absolute path of the repository.
    package let path: String
    package var git: Program

    /// Creates an empty repository whose HEAD is the unborn branch `main`.
    package init() throws {
        directory = try TemporaryDirectory("fleet")
        path = directory.file("fleet.git")
        git = Self.program(in: directory.path)
        try git("init", "--quiet", "--bare", "--initial-branch=main", path)
        git.folder = path
    }

    /// A byte-for-byte copy of `original`.
    package init(copying original: BareRepository) throws {
        directory = try TemporaryDirectory("fleet")
        path = directory.file("fleet.git")
        try FileManager.default.copyItem(atPath: original.path, toPath: path)
        git = Self.program(in: path)
    }

    private static func program(in folder: String) -> Program {
        let date = "\(Self.date) +0000"
        return Program(
            "/usr/bin/git", in: folder,
            environment: [
                "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
                "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.invalid", "GIT_AUTHOR_DATE": date,
                "GIT_COMMITTER_NAME": "Grace", "GIT_COMMITTER_EMAIL": "grace@example.invalid",
                "GIT_COMMITTER_DATE": date, "LC_ALL": "C",
            ])
    }

    /// Commits `files` on top of `branch`, or as its first commit, and returns the id.
    ///
    /// - Parameter isRoot: whether to begin anew, without a parent.
    @discardableResult
    package func commit(
        _ files: [String: Entry], _ message: String = "Change the fleet", branch: String = "main", from: String? = nil,
        date: Int = BareRepository.date, isRoot: Bool = false, author: String = "Ada <ada@example.invalid>",
        committer: String? = nil
    ) throws -> String {
        var stream = Array("commit refs/heads/\(branch)\n".utf8)
        stream += Array("author \(author) \(date) +0000\n".utf8)
        stream += Array("committer \(committer ?? author) \(date) +0000\n".utf8)
        stream += Self.data(Array((message + "\n").utf8))
        let parent = try from ?? (isRoot ? nil : tip(branch))
        if let parent { stream += Array("from \(parent)\n".utf8) }
        for (path, entry) in files.sorted(by: { $0.key < $1.key }) {
            let quoted = Self.quoted(path)
            func put(_ mode: String, _ bytes: [UInt8]) {
                stream += Array("M \(mode) inline \(quoted)\n".utf8) + Self.data(bytes)
            }
            switch entry {
            case .text(let text): put("100644", Array(text.utf8))
            case .bytes(let bytes): put("100644", bytes)
            case .executable(let text): put("100755", Array(text.utf8))
            case .link(let target): put("120000", Array(target.utf8))
            case .submodule: stream += Array("M 160000 \(String(repeating: "a", count: 40)) \(quoted)\n".utf8)
            case .gone: stream += Array("D \(quoted)\n".utf8)
            }
        }
        let run = try git.run(["fast-import", "--quiet", "--force", "--date-format=raw"], input: stream)
        guard run.status == 0 else { throw Program.Failure(description: "fast-import: \(run.text)") }
        return try #require(try tip(branch))
    }

    private static func data(_ bytes: [UInt8]) -> [UInt8] {
        Array("data \(bytes.count)\n".utf8) + bytes + [0x0A]
    }

    private static func quoted(_ path: String) -> String {
        "\""
            + path.utf8.map { byte in
                let isPlain = (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C
                let octal = String(byte, radix: 8)
                return isPlain
                    ? String(decoding: [byte], as: UTF8.self)
                    : "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }.joined() + "\""
    }

    /// The commit at the tip of `branch`; `nil` where there is none.
    package func tip(_ branch: String = "main") throws -> String? {
        let run = try git.run(["rev-parse", "--verify", "--quiet", "refs/heads/\(branch)"])
        return run.status == 0 ? run.output.trimmed : nil
    }

    /// Writes a blob and returns its id.
    package func write(_ text: String) throws -> String {
        let run = try git.run(["hash-object", "-w", "--stdin"], input: Array(text.utf8))
        guard run.status == 0 else { throw Program.Failure(description: run.text) }
        return run.output.trimmed
    }

    /// Every reference and where it points, a line each.
    package func references() throws -> String {
        try git("for-each-ref", "--format=%(refname) %(objectname)")
    }

    /// The content of `file` at `revision`.
    package func file(_ file: String, at revision: String = "main") throws -> String {
        let run = try git.run(["cat-file", "blob", "\(revision):\(file)"])
        guard run.status == 0 else { throw Program.Failure(description: run.text) }
        return run.output
    }

    /// Absolute path of the loose object that `revision` names.
    package func looseObject(_ revision: String) throws -> String {
        let id = try git("rev-parse", "--verify", revision)
        return "\(path)/objects/\(id.prefix(2))/\(id.dropFirst(2))"
    }

    /// Overwrites the loose object that `revision` names with what is no object.
    package func corrupt(_ revision: String) throws {
        let object = try looseObject(revision)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: object)
        try Data("no object".utf8).write(to: URL(fileURLWithPath: object))
    }

    /// Expects `git fsck --strict` to have nothing to say.
    package func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let run = try git.run(["fsck", "--strict", "--full", "--no-dangling", "--no-progress"])
        #expect(
            run.status == 0 && (run.output + run.errors).isEmpty, "\(run.text)", sourceLocation: sourceLocation)
    }
}

extension Program {
    /// Output of the run without the last newline; throws if it ends with anything but zero.
    @discardableResult
    package func callAsFunction(_ arguments: String...) throws -> String {
        let run = try run(arguments)
        guard run.status == 0 else {
            throw Failure(description: "\(path) \(arguments.joined(separator: " ")): \(run.text)")
        }
        return run.output.trimmed
    }
}

extension String {
    /// The text without the newline at its end.
    fileprivate var trimmed: String {
        hasSuffix("\n") ? String(dropLast()) : self
    }
}

extension BareRepository {
    /// Replaces the commit at the tip of `branch` by the same one, signed by git with an SSH key, and returns its id.
    ///
    /// - Parameters:
    ///   - key: The file of the key.
    ///   - date: The committer's date; `nil` to keep what it is.
    @discardableResult
    package func sign(_ branch: String = "main", with key: String, date: Int? = nil) throws -> String {
        let tip = "refs/heads/\(branch)"
        let fields = try git("log", "-1", "--format=%T%n%P%n%an%n%ae%n%at%n%cn%n%ce%n%ct", tip)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var git = git
        for (name, value) in zip(
            [
                "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
                "GIT_COMMITTER_DATE",
            ],
            [
                fields[2], fields[3], fields[4] + " +0000", fields[5], fields[6],
                "\(date.map(String.init) ?? fields[7]) +0000",
            ])
        { git.environment[name] = value }
        let message = try git.run(["log", "-1", "--format=%B", tip]).outputBytes.dropLast()
        let parents = fields[1].split(separator: " ").flatMap { ["-p", String($0)] }
        let run = try git.run(
            ["-c", "gpg.format=ssh", "-c", "user.signingkey=\(key)", "commit-tree", "-S", fields[0]] + parents,
            input: Array(message))
        guard run.status == 0 else { throw Program.Failure(description: "commit-tree -S: \(run.text)") }
        let id = run.output.trimmed
        try git("update-ref", tip, id)
        return id
    }

    /// Writes a commit object of any content and returns its id.
    package func write(commit bytes: [UInt8]) throws -> String {
        let run = try git.run(["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input: bytes)
        guard run.status == 0 else { throw Program.Failure(description: run.text) }
        return run.output.trimmed
    }

    /// The content of the commit object that `revision` names.
    package func object(_ revision: String) throws -> [UInt8] {
        let run = try git.run(["cat-file", "commit", revision])
        guard run.status == 0 else { throw Program.Failure(description: run.text) }
        return run.outputBytes
    }

    /// Merges `branch` into `main` with a merge commit, in a clone, and pushes it, as a forge does.
    package func merge(_ branch: String, _ message: String, date: Int = BareRepository.date) throws {
        let scratch = try TemporaryDirectory("clone")
        var work = git
        work.folder = scratch.path
        try work("clone", "--quiet", path, "clone")
        work.folder = scratch.file("clone")
        work.environment["GIT_AUTHOR_DATE"] = "\(date) +0000"
        work.environment["GIT_COMMITTER_DATE"] = "\(date) +0000"
        try work("merge", "--quiet", "--no-ff", "-m", message, "origin/\(branch)")
        try work("push", "--quiet", "origin", "HEAD:refs/heads/main")
    }
}
