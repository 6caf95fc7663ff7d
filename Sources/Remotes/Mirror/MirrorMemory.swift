import FoundationEssentials
import Git

/// What a mirror remembers beside what its remote has, carried over when the mirror is made anew.
///
/// A line `id name` for each reference, in a file beside the mirror until the references are there again.
struct MirrorMemory {
    /// Below it is what the program remembers for itself: never fetched, never pushed, and never gone with the remote.
    static let prefix = "refs/towpath/"

    /// Absolute path of the mirror, which may be damaged.
    let path: String
    /// Absolute path of the file.
    let file: String

    /// A reference that was there.
    private struct Line {
        let name: String
        let id: ObjectID

        init?(id: some StringProtocol, name: some StringProtocol) {
            guard name.hasPrefix(prefix), Repository.isValidReferenceName(String(name)),
                let id = ObjectID(hex: String(id))
            else { return nil }
            self.name = String(name)
            self.id = id
        }
    }

    /// Writes down what the mirror still says, whatever is wrong with it.
    ///
    /// - Throws: ``GitError`` if it cannot be written: then nothing may be deleted.
    func save() throws(GitError) {
        var ids: [String: ObjectID] = [:]
        // The later is the newer: what could not be put back last time, packed references, and those with a file.
        for line in lines(of: file) + lines(of: path + "/packed-refs") + loose() { ids[line.name] = line.id }
        try write(ids)
    }

    /// Puts back what was written down, as far as the mirror has it by now.
    ///
    /// - Throws: ``GitError`` `notFound` where a branch is here again without the commit that it was last seen at.
    func restore() throws(GitError) {
        guard FileManager.default.fileExists(atPath: file) else { return }
        let repository = try Repository.open(at: path)
        var rest: [String: ObjectID] = [:]
        for line in lines(of: file) {
            if try repository.reference(line.name) != nil { continue }
            if repository.contains(line.id) {
                try repository.updateReference(line.name, to: line.id, expecting: nil, message: "towpath: remembered")
                continue
            }
            let branch = "refs/heads/" + line.name.split(separator: "/").dropFirst(3).joined(separator: "/")
            guard try repository.reference(branch) == nil else {
                throw GitError(
                    operation: "read \(branch)", code: .notFound,
                    message: "it was last seen at \(line.id.short), which is not part of it any more",
                    hint: "put it back on the server; or, to go on from where it is, delete \"\(file)\"")
            }
            rest[line.name] = line.id
        }
        try write(rest)
    }

    private func write(_ ids: [String: ObjectID]) throws(GitError) {
        let text = ids.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)\n" }.joined()
        do {
            if !text.isEmpty {
                try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            } else if FileManager.default.fileExists(atPath: file) {
                try FileManager.default.removeItem(atPath: file)
            }
        } catch {
            throw GitError(
                operation: "write \"\(file)\"", code: .failure, category: .system, message: FileTrouble.reason(error))
        }
    }

    /// The lines of a file that are of the form `id name`.
    private func lines(of file: String) -> [Line] {
        String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
            .split(separator: "\n").compactMap { line in
                guard let space = line.firstIndex(of: " ") else { return nil }
                return Line(id: line[..<space], name: line[line.index(after: space)...])
            }
    }

    private func loose() -> [Line] {
        let names: [String]
        do {
            names = try FileManager.default.subpathsOfDirectory(atPath: path + "/" + Self.prefix)
        } catch {
            return []
        }
        var found: [Line] = []
        for name in names {
            let data = FileManager.default.contents(atPath: "\(path)/\(Self.prefix)\(name)") ?? Data()
            let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            if lines.count == 1, let line = Line(id: lines[0], name: Self.prefix + name) { found.append(line) }
        }
        return found
    }
}
