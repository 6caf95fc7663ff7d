import Git
import TestSupport
import Testing

/// Trees made by chance from few names, so that files and folders often want the same place; made by `git` itself.
struct RandomTrees: Sendable {
    private let git: GitProgram
    private let blobs: [ObjectID]

    init(_ fixture: Fixture, _ repository: borrowing Repository) throws {
        var git = fixture.git
        git.environment["GIT_INDEX_FILE"] = fixture.directory.file("index")
        self.git = git
        var blobs: [ObjectID] = []
        for number in 0..<6 { blobs.append(try repository.writeBlob(Array("\(number)\n".utf8))) }
        self.blobs = blobs
    }

    func randomBlob(_ random: inout SeededGenerator) -> ObjectID {
        blobs.randomElement(using: &random) ?? .zero
    }

    func randomKind(_ random: inout SeededGenerator) -> EntryKind {
        [EntryKind.blob, .blob, .executable, .symlink].randomElement(using: &random) ?? .blob
    }

    /// Paths of which none lies below another.
    func randomPaths(_ random: inout SeededGenerator, count: Int) -> [String] {
        let names = ["a", "b", "a.b", "a-b", "a0", "\u{e9}", "x y", "\"q\""]
        var paths: [String] = []
        for _ in 0..<count {
            let depth = Int.random(in: 1...4, using: &random)
            let path = (0..<depth).map { _ in names.randomElement(using: &random) ?? "a" }.joined(separator: "/")
            let clashes = paths.contains { $0 == path || $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }
            if !clashes { paths.append(path) }
        }
        return paths
    }

    /// A tree with a submodule now and then; many entries as in `base`, if one is given.
    func randomTree(_ random: inout SeededGenerator, from base: ObjectID? = nil) throws -> ObjectID {
        try git.text(["read-tree"] + (base.map { [$0.hex] } ?? ["--empty"]))
        var input = ""
        for path in randomPaths(&random, count: base == nil ? 30 : 6) {
            if Int.random(in: 0..<12, using: &random) == 0 {
                input += "160000 \(blobs[0])\t\(path)\0"
            } else {
                let kind = randomKind(&random)
                input += "\(String(kind.mode, radix: 8)) \(randomBlob(&random))\t\(path)\0"
            }
        }
        try git("update-index", "-z", "--add", "--replace", "--index-info", input: input)
        return try git.id("write-tree")
    }

    /// What `git` makes of `changes`: removals first, then additions that replace what is in their way.
    func tree(base: ObjectID, changes: [TreeChange]) throws -> ObjectID {
        try git("read-tree", base.hex)
        let present = try git("ls-files", "-z").split(separator: "\0").map(String.init)
        var (removals, additions) = ("", "")
        for change in changes {
            switch change.edit {
            case .remove:
                for path in present where path == change.path || path.hasPrefix(change.path + "/") {
                    removals += "0 \(ObjectID.zero)\t\(path)\0"
                }
            case .put(let id, let kind):
                additions += "\(String(kind.mode, radix: 8)) \(id)\t\(change.path)\0"
            }
        }
        try git("update-index", "-z", "--add", "--replace", "--index-info", input: removals + additions)
        return try git.id("write-tree")
    }

    /// Lines "mode id mode id path", as `git` finds them.
    func differences(_ old: ObjectID, _ new: ObjectID, under prefix: String) throws -> [String] {
        var arguments = ["--literal-pathspecs", "diff-tree", "-r", "-z", "--no-renames", old.hex, new.hex]
        if !prefix.isEmpty { arguments += ["--", prefix] }
        let fields = try git.text(arguments).split(separator: "\0").map(String.init)
        return try stride(from: 0, to: fields.count - 1, by: 2).map { position in
            let words = fields[position].dropFirst().split(separator: " ")
            try #require(words.count == 5)
            return "\(words[0]) \(words[2]) \(words[1]) \(words[3]) \(fields[position + 1])"
        }
    }
}
