/// Base64 with either alphabet, padded or not (RFC 4648 §4 and §5), one text per value.
///
/// DSSE v1.0.2 lets signers use either alphabet and asks verifiers to accept both. Within one text the alphabets do
/// not mix, and bits that no byte uses must be zero, so that no two texts in one spelling mean the same bytes.
enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The bytes that `text` stands for; `nil` where it is not base64.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        var end = digits.count
        while end > 0, digits.count - end < 2, digits[end - 1] == UInt8(ascii: "=") { end -= 1 }
        guard end % 4 != 1, end == digits.count || digits.count % 4 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(end / 4 * 3 + 2)
        var pending: UInt32 = 0
        var bits = 0
        var alphabets: Set<Bool> = []
        for digit in digits[..<end] {
            guard let value = value(of: digit) else { return nil }
            if value > 61 { alphabets.insert(digit == UInt8(ascii: "+") || digit == UInt8(ascii: "/")) }
            pending = pending << 6 | value
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            result.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            pending &= (1 << UInt32(bits)) - 1
        }
        return pending == 0 && alphabets.count < 2 ? result : nil
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }

    /// `bytes` in the standard alphabet.
    static func text(_ bytes: some Collection<UInt8>, isPadded: Bool = true) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / 3 * 4 + 4)
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            pending = (pending << 8 | UInt32(byte)) & 0xFFFF
            bits += 8
            while bits >= 6 {
                bits -= 6
                result.append(standard[Int(pending >> bits & 63)])
            }
        }
        if bits > 0 { result.append(standard[Int(pending << (6 - bits) & 63)]) }
        while isPadded, result.count % 4 != 0 { result.append(UInt8(ascii: "=")) }
        return String(decoding: result, as: UTF8.self)
    }
}
