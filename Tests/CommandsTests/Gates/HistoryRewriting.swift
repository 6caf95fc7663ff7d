import Foundation
import TestSupport
import Testing

/// A history of which any part can be written anew, with everything that follows from it.
struct HistoryRewriting {
    /// How a commit is signed when it is written anew.
    enum Signing: Equatable {
        case none
        /// With the key of somebody in the keyring.
        case by(String)
        /// With a signature over something else.
        case broken
    }

    /// One commit, as it is to be.
    struct Revision: Equatable {
        let id: String
        var tree: String
        var parents: [String]
        /// The lines `author …` and `committer …`.
        var author: String
        var committer: String
        var message: String
        var signing = Signing.none

        var isEntry: Bool { message.contains("\nRecorded-At: ") }
        var environment: String? { message.firstMatch(of: /\nEnvironment: ([a-z]+)\n/).map { String($0.1) } }
    }

    let repository: BareRepository
    let branch: String
    /// Oldest first.
    var revisions: [Revision] = []
    /// As it was, by id.
    private var original: [String: Revision] = [:]
    /// Old ids of what is written to the new ones, also of other branches.
    var names: [String: String] = [:]
    /// Whether `Basis` and `Evidence-Basis` are made to fit.
    let isThorough: Bool

    init(of repository: BareRepository, branch: String = "main", isThorough: Bool) throws {
        self.repository = repository
        self.branch = branch
        self.isThorough = isThorough
        let ids = try repository.git("rev-list", "--topo-order", "--reverse", branch)
        let run = try repository.git.run(["cat-file", "--batch"], input: Array((ids + "\n").utf8))
        var rest = run.outputBytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let header = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            let size = try #require(header.last.flatMap { Int($0) })
            let text = String(decoding: rest[(end + 1)...].prefix(size), as: UTF8.self)
            rest = rest[(end + 1)...].dropFirst(size + 1)
            revisions.append(try Self.revision(String(header[0]), text))
        }
        original = Dictionary(uniqueKeysWithValues: revisions.map { ($0.id, $0) })
    }

    private static func revision(_ id: String, _ text: String) throws -> Revision {
        let gap = try #require(text.firstRange(of: "\n\n"))
        var revision = Revision(
            id: id, tree: "", parents: [], author: "", committer: "", message: String(text[gap.upperBound...]))
        for line in text[..<gap.lowerBound].split(separator: "\n") {
            let value = String(line[(line.firstIndex(of: " ") ?? line.startIndex)...].dropFirst())
            switch line.prefix(while: { $0 != " " }) {
            case "tree": revision.tree = value
            case "parent": revision.parents.append(value)
            case "author": revision.author = value
            case "committer": revision.committer = value
            case "gpgsig": revision.signing = .by("towpath")
            default: continue
            }
        }
        return revision
    }

    /// The indices of the entries of the ledger.
    var entries: [Int] { revisions.indices.filter { revisions[$0].isEntry } }

    func file(_ path: String, at index: Int) throws -> String {
        try repository.git("cat-file", "blob", "\(revisions[index].tree):\(path)") + "\n"
    }

    /// The blob at `path`; `nil` where there is none.
    func blob(_ path: String, at index: Int) throws -> String? {
        let run = try repository.git.run(["rev-parse", "--verify", "--quiet", "\(revisions[index].tree):\(path)"])
        return run.status == 0 ? String(run.output.dropLast()) : nil
    }

    /// Puts `blob` at `path`, or takes away what is there.
    mutating func put(_ blob: String?, at path: String, in index: Int) throws {
        var git = repository.git
        let file = repository.directory.file("index")
        git.environment["GIT_INDEX_FILE"] = file
        try git("read-tree", revisions[index].tree)
        let zeros = String(repeating: "0", count: 40)
        let line = "\(blob == nil ? "0" : "100644") \(blob ?? zeros)\t\(path)\n"
        let run = try git.run(["update-index", "--index-info"], input: Array(line.utf8))
        #expect(run.status == 0, "\(run.text)")
        revisions[index].tree = try git("write-tree")
    }

    /// Puts `blob` at `path` from `index` on, for as long as what is there now stays.
    mutating func replace(_ path: String, from index: Int, with blob: String?) throws {
        let old = try self.blob(path, at: index)
        for later in revisions.indices[index...] {
            guard try self.blob(path, at: later) == old else { return }
            try put(blob, at: path, in: later)
        }
    }

    /// Takes the revision at `index` out: what followed it follows what it followed.
    mutating func drop(_ index: Int) {
        let gone = revisions.remove(at: index)
        for later in revisions.indices {
            revisions[later].parents = revisions[later].parents.map { $0 == gone.id ? gone.parents[0] : $0 }
        }
        names[gone.id] = gone.parents[0]
    }

    /// Writes everything, and moves the branch.
    mutating func write() throws {
        for revision in revisions {
            var message = revision.message
            if isThorough {
                for (old, _) in names { message = message.replacing("asis: \(old)", with: "asis: \(resolved(old))") }
            }
            let isKept =
                revision == original[revision.id] && message == revision.message
                && revision.parents.allSatisfy { names[$0] == nil }
            if isKept { continue }
            let parents = revision.parents.map { "parent \(resolved($0))\n" }.joined()
            let header =
                "tree \(revision.tree)\n\(parents)author \(revision.author)\ncommitter \(revision.committer)\n"
            let text = header + (try signature(revision.signing, over: "\(header)\n\(message)")) + "\n\(message)"
            let run = try repository.git.run(
                ["hash-object", "-t", "commit", "-w", "--stdin"], input: Array(text.utf8))
            #expect(run.status == 0, "\(run.text)")
            names[revision.id] = String(run.output.dropLast())
        }
        let tip = resolved(revisions[revisions.count - 1].id)
        try repository.git("update-ref", "refs/heads/\(branch)", tip)
    }

    /// The header with a signature over `payload`, as `git commit -S` puts it.
    private func signature(_ signing: Signing, over payload: String) throws -> String {
        let (signer, payload) =
            switch signing {
            case .none: (String?.none, payload)
            case .by(let name): (name, payload)
            case .broken: ("towpath", payload + "x")
            }
        guard let signer else { return "" }
        let run = try Program("/usr/bin/ssh-keygen", in: repository.directory.path, environment: [:])
            .run(["-q", "-Y", "sign", "-n", "git", "-f", try Keyring.path(signer)], input: Array(payload.utf8))
        try #require(run.status == 0, "\(run.text)")
        return "gpgsig " + run.output.trimmingCharacters(in: .newlines).replacing("\n", with: "\n ") + "\n"
    }

    /// What became of a commit, however often it was dropped on.
    private func resolved(_ id: String) -> String {
        var id = id
        var steps = 0
        while let next = names[id], next != id, steps < 8 {
            id = next
            steps += 1
        }
        return id
    }
}
