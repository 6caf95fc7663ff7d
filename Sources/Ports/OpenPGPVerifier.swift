package import PromotionModel

/// A good OpenPGP signature, by a key that the operator trusts.
package struct OpenPGPSignature: Hashable, Sendable {
    /// Fingerprint of the primary key, in lower case.
    package let fingerprint: String
    /// When it was made, as the signer says.
    package let madeAt: Timestamp
    /// The first instant at which the key that made it counts.
    package let from: Timestamp
    /// The last instant at which it counts; `nil` where it never expires.
    package let until: Timestamp?

    package init(fingerprint: String, madeAt: Timestamp, from: Timestamp, until: Timestamp?) {
        self.fingerprint = fingerprint
        self.madeAt = madeAt
        self.from = from
        self.until = until
    }
}

/// What came of looking at an OpenPGP signature.
package enum OpenPGPFinding: Hashable, Sendable {
    case good(OpenPGPSignature)
    /// It never counts, and why.
    case refused(String)
    /// It could not be told, and why.
    case unverified(String)
}

/// What checks OpenPGP signatures against the keys that the operator trusts.
///
/// Total: whatever goes wrong is a finding that opens nothing, in the same words every time.
package protocol OpenPGPVerifier: Sendable {
    /// What the detached signature in `armour` says about `message`, as of `instant`.
    func finding(on armour: String, over message: [UInt8], at instant: Timestamp) -> OpenPGPFinding
}

/// Stands in where there are no such keys: it verifies nothing, and says why.
package struct NoOpenPGPVerifier: OpenPGPVerifier {
    private let reason: String

    package init(reason: String = "no OpenPGP keyring is configured; set TOWPATH_PGP_KEYRING") {
        self.reason = reason
    }

    package func finding(on armour: String, over message: [UInt8], at instant: Timestamp) -> OpenPGPFinding {
        .unverified(reason)
    }
}
