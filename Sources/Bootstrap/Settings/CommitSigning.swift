import FoundationEssentials
import Git
import Ports
import PromotionModel
import Signing

/// How the operator wants commits signed and verified; never read from the fleet.
package struct CommitSigning: Hashable, Sendable {
    private enum Way: Hashable {
        case none
        case ssh(key: String)
        /// With the identity's own key where none is named.
        case gpg(key: String?)
    }

    private var way = Way.none
    /// Name or path of gpg.
    private var program = "gpg"
    /// File with the OpenPGP keys that are trusted.
    private var keyring: String?
    private var programs = ProgramSearch([:])
    /// What gpg may know of the operator's world.
    private var variables: [String: String] = [:]

    /// Nothing is signed, and no OpenPGP signature counts.
    package init() {}

    /// What the options, or else the environment's variables, say.
    ///
    /// - Throws: ``Refusal`` of kind `usage`.
    package init(
        kind: String?, key: String?, gpg: String?, keyring: String?, variables: [String: String]
    ) throws(Refusal) {
        let set = variables.filter { !$0.value.isEmpty }
        let kind = kind ?? set["TOWPATH_SIGN"]
        let key = key ?? set["TOWPATH_SIGN_KEY"]
        program = gpg ?? set["TOWPATH_GPG"] ?? "gpg"
        self.keyring = keyring ?? set["TOWPATH_PGP_KEYRING"]
        programs = ProgramSearch(set)
        self.variables = set.filter { Self.known.contains($0.key) }
        if let key, key.hasPrefix("-") {
            throw Refusal(.usage, "\"\(key.printable)\" is no key to sign commits with")
        }
        switch (kind, key) {
        case (nil, nil), ("none", _): way = .none
        case (nil, let key?), ("ssh", let key?): way = .ssh(key: key)
        case ("gpg", let key): way = .gpg(key: key)
        case ("ssh", nil):
            throw Refusal(
                .usage, "there is no key to sign commits with",
                hint: "name its file: --sign-key FILE, or TOWPATH_SIGN_KEY in the environment")
        case (let other?, _):
            throw Refusal(
                .usage, "\"\(other.printable)\" is no way to sign commits", hint: "it is one of ssh, gpg, none")
        }
    }

    /// What gpg needs to find its keys and its agent, and the agent to ask for a passphrase.
    private static let known: Set = [
        "HOME", "GNUPGHOME", "GPG_TTY", "PATH", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY",
        "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "PINENTRY_USER_DATA", "LANG", "LC_ALL", "LC_CTYPE",
    ]

    /// What signs commits; `nil` where they are not signed.
    ///
    /// - Parameter identity: `Name <email>` of who signs off, whose own key gpg takes where none is named.
    func signer(identity: String?) -> (any CommitSigner)? {
        switch way {
        case .none: return nil
        case .ssh(let key): return SSHCommitSigner(keyFile: key)
        case .gpg(let key):
            guard let path = programs.find(program) else {
                return NoCommitSigner(reason: "the program \"\(program.printable)\" is not there, or may not be run")
            }
            // With the angle brackets gpg takes exactly this address.
            let address = identity.flatMap { text in text.lastIndex(of: "<").map { String(text[$0...]) } }
            guard let key = key ?? address else {
                return NoCommitSigner(reason: "no key is named, and nobody signs off")
            }
            return GPGCommitSigner(program: path, key: key, variables: variables)
        }
    }

    /// What verifies OpenPGP signatures; one that says why it cannot where nothing is configured for it.
    func openPGPVerifier() -> any OpenPGPVerifier {
        guard let keyring else { return NoOpenPGPVerifier() }
        guard let path = programs.find(program) else {
            return NoOpenPGPVerifier(reason: "the program \"\(program.printable)\" is not there, or may not be run")
        }
        // The reason may be recorded, and another machine has the file elsewhere: no path in it.
        let name = "the OpenPGP keyring of the operator"
        guard let bytes = FileStart.read(keyring, upTo: GPGVerifier.maximumKeyringBytes + 1) else {
            return NoOpenPGPVerifier(reason: "\(name) cannot be read")
        }
        do {
            return try GPGVerifier(program: path, keyring: bytes)
        } catch {
            return NoOpenPGPVerifier(reason: "\(name) \(error)")
        }
    }
}

/// Stands in where commits have to be signed and cannot be.
private struct NoCommitSigner: CommitSigner {
    let reason: String

    func signature(over commit: [UInt8]) throws(GitError) -> String {
        throw GitError(operation: "sign a commit", code: .unsigned, message: reason, hint: "nothing was recorded")
    }
}
