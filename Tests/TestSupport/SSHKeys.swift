import Foundation

/// SSH keys of a test's own, made by the real `ssh-keygen`.
package struct SSHKeys: Sendable {
    package let directory: TemporaryDirectory

    package init() throws {
        directory = try TemporaryDirectory("keys")
    }

    /// Absolute path of the private half of the key `name`.
    package func path(_ name: String) -> String {
        directory.file(name)
    }

    /// Makes the key `name` and returns key type and base64 of its public half.
    @discardableResult
    package func make(_ name: String, type: String = "ed25519", passphrase: String = "") throws -> String {
        try program("-q", "-t", type, "-N", passphrase, "-C", "", "-f", path(name))
        return try publicLine(name)
    }

    /// Key type and base64 of the public half of the key `name`.
    package func publicLine(_ name: String) throws -> String {
        try String(contentsOfFile: path(name) + ".pub", encoding: .utf8).split(separator: " ").prefix(2)
            .joined(separator: " ").trimmingCharacters(in: .newlines)
    }

    /// Writes the file `name` and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// `ssh-keygen`, in the folder of the keys.
    package var program: Program {
        Program("/usr/bin/ssh-keygen", in: directory.path, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
    }
}
