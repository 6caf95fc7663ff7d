package import Git
import Programs

/// Signs commits with the program `gpg`, as `git commit -S` does: keys and passphrases stay with its agent.
package struct GPGCommitSigner: CommitSigner {
    /// Absolute path of the program.
    private let program: String
    /// What names the key to it: an id, a fingerprint, an address.
    private let key: String
    /// All the variables that it sees.
    private let variables: [String: String]
    /// How long a person may take to type or to touch.
    private let limit: Duration

    package init(program: String, key: String, variables: [String: String], limit: Duration = .seconds(120)) {
        self.program = program
        self.key = key
        self.variables = variables
        self.limit = limit
    }

    package func signature(over commit: [UInt8]) throws(GitError) -> String {
        // The signature goes to standard output and the status to standard error, where prose may stand beside it.
        let invocation = Invocation(
            path: program,
            arguments: [
                "--batch", "--no-tty", "--status-fd", "2", "--armor", "--local-user", key, "--output", "-",
                "--detach-sign",
            ], variables: variables, input: commit, timeLimit: limit, outputLimit: 64 << 10)
        let completion: Completion
        do throws(ProgramFailure) {
            completion = try invocation.run()
        } catch {
            throw failure("\(program) \(error)")
        }
        let status = GPGStatus(completion.errors)
        guard completion.ending == .exited(0), Self.hasSigned(status) else {
            throw failure("gpg did not sign: \(status.failure ?? "it gave no reason")")
        }
        guard let armour = String(validating: completion.output, as: UTF8.self),
            armour.hasPrefix("-----BEGIN PGP SIGNATURE-----\n")
        else { throw failure("gpg wrote no signature") }
        return armour
    }

    /// Whether exactly one detached signature over bytes, not over text, was made.
    private static func hasSigned(_ status: GPGStatus) -> Bool {
        let made = status.lines("SIG_CREATED")
        guard made.count == 1, let arguments = made.first?.arguments, arguments.count > 3 else { return false }
        return arguments[0] == "D" && arguments[3] == "00"
    }

    private func failure(_ reason: String) -> GitError {
        GitError(
            operation: "sign a commit", code: .unsigned, message: reason,
            hint: "nothing was recorded; try the key by hand: gpg --local-user KEY --detach-sign FILE")
    }
}
