/// The content address of an artifact, `sha256:<64 hex>` or `sha512:<128 hex>`, lower case.
///
/// OCI image specification, `descriptor.md`, "Digests". Only the two registered algorithms are accepted: what
/// cannot be compared byte for byte with what a registry serves is no proof of identity.
package struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// A registered digest algorithm.
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha256
        case sha512

        /// Number of hexadecimal digits of a digest of this algorithm.
        package var hexCount: Int {
            switch self {
            case .sha256: 64
            case .sha512: 128
            }
        }
    }

    /// Algorithm and hexadecimal digits, as written.
    package let description: String

    /// Parses `text`.
    ///
    /// - Throws: ``Malformed`` with the part of the grammar that `text` misses.
    package init(_ text: String) throws(Malformed) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw Malformed(text: text, reason: "expected \"sha256:\" and 64 hexadecimal digits")
        }
        guard let algorithm = Algorithm(rawValue: String(text[..<colon])) else {
            throw Malformed(text: text, reason: "algorithm \"\(text[..<colon])\" is not one of sha256, sha512")
        }
        let hex = text.utf8[text.utf8.index(after: colon)...]
        for byte in hex {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                throw Malformed(text: text, reason: "hexadecimal digits of a digest are lower case")
            default:
                throw Malformed(text: text, reason: "a digest holds hexadecimal digits only")
            }
        }
        guard hex.count == algorithm.hexCount else {
            throw Malformed(
                text: text,
                reason: "\(algorithm.rawValue) needs \(algorithm.hexCount) hexadecimal digits, found \(hex.count)")
        }
        description = text
    }

    /// The first twelve hexadecimal digits, for people.
    package var short: String {
        String(hex.prefix(12))
    }

    /// The hexadecimal digits without the algorithm.
    package var hex: Substring {
        description[description.index(after: separator)...]
    }

    /// The algorithm the digest was made with.
    package var algorithm: Algorithm {
        description.utf8.count == Algorithm.sha512.hexCount + 7 ? .sha512 : .sha256
    }

    private var separator: String.Index {
        description.utf8.index(description.startIndex, offsetBy: 6)
    }

    package static func < (left: Digest, right: Digest) -> Bool {
        left.description < right.description
    }

    /// Why a text is no digest.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let text: String
        package let reason: String

        package var description: String {
            "\"\(text.printable)\" is no digest: \(reason.printable)"
        }
    }
}
