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

    /// Sixty-four bits of a digest in each, the first ones first.
    ///
    /// A fleet holds several digests for each component, so none of them is an allocation of its own.
    private enum Bits: Hashable, Sendable {
        case sha256(UInt64, UInt64, UInt64, UInt64)
        case sha512([UInt64])
    }

    private let bits: Bits

    /// Parses `text`.
    ///
    /// - Throws: ``Malformed`` with the part of the grammar that `text` misses.
    package init(_ text: String) throws(Malformed) {
        if let words = Self.plainWords(of: text) {
            bits = .sha256(words.0, words.1, words.2, words.3)
            return
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw Malformed(text: text, reason: "expected \"sha256:\" and 64 hexadecimal digits")
        }
        guard let algorithm = Algorithm(rawValue: String(text[..<colon])) else {
            throw Malformed(text: text, reason: "algorithm \"\(text[..<colon])\" is not one of sha256, sha512")
        }
        let hex = text.utf8[text.utf8.index(after: colon)...]
        var words: [UInt64] = []
        words.reserveCapacity(algorithm.hexCount / 16)
        var (word, count) = (UInt64(0), 0)
        for byte in hex {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                throw Malformed(text: text, reason: "hexadecimal digits of a digest are lower case")
            default:
                throw Malformed(text: text, reason: "a digest holds hexadecimal digits only")
            }
            count += 1
            if count % 16 == 0, count <= algorithm.hexCount { words.append(word) }
        }
        guard count == algorithm.hexCount else {
            throw Malformed(
                text: text,
                reason: "\(algorithm.rawValue) needs \(algorithm.hexCount) hexadecimal digits, found \(count)")
        }
        bits = algorithm == .sha512 ? .sha512(words) : .sha256(words[0], words[1], words[2], words[3])
    }

    /// The bits of a well-formed SHA-256 digest, which nearly all are; `nil` for any other text.
    private static func plainWords(of text: String) -> (UInt64, UInt64, UInt64, UInt64)? {
        let count = 7
        guard text.utf8.count == count + 64, text.utf8.starts(with: "sha256:".utf8) else { return nil }
        let span = text.utf8.span
        var isHex = true
        func word(_ number: Int) -> UInt64 {
            var word: UInt64 = 0
            for place in (count + number * 16)..<(count + number * 16 + 16) {
                let byte = span[place]
                let (digit, letter) = (byte &- UInt8(ascii: "0"), byte &- UInt8(ascii: "a"))
                isHex = isHex && (digit < 10 || letter < 6)
                word = word << 4 | UInt64(digit < 10 ? digit : letter &+ 10)
            }
            return word
        }
        let words = (word(0), word(1), word(2), word(3))
        return isHex ? words : nil
    }

    /// The SHA-256 digest of which these are the bytes.
    ///
    /// - Returns: `nil` where they are not 32.
    package init?(sha256 bytes: some Sequence<UInt8>) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for byte in bytes {
            switch count / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            case 3: words.3 = words.3 << 8 | UInt64(byte)
            default: return nil
            }
            count += 1
        }
        guard count == 32 else { return nil }
        bits = .sha256(words.0, words.1, words.2, words.3)
    }

    /// Algorithm and hexadecimal digits, as written.
    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds the bytes of ``description``.
    package func append(to text: inout [UInt8]) {
        text.reserveCapacity(text.count + algorithm.hexCount + 7)
        text += (algorithm == .sha256 ? "sha256:" : "sha512:").utf8
        appendDigits(to: &text)
    }

    /// Adds what the hexadecimal digits stand for.
    package func appendBytes(to bytes: inout [UInt8]) {
        let words: [UInt64] =
            switch bits {
            case .sha256(let first, let second, let third, let fourth): [first, second, third, fourth]
            case .sha512(let words): words
            }
        for word in words {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
    }

    /// The first twelve hexadecimal digits, for people.
    package var short: String {
        var text: [UInt8] = []
        Self.append(first, to: &text)
        return String(decoding: text[..<12], as: UTF8.self)
    }

    /// The hexadecimal digits without the algorithm.
    package var hex: Substring {
        var text: [UInt8] = []
        appendDigits(to: &text)
        return Substring(String(decoding: text, as: UTF8.self))
    }

    /// The algorithm the digest was made with.
    package var algorithm: Algorithm {
        switch bits {
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }

    private var first: UInt64 {
        switch bits {
        case .sha256(let first, _, _, _): first
        case .sha512(let words): words[0]
        }
    }

    private func appendDigits(to text: inout [UInt8]) {
        switch bits {
        case .sha256(let first, let second, let third, let fourth):
            Self.append(first, to: &text)
            Self.append(second, to: &text)
            Self.append(third, to: &text)
            Self.append(fourth, to: &text)
        case .sha512(let words):
            for word in words { Self.append(word, to: &text) }
        }
    }

    private static func append(_ word: UInt64, to text: inout [UInt8]) {
        unsafe withUnsafeBytes(of: digits(word >> 32).bigEndian) { unsafe text.append(contentsOf: $0) }
        unsafe withUnsafeBytes(of: digits(word & 0xFFFF_FFFF).bigEndian) { unsafe text.append(contentsOf: $0) }
    }

    /// The eight digits of the lower 32 bits of `half`, the first one in the highest byte.
    private static func digits(_ half: UInt64) -> UInt64 {
        // Four bits in each byte, all eight of them treated at once.
        var spread = (half | half << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // What is over nine runs over four bits with six more, and is a letter.
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        let stepToLetters = UInt64(UInt8(ascii: "a") - 10 - UInt8(ascii: "0"))
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* stepToLetters
    }

    /// In the order of their texts.
    package static func < (left: Digest, right: Digest) -> Bool {
        switch (left.bits, right.bits) {
        case (.sha256(let first, let second, let third, let fourth), .sha256(let a, let b, let c, let d)):
            (first, second, third, fourth) < (a, b, c, d)
        case (.sha512(let words), .sha512(let others)): words.lexicographicallyPrecedes(others)
        case (.sha256, .sha512): true
        case (.sha512, .sha256): false
        }
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
