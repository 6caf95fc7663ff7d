import Foundation
import Git
import Signing
import TestSupport
import Testing

/// Commits that we sign, as git sees them.
@Suite struct CommitSignerTests {
    private let fleet: BareRepository
    private let keys: SSHKeys
    private let root: ObjectID

    init() throws {
        fleet = try BareRepository()
        keys = try SSHKeys()
        root = try #require(ObjectID(hex: try fleet.commit(["a": "1\n"])))
    }

    /// Writes a commit on top of the root, signed by `signer`, with a message that is not plain.
    private func commit(signedBy signer: any CommitSigner) throws -> ObjectID {
        var repository = try Repository.open(at: fleet.path)
        repository.commitSigner = signer
        let who = Signature(
            try Identity(name: "Töwpath", email: "towpath@example.invalid"), seconds: Int64(BareRepository.date))
        return try repository.writeCommit(
            tree: try repository.commit(root).tree, parents: [root], author: who, committer: who,
            message: "subject\n\n-----BEGIN SSH SIGNATURE-----\n gpgsig none\n\nSigned-off-by: T <t@x>\n")
    }

    private func failure(of signer: any CommitSigner) throws -> String {
        do {
            let id = try commit(signedBy: signer)
            Issue.record("signed as \(id)")
            return ""
        } catch let error as GitError {
            #expect(error.code == .unsigned)
            return error.message
        }
    }

    @Test(arguments: ["ed25519", "ecdsa"])
    func `git accepts what an SSH key signs`(type: String) throws {
        let line = try keys.make("key", type: type)
        let id = try commit(signedBy: SSHCommitSigner(keyFile: keys.path("key")))
        let signers = try keys.write("towpath@example.invalid namespaces=\"git\" \(line)\n", to: "signers")
        let verified = try fleet.git.run(["-c", "gpg.ssh.allowedSignersFile=\(signers)", "verify-commit", id.hex])
        #expect(verified.status == 0, "\(verified.text)")
        #expect(verified.errors.contains("Good \"git\" signature for towpath@example.invalid"), "\(verified.text)")
        let shown = try fleet.git.run(
            ["-c", "gpg.ssh.allowedSignersFile=\(signers)", "log", "-1", "--format=%G? %GS", id.hex])
        #expect(shown.output == "G towpath@example.invalid\n", "\(shown.text)")
        try fleet.expectSound()
    }

    @Test func `keys that do not count are not signed with`() throws {
        try keys.make("rsa", type: "rsa")
        #expect(try failure(of: SSHCommitSigner(keyFile: keys.path("rsa"))).contains("RSA keys are not supported"))
        #expect(try failure(of: SSHCommitSigner(keyFile: keys.path("none"))).contains("ssh-keygen did not sign"))
        #expect(
            try fleet.git.run(["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]).output
                .split(separator: "\n").filter { $0 == "commit" }.count == 1)
    }

    @Test(.enabled(if: OpenPGPHome.isInstalled)) func `git accepts what gpg signs`() throws {
        let home = try OpenPGPHome()
        let fingerprint = try home.makeKey("towpath@example.invalid")
        let id = try commit(
            signedBy: GPGCommitSigner(program: "/usr/bin/gpg", key: fingerprint, variables: home.environment))
        var git = fleet.git
        git.environment.merge(home.environment) { $1 }
        let verified = try git.run(["verify-commit", "--raw", id.hex])
        #expect(verified.status == 0, "\(verified.text)")
        #expect(verified.errors.contains("GOODSIG"), "\(verified.text)")
        try fleet.expectSound()
    }

    @Test(.enabled(if: OpenPGPHome.isInstalled)) func `gpg without the key, or without its passphrase, signs nothing`()
        throws
    {
        let home = try OpenPGPHome()
        let fingerprint = try home.makeKey("towpath@example.invalid", passphrase: "a secret word")
        // What makeKey told the agent is forgotten with it.
        _ = try Program("/usr/bin/gpgconf", in: "/", environment: home.environment).run(["--kill", "all"])
        let absent = GPGCommitSigner(program: "/usr/bin/gpg", key: "nobody@x", variables: home.environment)
        #expect(try failure(of: absent) == "gpg did not sign: there is no such secret key")
        let locked = GPGCommitSigner(program: "/usr/bin/gpg", key: fingerprint, variables: home.environment)
        let reason = try failure(of: locked)
        #expect(reason.hasPrefix("gpg did not sign: ") && !reason.contains("a secret word"), "\(reason)")
    }

    @Test(arguments: [
        ("echo '[GNUPG:] SIG_CREATED D 22 8 00 1 AB' >&2; echo nothing", "gpg wrote no signature"),
        ("echo 'gpg: SIG_CREATED D 22 8 00 1 AB' >&2; cat /dev/null", "gpg did not sign: it gave no reason"),
        ("echo '[GNUPG:] SIG_CREATED D 22 8 01 1 AB' >&2", "gpg did not sign: it gave no reason"),
        ("echo '[GNUPG:] SIG_CREATED D 22 8 00 1 AB' >&2; exit 2", "gpg did not sign: it gave no reason"),
        ("echo '[GNUPG:] FAILURE sign 83886179' >&2; exit 2", "gpg did not sign: it was cancelled"),
        ("sleep 60", "took too long"), ("yes", "wrote too much"),
    ])
    func `another program than gpg does not get away with it`(script: String, reason: String) throws {
        let program = keys.path("gpg")
        try ExecutableScript.write(script, at: program)
        let signer = GPGCommitSigner(
            program: program, key: "k", variables: ["PATH": "/usr/bin:/bin"], limit: .milliseconds(400))
        let found = try failure(of: signer)
        #expect(found.hasSuffix(reason), "\(found)")
    }
}
