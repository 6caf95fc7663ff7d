package import EvidenceFormat
import FoundationEssentials
import Glibc

/// Signs with the program `ssh-keygen`, so that agents, passphrases and security keys work as people know them.
///
/// The key itself is never read here. The program has the terminal of this process, for its own questions.
package struct SSHSigner: Sendable {
    /// Why nothing was signed; never holds any of the key.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// A private key, or the public half of one that an agent holds.
    private let keyFile: String
    /// Found on the path, unless it is one.
    private let program: String
    /// How long a person may take to touch the key or to type, in seconds.
    private let limit: Int

    package init(keyFile: String, program: String = "ssh-keygen", limit: Int = 120) {
        // A path that begins with a minus would be taken for an option.
        self.keyFile = keyFile.hasPrefix("/") ? keyFile : "./\(keyFile)"
        self.program = program
        self.limit = limit
    }

    /// `envelope` with one more signature.
    ///
    /// - Throws: ``Failure``.
    package func signing(_ envelope: Envelope) throws(Failure) -> Envelope {
        envelope.adding(try signature(over: envelope.preAuthentication, namespace: Envelope.namespace).signature)
    }

    /// A signature over `message` for `namespace`, as ssh-keygen wrote it and parsed; it has been verified.
    ///
    /// - Throws: ``Failure``.
    func signature(
        over message: [UInt8], namespace: String
    ) throws(Failure) -> (armour: String, signature: SSHSignature) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("towpath-sign-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(
                description: "no temporary folder could be made in \(folder.deletingLastPathComponent().path)")
        }
        defer { remove(folder) }
        let (input, output) = (folder.path + "/message", folder.path + "/signature")
        do {
            try Data(message).write(to: URL(fileURLWithPath: input))
        } catch {
            throw Failure(description: "\(input) cannot be written")
        }
        let status = try run(
            [program, "-q", "-Y", "sign", "-n", namespace, "-f", keyFile], input: input, output: output)
        guard status == 0 else {
            throw Failure(description: "ssh-keygen did not sign with \(keyFile): it ended with \(status)")
        }
        guard let data = FileManager.default.contents(atPath: output), data.count <= 2 * SSHSignature.maximumBytes
        else { throw Failure(description: "ssh-keygen wrote no signature") }
        let armour = String(decoding: data, as: UTF8.self)
        do {
            let signature = try SSHSignature(armored: armour)
            try signature.verify(message, namespace: namespace)
            return (armour, signature)
        } catch {
            throw Failure(description: "ssh-keygen made a signature that does not count: \(error)")
        }
    }

    private func remove(_ folder: URL) {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            // It holds what was signed and the signature: nothing secret.
            return
        }
    }

    /// Runs a program found on the path with fixed arguments, without a shell, in this process's own group, so that it
    /// may ask on the terminal; its errors go where ours go.
    private func run(_ arguments: [String], input: String, output: String) throws(Failure) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(
            &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var child = pid_t()
        let status = unsafe posix_spawnp(&child, arguments[0], &actions, nil, words, environ)
        guard status == 0 else {
            throw Failure(
                description: "\(arguments[0]) cannot be run: install OpenSSH's client, or sign with a PEM key")
        }
        return try wait(for: child)
    }

    private func wait(for child: pid_t) throws(Failure) -> Int32 {
        var status: Int32 = 0
        for _ in 0..<(limit * 100) {
            let ended = unsafe waitpid(child, &status, WNOHANG)
            if ended == child {
                // The exit code, or the signal as a shell shows it.
                return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
            }
            guard ended == 0 || errno == EINTR else { throw Failure(description: "ssh-keygen was lost") }
            usleep(10_000)
        }
        kill(child, SIGKILL)
        _ = unsafe waitpid(child, &status, 0)
        throw Failure(description: "ssh-keygen took longer than \(limit) seconds")
    }
}
