import PromotionModel

/// Why a public or private key is not taken.
package enum KeyRefusal: Error, Hashable, CustomStringConvertible {
    /// Not the form that the key's kind has; the text says what is wrong.
    case malformed(String)
    /// RSA: no part of the cryptography that is linked here.
    case rsa
    /// DSA: 1,024 bits with SHA-1.
    case dsa
    /// A certificate, or a key marked as an authority.
    case certificate
    /// Any other kind of key.
    case unknownKind(String)

    package var description: String {
        switch self {
        case .malformed(let reason): "malformed key: \(reason)"
        case .rsa: "RSA keys are not supported: use Ed25519, ECDSA or a security key"
        case .dsa: "DSA keys are not secure: use Ed25519, ECDSA or a security key"
        case .certificate: "SSH certificates are not supported: list the key itself"
        case .unknownKind(let kind): "unknown key type \"\(kind.printable)\""
        }
    }

    /// The kind called `name` in SSH.
    ///
    /// - Throws: the refusal that names what `name` is.
    static func kind(_ name: String) throws(KeyRefusal) -> KeyKind {
        if let kind = KeyKind(rawValue: name) { return kind }
        if name.contains("-cert-v01") { throw .certificate }
        switch name {
        case "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512": throw .rsa
        case "ssh-dss": throw .dsa
        default: throw .unknownKind(String(name.prefix(64)))
        }
    }
}
