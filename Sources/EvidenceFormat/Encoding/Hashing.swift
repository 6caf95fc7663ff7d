import Crypto
package import PromotionModel

extension PromotionModel.Digest {
    /// SHA-256 of `bytes`, as a content address.
    package static func sha256(of bytes: [UInt8]) throws(Malformed) -> PromotionModel.Digest {
        try PromotionModel.Digest("sha256:" + Hash.hexadecimal(SHA256.hash(data: bytes)))
    }
}

/// The two hash functions, and what is made of their results.
enum Hash {
    /// Lower-case hexadecimal digits.
    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    static func sha512(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA512.hash(data: bytes))
    }

    /// `SHA256:` and the unpadded base64 of SHA-256 over `bytes`: key ids as `ssh-keygen -l` prints them.
    static func fingerprint(of bytes: [UInt8]) -> String {
        "SHA256:" + Base64.text(sha256(bytes), isPadded: false)
    }
}
