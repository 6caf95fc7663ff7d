import Bootstrap

extension CommonOptions {
    /// How commits are signed, and whose OpenPGP signatures count, as the options and `variables` say.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func commitSigning(_ variables: [String: String]) throws(Refusal) -> CommitSigning {
        try CommitSigning(kind: sign, key: signKey, gpg: gpg, keyring: pgpKeyring, variables: variables)
    }
}
