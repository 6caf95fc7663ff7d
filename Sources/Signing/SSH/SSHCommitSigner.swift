import EvidenceFormat
package import Git

/// Signs commits with an SSH key, as `git -c gpg.format=ssh commit -S` does.
package struct SSHCommitSigner: CommitSigner {
    private let signer: SSHSigner

    /// - Parameter keyFile: A private key, or the public half of one that an agent or a device holds.
    package init(keyFile: String) {
        signer = SSHSigner(keyFile: keyFile)
    }

    package func signature(over commit: [UInt8]) throws(GitError) -> String {
        do throws(SSHSigner.Failure) {
            return try signer.signature(over: commit, namespace: SSHSignature.gitNamespace).armour
        } catch {
            throw GitError(
                operation: "sign a commit", code: .unsigned, message: error.description,
                hint: "nothing was recorded; try the key by hand: ssh-keygen -Y sign -n git -f KEY FILE")
        }
    }
}
