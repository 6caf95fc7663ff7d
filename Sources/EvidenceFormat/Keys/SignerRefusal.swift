package import PromotionModel

/// Why a key that made a good signature does not count.
package enum SignerRefusal: Error, Hashable, CustomStringConvertible {
    /// Nobody is listed with this key.
    case unknownKey(fingerprint: String)
    /// The key is listed, and not for what was signed.
    case namespace(principal: String, allowed: String, asked: String)
    /// Signed, or first seen, before the key counted.
    case notYetValid(principal: String, from: Timestamp, at: Timestamp)
    /// Signed, or first seen, after the key stopped counting.
    case expired(principal: String, since: Timestamp, at: Timestamp)

    package var description: String {
        switch self {
        case .unknownKey(let fingerprint): "the key \(fingerprint) is not an allowed signer's"
        case .namespace(let principal, let allowed, let asked):
            "the key of \(principal.printable) may sign for \"\(allowed.printable)\", not for \"\(asked.printable)\""
        case .notYetValid(let principal, let start, let instant):
            "the key of \(principal.printable) counts from \(start), not at \(instant)"
        case .expired(let principal, let end, let instant):
            "the key of \(principal.printable) counted until \(end), not at \(instant)"
        }
    }
}
