import ArgumentParser
import Bootstrap
import FoundationEssentials
import PromotionModel

/// The options of every command that signs.
struct SigningOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key to sign with: PEM (Ed25519, ECDSA P-256) or OpenSSH. (default: $TOWPATH_SIGNING_KEY)",
            valueName: "file"),
        completion: .file())
    var key: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A key that ssh-keygen signs with: private, or the public half of one in an agent.", valueName: "file"),
        completion: .file())
    var sshKey: String?

    /// The key that is meant, where one is.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func signingKeyIfAny() throws(Refusal) -> EvidenceKey? {
        let isNamed = key != nil || sshKey != nil || ProcessInfo.processInfo.environment["TOWPATH_SIGNING_KEY"] != nil
        return isNamed ? try signingKey() : nil
    }

    /// The key that is meant.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    func signingKey() throws(Refusal) -> EvidenceKey {
        guard key == nil || sshKey == nil else { throw Refusal(.usage, "--key and --ssh-key name two keys") }
        if let sshKey { return try EvidenceKey(at: sshKey, isSSH: true) }
        guard let path = key ?? ProcessInfo.processInfo.environment["TOWPATH_SIGNING_KEY"] else {
            throw Refusal(
                .usage, "there is no key to sign with",
                hint: "name one: --key FILE, --ssh-key FILE, or TOWPATH_SIGNING_KEY in the environment")
        }
        return try EvidenceKey(at: path, isSSH: false)
    }
}
