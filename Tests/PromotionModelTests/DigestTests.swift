import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct DigestTests {
    private static let hex = String(repeating: "0123456789abcdef", count: 4)

    @Test func `both registered algorithms are read`() throws {
        let short = try Digest("sha256:" + Self.hex)
        #expect(short.algorithm == .sha256)
        #expect(short.hex == Self.hex)
        #expect(short.short == "0123456789ab")
        let long = try Digest("sha512:" + Self.hex + Self.hex)
        #expect(long.algorithm == .sha512)
        #expect(long.hex.utf8.count == 128)
        #expect(short < long)
    }

    @Test(
        arguments: [
            ("", "expected \"sha256:\" and 64 hexadecimal digits"),
            ("7e12345", "expected \"sha256:\" and 64 hexadecimal digits"),
            (hex, "expected \"sha256:\" and 64 hexadecimal digits"),
            ("md5:0123", "algorithm \"md5\" is not one of sha256, sha512"),
            ("ha256:\(hex)", "algorithm \"ha256\" is not one of sha256, sha512"),
            ("SHA256:\(hex)", "algorithm \"SHA256\" is not one of sha256, sha512"),
            (":\(hex)", "algorithm \"\" is not one of sha256, sha512"),
            ("sha256:", "sha256 needs 64 hexadecimal digits, found 0"),
            ("sha256:\(hex.dropLast())", "sha256 needs 64 hexadecimal digits, found 63"),
            ("sha256:\(hex)0", "sha256 needs 64 hexadecimal digits, found 65"),
            ("sha512:\(hex)", "sha512 needs 128 hexadecimal digits, found 64"),
            ("sha256:\(hex.uppercased())", "hexadecimal digits of a digest are lower case"),
            ("sha256:\(hex.dropLast())g", "a digest holds hexadecimal digits only"),
            ("sha256:\(hex)\n", "a digest holds hexadecimal digits only"),
            ("sha256: \(hex)", "a digest holds hexadecimal digits only"),
            ("sha256:sha256:\(hex)", "a digest holds hexadecimal digits only"),
            ("sha256:\(hex.dropLast())１", "a digest holds hexadecimal digits only"),
        ] as [(String, String)])
    func `anything else is refused with its reason`(_ text: String, _ reason: String) {
        #expect(errorText { try Digest(text) } == "\"\(text.printable)\" is no digest: \(reason)")
    }

    @Test func `a refusal is safe to print`() {
        let text = "sha256:\u{1B}[31m\u{202E}"
        #expect(
            errorText { try Digest(text) }
                == #""sha256:\u{1b}[31m\u{202e}" is no digest: a digest holds hexadecimal digits only"#)
        let algorithm = "\u{1B}[2J:0"
        #expect(errorText { try Digest(algorithm) }?.contains("\u{1B}") == false)
    }

    @Test(arguments: 0..<UInt64(32))
    func `what is kept is what was written, in the order of the texts`(seed: UInt64) throws {
        var random = RandomModel(seed: seed)
        let texts = (0..<40).map { _ in
            let algorithm: Digest.Algorithm = random.pick(Digest.Algorithm.allCases)
            // Few digits, so that some begin alike.
            let hex = (0..<algorithm.hexCount).map { _ in random.pick(["0", "8", "f"]) }.joined()
            return "\(algorithm.rawValue):"
                + random.pick([hex, String(repeating: "8", count: algorithm.hexCount - 1) + "9"])
        }
        let digests = try texts.map { try Digest($0) }
        #expect(digests.map(\.description) == texts)
        #expect(digests.sorted().map(\.description) == texts.sorted())
        #expect(Set(digests).count == Set(texts).count)
        for (digest, text) in zip(digests, texts) {
            #expect(digest.hex == text.dropFirst(7) && digest.short == text.dropFirst(7).prefix(12))
            #expect(digest.algorithm.rawValue == text.prefix(6))
        }
    }

    @Test func `bytes and digits are the same digest`() throws {
        let bytes = (0..<UInt8(32)).map { $0 &* 9 }
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(try Digest(sha256: bytes) == Digest("sha256:" + hex))
        #expect(Digest(sha256: bytes.dropLast()) == nil)
        #expect(Digest(sha256: bytes + [0]) == nil)
    }
}
