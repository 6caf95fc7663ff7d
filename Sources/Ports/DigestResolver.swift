package import PromotionModel

/// What tells which digest a tag stands for.
///
/// Total: where nobody can tell, the answer says why. Whatever is answered is a proposal, judged like any other when it
/// is merged.
package protocol DigestResolver: Sendable {
    /// The digest of `artifact`, which has a name, a tag and no digest.
    func digest(of artifact: Artifact) -> DigestAnswer
}

/// What a resolver says of one tag.
package enum DigestAnswer: Hashable, Sendable {
    /// The digest, and where it is known from, as `recorded in staging`.
    case known(Digest, from: String)
    /// Nobody knows it, or two know different ones: why, in a sentence.
    case unknown(String)
}
