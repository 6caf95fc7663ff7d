/// A checksum that tells damage, not malice: any change of one word changes it.
enum Checksum {
    static let start: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// `sum` with `word` taken in; of two words never the same.
    static func mix(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        let product = (sum ^ word) &* 0xD6E8_FEB8_6659_FD93
        return product ^ product >> 32
    }

    static func of(_ bytes: [UInt8]) -> UInt64 {
        of(bytes[...])
    }

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { buffer in
            var sum = mix(start, UInt64(buffer.count))
            let end = buffer.count & ~7
            for offset in stride(from: 0, to: end, by: 8) {
                sum = mix(sum, unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            for offset in end..<buffer.count { sum = mix(sum, UInt64(unsafe buffer[offset])) }
            return sum
        }
    }
}
