/// What a YAML stream may cost before it is refused; every bound is checked before the cost is paid.
package struct YAMLLimits: Hashable, Sendable {
    /// Bytes of one stream.
    ///
    /// The largest manifest met in public fleets is 3.8 MB (a generated resource definition).
    package var maxBytes = 8 * 1024 * 1024

    /// Nested collections, aliases followed.
    ///
    /// Manifests met nest below 30; a caller may recurse this deep on a small
    /// stack without harm.
    package var maxDepth = 64

    /// Documents of one stream.
    ///
    /// The most met in one file is 122.
    package var maxDocuments = 512

    /// Nodes of one stream.
    ///
    /// At 36 bytes each they take 36 MB; the 3.8 MB file above has a fifth of them.
    package var maxNodes = 1_000_000

    /// Alias references of one stream.
    ///
    /// Fleets that use anchors at all have tens of them.
    package var maxAliases = 1_000

    /// Nodes of a document, counted as often as aliases reach them, may pass ten times the nodes written by this much.
    ///
    /// An alias is a link and never copied, but a caller who walks the tree pays for every visit: the bomb of 350
    /// bytes reaches 9⁹ nodes. Honest files reach fewer than ten times what they write; small ones get this allowance.
    package var expansionAllowance = 100_000

    /// The bounds that fit manifests.
    package init() {}
}
