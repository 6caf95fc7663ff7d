import Foundation
import TestSupport

/// Keys that `ssh-keygen` makes once for a run of the tests, and whose they are.
enum Keyring {
    /// Who has which key: `ada-home` is another key, and another address, of the same person as `ada`.
    static let people = [
        "ada": "ada@example.invalid", "ada-home": "ada@home.invalid", "grace": "grace@example.invalid",
        "linus": "linus@example.invalid", "otto": "otto@example.invalid", "eve": "eve@example.invalid",
        "ci": "ci@example.invalid", "mallory": "mallory@example.invalid",
    ]

    /// The key that the program signs commits with.
    private static let own = ["towpath": "towpath@example.invalid"]

    private static let folder = Result { () throws -> TemporaryDirectory in
        let folder = try TemporaryDirectory("keyring")
        let keygen = Program("/usr/bin/ssh-keygen", in: folder.path, environment: ["PATH": "/usr/bin:/bin"])
        for name in people.keys.sorted() + own.keys {
            let run = try keygen.run(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder.file(name)])
            guard run.status == 0 else { throw Program.Failure(description: run.text) }
        }
        // Nothing ends the life of what is global, but the end of the process.
        atexit { Keyring.discard() }
        return folder
    }

    private static func discard() {
        guard case .success(let folder) = folder else { return }
        try? FileManager.default.removeItem(atPath: folder.path)
    }

    /// The file of the private key.
    static func path(_ name: String) throws -> String {
        try folder.get().file(name)
    }

    /// The line of `allowed_signers` that allows the key of `name`.
    static func line(_ name: String, options: String = "") throws -> String {
        let key = try String(contentsOfFile: path(name) + ".pub", encoding: .utf8).split(separator: " ").prefix(2)
        let words = [people[name] ?? own[name] ?? name] + (options.isEmpty ? [] : [options]) + key.map(String.init)
        return words.joined(separator: " ").trimmingCharacters(in: .newlines) + "\n"
    }

    /// `allowed_signers` for everybody but Mallory.
    static func allowedSigners(without excluded: Set<String> = ["mallory"]) throws -> String {
        try people.keys.sorted().filter { !excluded.contains($0) }.map { try line($0) }.joined()
    }

    /// The roles, and who is one person.
    static let roles: BareRepository.Entry = """
        apiVersion: towpath.dev/v1
        kind: Roles
        metadata: {name: roles}
        spec:
          roles:
            release-managers: [ada@example.invalid, grace@example.invalid, linus@example.invalid]
            oncall: [otto@example.invalid, grace@example.invalid]
            ci: [ci@example.invalid]
          people:
            - {name: Ada, addresses: [ada@example.invalid, ada@home.invalid]}

        """
}
