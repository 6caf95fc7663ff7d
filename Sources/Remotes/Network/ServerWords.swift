import PromotionModel

/// What git, and the server through it, said on standard error: for people, never to decide by.
///
/// The one exception is harmless in both directions: what is known to be in vain is not tried again.
struct ServerWords: Hashable, Sendable {
    /// On one line, printable, bounded, and without any secret.
    let text: String
    /// What a person can do about it, where that is known.
    let hint: String?
    /// Whether trying again can help.
    let canPass: Bool

    private static let limit = 600

    /// - Parameters:
    ///   - secrets: What must not be shown.
    ///   - hasLogin: Whether a login was sent.
    init(_ bytes: [UInt8], hiding secrets: [String], hasLogin: Bool, address: RemoteAddress) {
        let lines = String(decoding: bytes.suffix(32 << 10), as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { Self.trimmed($0, hiding: secrets) }
            .map { $0.contains("terminal prompts disabled") ? Self.loginTrouble(isGiven: hasLogin) : $0 }
            .filter { line in !line.isEmpty && !Self.noise.contains(where: line.contains) }
        var text = lines.suffix(8).joined(separator: "; ").printable
        if text.utf8.count > Self.limit { text = String(text.prefix(Self.limit)) + " …" }
        self.text = text.isEmpty ? "it gave no reason" : text
        let known = Self.known.first { row in row.signs.contains { sign in lines.contains { $0.contains(sign) } } }
        hint = known?.hint(address)
        canPass = known == nil
    }

    /// Without what git puts in front, and without secrets; they are taken out before anything is cut.
    private static func trimmed(_ line: Substring, hiding secrets: [String]) -> String {
        var text = hidden(String(line), secrets)
        for prefix in ["remote: ", "fatal: ", "error: ", "ssh: "] {
            while text.hasPrefix(prefix) { text = String(text.dropFirst(prefix.count)) }
        }
        // The address is known by then.
        if text.hasPrefix("unable to access '"), let end = text.firstRange(of: "': ") {
            text = String(text[end.upperBound...])
        }
        return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// What git means when it would ask somebody for a login.
    private static func loginTrouble(isGiven: Bool) -> String {
        isGiven ? "Authentication failed" : "the server asks for a login"
    }

    /// `text` without any of `secrets`.
    static func hidden(_ text: String, _ secrets: [String]) -> String {
        var text = text
        // Short ones stand in any text; nobody has such tokens but in tests.
        for secret in secrets.sorted(by: { $0.count > $1.count }) where secret.utf8.count >= 4 {
            text = text.replacing(secret, with: "***")
        }
        return text
    }

    /// Lines that tell of progress, or of what follows from the line before.
    private static let noise = [
        "objects: ", "deltas: ", "Total ", "Delta compression", "Please make sure you have the correct access rights",
        "and the repository exists", "Could not read from remote repository", "failed to push some refs",
        "Counting objects", "Compressing objects",
    ]

    private struct Known {
        let signs: [String]
        let hint: @Sendable (RemoteAddress) -> String
    }

    private static let known: [Known] = [
        Known(signs: ["the server asks for a login"]) { _ in
            "set TOWPATH_GIT_TOKEN or TOWPATH_GIT_TOKEN_FILE, and TOWPATH_GIT_USERNAME"
        },
        Known(signs: ["Authentication failed", "error: 401", "error: 403", "HTTP Basic: Access denied"]) { _ in
            "the server did not accept the login: look at TOWPATH_GIT_TOKEN or TOWPATH_GIT_TOKEN_FILE, and at "
                + "TOWPATH_GIT_USERNAME"
        },
        Known(signs: ["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"]) { address in
            "nobody vouches for the server's key. Compare its fingerprint with what the server's owner says, then put "
                + "the key into the file of known hosts (--git-known-hosts, TOWPATH_GIT_KNOWN_HOSTS or "
                + "~/.ssh/known_hosts): \(KeyScan.command(for: address))"
        },
        Known(signs: ["Permission denied"]) { _ in
            "the server did not accept the key: name one with --git-ssh-key or TOWPATH_GIT_SSH_KEY, or add it to the "
                + "agent that SSH_AUTH_SOCK names"
        },
        Known(signs: [
            "server certificate verification failed", "SSL certificate problem", "certificate subject name",
            "SSL: no alternative certificate", "Error while setting CA",
            "error adding trust anchors", "error setting certificate",
        ]) { _ in
            "the server's certificate is not trusted: name the file of the authority that signed it with --git-ca or "
                + "TOWPATH_GIT_CA"
        },
        // The program that keeps what comes has ended before it could say why.
        Known(signs: [
            "died of signal 25", "File too large", "out of memory", "Out of memory", "invalid index-pack output",
            "unpack-objects failed",
        ]) { _ in
            "more came than may be kept: see whether the disk is full, or allow more than 2G: TOWPATH_GIT_MAX_SIZE=4G"
        },
        Known(signs: ["unable to update url base from redirection", "error: 301", "error: 302"]) { _ in
            "the server answers from another address, and no redirect is followed: give the final one"
        },
        Known(signs: ["not found", "does not appear to be a git repository", "repository not exported"]) { _ in
            "look at the address, and whether the login may see the repository"
        },
    ]
}

/// How a server's key is looked up.
private enum KeyScan {
    static func command(for address: RemoteAddress) -> String {
        let port = address.origin.dropFirst("ssh://".count).drop { $0 != ":" }.dropFirst()
        return "ssh-keyscan \(port.isEmpty || address.host.hasPrefix("[") ? "" : "-p \(port) ")\(address.host)"
    }
}
