import FoundationEssentials
import Git
import Glibc

/// The folder of a mirror: a bare repository that holds nothing which its remote does not have, or may soon have.
struct MirrorFolder {
    /// Absolute path.
    let path: String
    let address: RemoteAddress

    /// Makes the folder if there is none.
    ///
    /// - Returns: whether it can be used as it is.
    /// - Throws: ``GitError`` where somebody else could change what is in it, or it cannot be made.
    func prepare() throws(GitError) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            try create()
            return true
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw GitError(
                operation: "use \"\(path)\"", code: .owner,
                message: "it is no folder of this user's own that nobody else may write to",
                hint: "delete it, or name another place with --cache-dir")
        }
        removeLeftovers()
        guard isSound() else { return false }
        try writeConfiguration()
        return true
    }

    /// Makes the folder anew; what was in it is lost, and nothing with it but time.
    func replace() throws(GitError) {
        try attempt("delete \"\(path)\"") { try FileManager.default.removeItem(atPath: path) }
        try create()
    }

    private func create() throws(GitError) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        try attempt("make the folder \"\(parent.path)\"") {
            try FileManager.default.createDirectory(
                at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        // Complete or not there: who is killed in between leaves a folder that nobody takes for a mirror.
        let fresh = path + ".new"
        if FileManager.default.fileExists(atPath: fresh) {
            try attempt("delete \"\(fresh)\"") { try FileManager.default.removeItem(atPath: fresh) }
        }
        _ = try Repository.create(bareAt: fresh)
        try attempt("write below \"\(fresh)\"") {
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: fresh)
            try Data("Towpath's copy of \(address); it may be deleted at any time.\n".utf8)
                .write(to: URL(fileURLWithPath: fresh + "/description"))
            try Data(Self.configuration.utf8).write(to: URL(fileURLWithPath: fresh + "/config"))
            try FileManager.default.moveItem(atPath: fresh, toPath: path)
        }
    }

    /// All that the repository's own configuration says: nothing that a program would be run for.
    private static let configuration = """
        [core]
        \trepositoryformatversion = 0
        \tfilemode = true
        \tbare = true
        \tlogAllRefUpdates = false

        """

    private func writeConfiguration() throws(GitError) {
        let file = path + "/config"
        guard FileManager.default.contents(atPath: file) != Data(Self.configuration.utf8) else { return }
        try attempt("write \"\(file)\"") {
            try Data(Self.configuration.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        }
    }

    private func attempt(_ operation: String, _ body: () throws -> Void) throws(GitError) {
        do {
            try body()
        } catch {
            throw GitError(
                operation: operation, code: .failure, category: .system, message: FileTrouble.reason(error))
        }
    }

    /// Removes what a program that was killed left behind; whoever holds the mirror's lock is alone in writing here.
    private func removeLeftovers() {
        let files = FileManager.default
        var found = ["HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock", "gc.pid"].map { "\(path)/\($0)" }
        for name in listAll("refs") {
            // What the program remembers is written without the mirror's lock, and has rules of its own for such files.
            guard name.hasSuffix(".lock"), !name.hasPrefix("towpath/") else { continue }
            found.append("\(path)/refs/\(name)")
        }
        for folder in ["objects", "objects/pack"] {
            for name in list(folder) where name.hasPrefix("tmp_") || name.hasPrefix(".tmp-") {
                // Objects that another process is just writing are in folders of two digits.
                found.append("\(path)/\(folder)/\(name)")
            }
        }
        for file in found where files.fileExists(atPath: file) {
            do {
                try files.removeItem(atPath: file)
            } catch {
                // Whatever it is in the way of says so.
                continue
            }
        }
    }

    /// The full names of the references that have a file of their own.
    private var looseReferences: Set<String> {
        var names: Set<String> = []
        for name in listAll("refs") where isRegular("\(path)/refs/\(name)") { names.insert("refs/\(name)") }
        return names
    }

    private func isRegular(_ file: String) -> Bool {
        do {
            return try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType == .typeRegular
        } catch {
            return false
        }
    }

    /// The files and folders in `folder` and in the folders in it; of one that cannot be read, none.
    private func listAll(_ folder: String) -> [String] {
        do {
            return try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)")
        } catch {
            return []
        }
    }

    private func list(_ folder: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")
        } catch {
            return []
        }
    }

    /// Whether the repository opens, its packs are whole, and each reference leads to a commit with its folder.
    private func isSound() -> Bool {
        guard !FileManager.default.fileExists(atPath: path + "/objects/info/alternates") else { return false }
        do throws(GitError) {
            let repository = try Repository.open(at: path)
            guard list("objects/pack").filter({ $0.hasSuffix(".pack") }).allSatisfy(isWhole) else { return false }
            _ = try repository.head()
            let references = try repository.references()
            // A reference that is not well formed is not listed.
            guard looseReferences.isSubset(of: references.map(\.name)) else { return false }
            for reference in references {
                let target = try repository.peeled(reference.id)
                guard target.kind == .commit else { continue }
                guard repository.contains(try repository.commit(target.id).tree) else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    /// Whether the pack `name` ends as its index says: gitformat-pack, the checksum of the pack stands in both.
    private func isWhole(_ name: String) -> Bool {
        let pack = "\(path)/objects/pack/\(name)"
        guard let end = tail(pack, 20), let index = tail(pack.dropLast(4) + "idx", 40) else { return false }
        return end == Array(index.prefix(20))
    }

    private func tail(_ path: String, _ count: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= count else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, count, size - count) }
        return got == count ? bytes : nil
    }

    /// Whether there are so many files of objects that reading suffers: the bounds of `git gc --auto`.
    var isLittered: Bool {
        list("objects/pack").count(where: { $0.hasSuffix(".pack") }) > 50 || list("objects/17").count > 27
    }
}
