/// The kinds of public keys that count for us.
///
/// RSA and DSA do not: DSA is broken, and RSA is no part of the `Crypto` product, the only cryptography a pure room
/// may use. Certificates do not, since nobody here keeps an authority.
package enum KeyKind: String, Sendable, CaseIterable {
    case ed25519 = "ssh-ed25519"
    case ecdsaP256 = "ecdsa-sha2-nistp256"
    case ecdsaP384 = "ecdsa-sha2-nistp384"
    case ecdsaP521 = "ecdsa-sha2-nistp521"
    /// Ed25519 on a security key (openssh PROTOCOL.u2f).
    case securityKeyEd25519 = "sk-ssh-ed25519@openssh.com"
    /// ECDSA P-256 on a security key (openssh PROTOCOL.u2f).
    case securityKeyP256 = "sk-ecdsa-sha2-nistp256@openssh.com"

    /// The name of the curve in SSH (RFC 5656 §6.1); `nil` for Ed25519.
    var curve: String? {
        switch self {
        case .ed25519, .securityKeyEd25519: nil
        case .ecdsaP256, .securityKeyP256: "nistp256"
        case .ecdsaP384: "nistp384"
        case .ecdsaP521: "nistp521"
        }
    }

    /// The length of a coordinate, and of r and s, in bytes.
    var width: Int {
        switch self {
        case .ed25519, .securityKeyEd25519, .ecdsaP256, .securityKeyP256: 32
        case .ecdsaP384: 48
        case .ecdsaP521: 66
        }
    }

    /// Whether the key sits on a device that says whether somebody touched it.
    package var isSecurityKey: Bool {
        self == .securityKeyEd25519 || self == .securityKeyP256
    }
}
