import PromotionModel

/// One signature of an envelope that does not count.
package struct SignatureFinding: Hashable, Sendable, CustomStringConvertible {
    /// Why a signature does not count.
    package enum Reason: Error, Hashable, CustomStringConvertible {
        /// The signature is in SSH's format and bad.
        case ssh(SSHRefusal)
        /// The signature is good, and the key does not count.
        case signer(SignerRefusal)
        /// The signature is not in SSH's format, and no listed key made it.
        case noKey(keyID: String)
        /// The same key signed before: it counts once.
        case repeated(fingerprint: String)
        /// Too many pairs of signature and key would have to be tried.
        case tooManyTries

        package var description: String {
            switch self {
            case .ssh(let refusal): refusal.description
            case .signer(let refusal): refusal.description
            case .noKey(let keyID):
                "no allowed signer's key made it" + (keyID.isEmpty ? "" : " (key id \(keyID.printable))")
            case .repeated(let fingerprint): "the key \(fingerprint) signed already and counts once"
            case .tooManyTries: "more than \(Verification.maximumTries) keys would have to be tried"
            }
        }
    }

    /// 1-based, in the order of the envelope.
    package let number: Int
    package let reason: Reason

    package var description: String {
        "signature \(number): \(reason)"
    }
}
