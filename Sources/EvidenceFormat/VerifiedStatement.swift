package import PromotionModel

/// A statement that somebody allowed has signed, about the artifact that was asked for.
///
/// Only ``Verification`` makes one, after every step: a pass is this value, never the absence of an error.
package struct VerifiedStatement: Hashable, Sendable {
    package let statement: Statement
    /// Each key once, in the order of the signatures.
    package let signers: [Signer]
    /// How many people signed, when everyone who may be one person counts as one.
    package let peopleCount: Int
    /// SHA-256 of the very bytes that were signed as payload.
    package let payloadDigest: Digest
    /// The signatures that did not count, and why.
    package let ignored: [SignatureFinding]

    init(
        statement: Statement, signers: [Signer], payloadDigest: Digest, ignored: [SignatureFinding]
    ) {
        self.statement = statement
        self.signers = signers
        self.payloadDigest = payloadDigest
        self.ignored = ignored
        peopleCount = Signer.peopleCount(signers)
    }
}
