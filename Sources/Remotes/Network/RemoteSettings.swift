/// How the operator lets remote repositories be reached; never read from the fleet.
package struct RemoteSettings: Sendable {
    /// Absolute path of the program `git`.
    package var git: String
    /// What the login over http is; read anew for each connection, so that a token can change.
    package var credentials: @Sendable () throws(CredentialTrouble) -> Credentials?
    /// A credential helper of git, as its configuration names one.
    package var helper: String?
    /// File with the private key for ssh; `nil` for those of the agent and the account.
    package var sshKey: String?
    /// File with the keys of the servers over ssh; `nil` for those that the account and the system know.
    package var knownHosts: String?
    /// File with the certificates that https is trusted by; `nil` for the system's.
    package var authorities: String?
    /// Whether the user's and the system's configuration of git and ssh count.
    package var usesConfiguration = false
    /// Whether servers may be reached unencrypted elsewhere than on this machine.
    package var allowsPlaintext = false
    /// How long each phase may take: listing, fetching, pushing.
    package var timeLimit = Duration.seconds(60)
    /// The most bytes of a fetch.
    package var sizeLimit = 2 << 30
    /// What stands in for the program git; `nil` in every world that is not made up.
    package var service: (any RemoteService)?
    /// Variables that reach the programs: where programs are, agents and proxies.
    package var variables: [String: String]

    /// Passwords of proxies, which are part of their addresses.
    var proxySecrets: [String] {
        variables.filter { $0.key.lowercased().hasSuffix("_proxy") }.compactMap { _, address in
            guard let at = address.lastIndex(of: "@") else { return nil }
            let login = address[..<at].split(separator: "/").last ?? ""
            return login.firstIndex(of: ":").map { String(login[login.index(after: $0)...]) }
        }
    }

    package init(git: String, variables: [String: String]) {
        self.git = git
        self.variables = variables
        credentials = { () throws(CredentialTrouble) in nil }
    }
}

/// Why there is no login though one is configured.
package struct CredentialTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// A login over http: no text of it is ever made but for the server.
package struct Credentials: Sendable {
    private let user: String
    private let token: String

    /// - Returns: `nil` where one of them could not be sent.
    package init?(user: String, token: String) {
        let isSendable = { (text: String) in text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
        guard !token.isEmpty, isSendable(token), isSendable(user), !user.contains(":"),
            user.utf8.count + token.utf8.count <= 16_384
        else { return nil }
        self.user = user
        self.token = token
    }

    /// The value of the header `Authorization`.
    var header: String {
        "Basic " + Base64Text.encoded(Array("\(user):\(token)".utf8))
    }

    /// Every spelling of the token that must not be shown.
    var secrets: [String] {
        [token, Base64Text.encoded(Array("\(user):\(token)".utf8)), Base64Text.encoded(Array(token.utf8))]
            + [Self.percentEncoded(token)]
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = UnicodeScalar(byte)
            let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || ("0"..."9").contains(Character(scalar)))
            if isPlain || "-._~".utf8.contains(byte) { return String(Character(scalar)) }
            let hex = String(byte, radix: 16, uppercase: true)
            return "%" + (hex.count == 1 ? "0" : "") + hex
        }.joined()
    }
}

/// RFC 4648, section 4.
enum Base64Text {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for index in 0..<3 { word = word << 8 | (index < group.count ? Int(group[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= group.count ? letters[word >> (18 - index * 6) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
