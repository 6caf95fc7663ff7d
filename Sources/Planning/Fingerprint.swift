import Crypto
package import PromotionModel

/// Names derived from content: nothing random, nothing from the clock.
package enum Fingerprint {
    /// The first 16 hexadecimal digits of SHA-256 over `lines`, each ended by a line feed.
    static func short(_ lines: [String]) -> String {
        String(full(lines).prefix(16))
    }

    /// SHA-256 over `lines`, each ended by a line feed, in hexadecimal digits.
    static func full(_ lines: [String]) -> String {
        var hash = SHA256()
        for line in lines {
            hash.update(data: Array(line.utf8))
            hash.update(data: [UInt8(ascii: "\n")])
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// SHA-256 over the bytes of `text`.
    static func digest(of text: String) -> PromotionModel.Digest {
        let digits = Array("0123456789abcdef".utf8)
        let hex = SHA256.hash(data: Array(text.utf8)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        do {
            return try PromotionModel.Digest("sha256:" + String(decoding: hex, as: UTF8.self))
        } catch {
            preconditionFailure("64 hexadecimal digits are a digest")
        }
    }

    /// The id of the promotion that brings about `changes` and `configuration` in `environment`.
    ///
    /// Independent of the order of `changes`. A line per change: component, content, superseded promotion.
    package static func promotion(
        environment: EnvironmentName, changes: [Promotion.Change], configuration: Promotion.ConfigurationChange?
    ) -> PromotionID {
        var lines = changes.map { change in
            let content = change.to.map { $0.digest?.description ?? $0.description } ?? "retired"
            return "\(change.component)\t\(content)\t\(change.supersedes?.description ?? "-")"
        }.sorted()
        if let configuration {
            lines.append("configuration\t\(configuration.to)\t\(configuration.supersedes?.description ?? "-")")
        }
        return PromotionID(environment: environment, fingerprint: short([environment.description] + lines))
    }
}
