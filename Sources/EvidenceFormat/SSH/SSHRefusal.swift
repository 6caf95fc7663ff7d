import PromotionModel

/// Why an SSH signature does not count.
package enum SSHRefusal: Error, Hashable, CustomStringConvertible {
    /// Longer than ``SSHSignature/maximumBytes``.
    case oversized(byteCount: Int)
    /// Not what PROTOCOL.sshsig describes; the text says what is wrong.
    case malformed(String)
    /// Another version of the format than 1.
    case version(UInt32)
    /// Bytes after the end.
    case trailingBytes
    /// The key inside is not one that counts.
    case key(KeyRefusal)
    /// Neither sha256 nor sha512.
    case wrongHash(String)
    /// The signature was made for another purpose.
    case wrongNamespace(found: String, expected: String)
    /// The key and the signature are of different kinds, such as an RSA signature with SHA-1.
    case wrongSignatureType(found: String, expected: String)
    /// A security key signed without a touch.
    case userNotPresent
    /// The signature is not by this key over this message.
    case badSignature

    package var description: String {
        switch self {
        case .oversized(let count): "the SSH signature has \(count) bytes, \(SSHSignature.maximumBytes) allowed"
        case .malformed(let reason): "malformed SSH signature: \(reason)"
        case .version(let number): "SSH signature of version \(number), expected 1"
        case .trailingBytes: "bytes after the SSH signature"
        case .key(let refusal): refusal.description
        case .wrongHash(let name): "hash \"\(name.printable)\" is not one of sha256, sha512"
        case .wrongNamespace(let found, let expected):
            "made for the namespace \"\(found.printable)\", expected \"\(expected)\""
        case .wrongSignatureType(let found, let expected):
            "signature of type \"\(found.printable)\", expected \"\(expected)\""
        case .userNotPresent: "the security key was not touched"
        case .badSignature: "the signature is not by this key over these bytes"
        }
    }
}
