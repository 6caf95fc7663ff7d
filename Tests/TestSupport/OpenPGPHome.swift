import Foundation

/// A GnuPG home of a test's own; the agent that it starts ends with it.
package final class OpenPGPHome: Sendable {
    private let directory: TemporaryDirectory
    /// The variables that lead gpg here.
    package let environment: [String: String]

    /// Whether gpg is there at all.
    package static var isInstalled: Bool {
        ["/usr/bin/gpg", "/usr/bin/gpgconf"].allSatisfy(FileManager.default.isExecutableFile)
    }

    package init() throws {
        directory = try TemporaryDirectory("gnupg")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
        environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path, "GNUPGHOME": directory.path, "LC_ALL": "C"]
    }

    deinit {
        // An agent that is not there cannot be stopped, and one whose home has gone ends by itself.
        _ = try? Program("/usr/bin/gpgconf", in: "/", environment: environment).run(["--kill", "all"])
    }

    /// Absolute path of a file in the home.
    package func file(_ name: String) -> String {
        directory.file(name)
    }

    /// Runs gpg, without questions.
    @discardableResult
    package func gpg(_ arguments: String..., input: [UInt8] = []) throws -> Program.Run {
        let run = try Program("/usr/bin/gpg", in: directory.path, environment: environment)
            .run(["--batch", "--quiet", "--yes", "--pinentry-mode", "loopback"] + arguments, input: input)
        guard run.status == 0 else { throw Program.Failure(description: "gpg \(arguments): \(run.text)") }
        return run
    }

    /// Makes a signing key and returns its fingerprint in lower case.
    ///
    /// - Parameters:
    ///   - made: When it seems to be made, as `YYYYMMDDTHHMMSS`.
    ///   - lifetime: As gpg writes it: `1y`, `never`.
    package func makeKey(
        _ address: String, passphrase: String = "", kind: String = "ed25519", made: String = "20250101T000000",
        lifetime: String = "never"
    ) throws -> String {
        try gpg(
            "--faked-system-time", "\(made)!", "--passphrase", passphrase, "--quick-generate-key",
            "Somebody <\(address)>",
            kind, "sign", lifetime)
        let listing = try gpg("--with-colons", "--list-keys", address).output
        let row = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") } ?? ""
        return row.split(separator: ":", omittingEmptySubsequences: false).dropFirst(9).first?.lowercased() ?? ""
    }

    /// A detached signature in armour over `message`, made at the instant `at`, as `YYYYMMDDTHHMMSS`.
    package func sign(
        _ message: [UInt8], with key: String, at instant: String = "20261120T120000", _ options: String...
    ) throws -> String {
        let run = try Program("/usr/bin/gpg", in: directory.path, environment: environment).run(
            [
                "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "--faked-system-time",
                "\(instant)!", "--local-user", key, "--armor",
            ] + options + ["--detach-sign"], input: message)
        guard run.status == 0 else { throw Program.Failure(description: "gpg --detach-sign: \(run.text)") }
        return run.output
    }

    /// The public keys as `gpg --export` writes them.
    package func keyring() throws -> [UInt8] {
        try gpg("--export").outputBytes
    }
}
