package import PromotionModel

/// Where an envelope lies on the evidence branch.
package enum EvidencePath {
    /// The folder with what is said of a promotion that brings no digest, and with reviews.
    package static let promotionsFolder = "promotions"
    /// How the name of an envelope ends.
    static let fileEnding = ".json"

    /// `<first two digits>/<digits>` of an artifact's digest.
    package static func folder(of digest: Digest) -> String {
        "\(digest.hex.prefix(2))/\(digest.hex)"
    }

    /// `promotions/<id>`.
    package static func folder(of promotion: PromotionID) -> String {
        "\(promotionsFolder)/\(promotion)"
    }

    /// The name of the envelope whose bytes have the SHA-256 `id`.
    package static func file(_ id: Digest) -> String {
        "\(id.hex)\(fileEnding)"
    }
}
