import ArgumentParser
import Bootstrap

/// The options that say how commits are signed, and whose OpenPGP signatures count.
struct CommitSigningOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Sign every commit that is written: ssh, gpg or none. (default: $TOWPATH_SIGN, then ssh if there is a key)",
            valueName: "kind"))
    var sign: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key for commits: the file of an SSH key, or what names one to gpg. (default: $TOWPATH_SIGN_KEY)",
            valueName: "key"),
        completion: .file())
    var signKey: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The gpg program. (default: $TOWPATH_GPG, then gpg)", valueName: "path"),
        completion: .file())
    var gpg: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "OpenPGP keys whose signatures of commits count, as gpg --export writes them. "
                + "(default: $TOWPATH_PGP_KEYRING)", valueName: "file"),
        completion: .file())
    var pgpKeyring: String?

    /// What the options and `variables` say.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func commitSigning(_ variables: [String: String]) throws(Refusal) -> CommitSigning {
        try CommitSigning(kind: sign, key: signKey, gpg: gpg, keyring: pgpKeyring, variables: variables)
    }
}
