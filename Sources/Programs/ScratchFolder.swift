import FoundationEssentials

/// A folder that only this user can look into, removed with everything in it when the value goes.
package struct ScratchFolder: ~Copyable {
    /// Absolute path, without a trailing slash.
    package let path: String

    /// Why a folder cannot be used.
    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Makes the folder where the system keeps what is temporary.
    package init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("towpath-\(UUID().uuidString)")
        // Programs see more than a path in these, each in its own way.
        guard !folder.path.contains(where: { ":\"\\".contains($0) || $0.isNewline }) else {
            throw Unusable(description: "the path of the temporary folder holds a colon, a quote or a backslash")
        }
        // Fails where the path is taken: nobody can lay a folder of theirs in the way.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = folder.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // The system empties its temporary folder in time.
        }
    }

    /// Makes the folder at `path`, below this one, and those that lead to it.
    package func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(self.path)/\(path)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Writes the file called `name`.
    package func write(_ content: String, to name: String) throws {
        try write(Array(content.utf8), to: name)
    }

    /// Writes the file called `name`, byte for byte.
    package func write(_ content: [UInt8], to name: String) throws {
        try Data(content).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}
