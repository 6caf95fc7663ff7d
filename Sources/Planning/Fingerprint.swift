import Crypto
package import PromotionModel

/// Names derived from content: nothing random, nothing from the clock.
package enum Fingerprint {
    /// The first 16 hexadecimal digits of SHA-256 over `lines`, each ended by a line feed.
    static func short(_ lines: [String]) -> String {
        hex(hash(lines).prefix(8))
    }

    /// SHA-256 over `lines`, each ended by a line feed, in hexadecimal digits.
    static func full(_ lines: [String]) -> String {
        hex(hash(lines))
    }

    private static func hash(_ lines: [String]) -> SHA256Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.utf8.count + 1 })
        for line in lines {
            bytes += line.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return SHA256.hash(data: bytes)
    }

    /// SHA-256 over the bytes of each of `texts`, in hexadecimal digits.
    static func digests(of texts: [String: String]) -> [String: String] {
        texts.mapValues { text in hex(SHA256.hash(data: Array(text.utf8))) }
    }

    /// The digest of the facts document whose members have `members` for digests of their texts.
    ///
    /// Taken over a line `KEY DIGEST` for each member, in order of key, so that what a thousand promotions have in
    /// common is read once.
    static func facts(_ members: [String: String]) -> PromotionModel.Digest {
        let lines = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            "\($0.key) \($0.value)"
        }
        guard let digest = PromotionModel.Digest(sha256: hash(lines)) else {
            preconditionFailure("SHA-256 gives 32 bytes")
        }
        return digest
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// `bytes` in hexadecimal digits.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The id of the promotion that brings about `changes` and `configuration` in `environment`.
    ///
    /// Independent of the order of `changes`. A line per change: component, content, superseded promotion.
    package static func promotion(
        environment: EnvironmentName, changes: [Promotion.Change], configuration: Promotion.ConfigurationChange?
    ) -> PromotionID {
        if configuration == nil, changes.count == 1 {
            return PromotionID(environment: environment, fingerprint: short(environment, changes[0]))
        }
        var lines = changes.map { change in
            let content = change.to.map { $0.digest?.description ?? $0.description } ?? "retired"
            return "\(change.component)\t\(content)\t\(change.supersedes?.description ?? "-")"
        }.sorted()
        if let configuration {
            lines.append("configuration\t\(configuration.to)\t\(configuration.supersedes?.description ?? "-")")
        }
        return PromotionID(environment: environment, fingerprint: short([environment.description] + lines))
    }

    /// The fingerprint of a promotion of one change, which is what most are; without a text for each part of it.
    private static func short(_ environment: EnvironmentName, _ change: Promotion.Change) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes += environment.description.utf8
        bytes.append(UInt8(ascii: "\n"))
        bytes += change.component.description.utf8
        bytes.append(UInt8(ascii: "\t"))
        if let artifact = change.to {
            if let digest = artifact.digest { digest.append(to: &bytes) } else { bytes += artifact.description.utf8 }
        } else {
            bytes += "retired".utf8
        }
        bytes.append(UInt8(ascii: "\t"))
        bytes += (change.supersedes?.description ?? "-").utf8
        bytes.append(UInt8(ascii: "\n"))
        return hex(SHA256.hash(data: bytes).prefix(8))
    }
}
