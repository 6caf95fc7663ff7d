/// The textual armour of keys (RFC 7468), read strictly: one block, nothing around it but white space.
enum PEMText {
    /// The longest text that is read: our keys need 250 bytes.
    private static let maximumBytes = 16 << 10

    /// The bytes inside the block `label`.
    ///
    /// - Throws: ``KeyRefusal/malformed(_:)``.
    static func bytes(of label: String, in text: String) throws(KeyRefusal) -> [UInt8] {
        guard text.utf8.count <= maximumBytes else { throw .malformed("longer than \(maximumBytes) bytes") }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----", lines.count > 2 else {
            throw .malformed("expected one block \"BEGIN \(label)\"")
        }
        guard let bytes = Base64.bytes(lines[1..<(lines.count - 1)].joined()) else {
            throw .malformed("expected base64 between the lines BEGIN and END")
        }
        return bytes
    }

    /// `bytes` as the block `label`, 64 characters a line.
    static func text(of label: String, _ bytes: [UInt8]) -> String {
        let digits = Array(Base64.text(bytes).utf8)
        let lines = stride(from: 0, to: digits.count, by: 64).map { start in
            String(decoding: digits[start..<min(start + 64, digits.count)], as: UTF8.self)
        }
        return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----"]).joined(separator: "\n") + "\n"
    }
}
