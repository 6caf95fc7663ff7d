/// Tells fields of a Secret that everybody may see from those that may be one.
///
/// A Secret holds more than secrets: the certificate beside its key, the port beside the password.
enum SecretField {
    /// Whether `text` under `key` is public whatever stands beside it.
    ///
    /// - Parameter isEncoded: whether it is in base64, as `data` holds it.
    static func isPublic(key: String, text: String, isEncoded: Bool) -> Bool {
        let value = isEncoded ? decoded(text) ?? text : text
        if isPublicPEM(value) { return true }
        guard SecretKey.strength(of: key) == nil else { return false }
        let words = SecretKey.words(of: key)
        if isPlainNumber(value) || ["true", "false"].contains(value) {
            return Set(words).isDisjoint(with: numericSecrets)
        }
        return namesKey(words) && isName(value)
    }

    /// Words of keys whose numbers are secrets.
    private static let numericSecrets: Set<String> = ["pin", "otp", "totp", "code", "key", "seed", "salt", "cvv", "pw"]

    /// The most digits of a number that hides nothing: a port, a size, a time in milliseconds.
    private static let maximumDigits = 10

    private static func isPlainNumber(_ text: String) -> Bool {
        let digits = text.utf8.filter(SecretReference.isDigit).count
        return (1...maximumDigits).contains(digits) && text.utf8.count <= digits + 2
            && text.utf8.allSatisfy {
                SecretReference.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }

    private static let keyWords: Set<String> = [
        "key", "secret", "token", "password", "cert", "certificate", "credential", "credentials",
    ]

    /// Whether `words`, of a key, say that the value is the name of a key: `signingKeyName`.
    private static func namesKey(_ words: [String]) -> Bool {
        words.count > 1 && ["name", "names"].contains(words[words.count - 1])
            && keyWords.contains(words[words.count - 2])
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && SecretKey.isName(text) && !text.contains(where: \.isWhitespace)
    }

    // MARK: - Certificates

    /// What PEM may hold and everybody may see.
    private static let publicLabels: Set<String> = [
        "CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST", "PUBLIC KEY", "RSA PUBLIC KEY",
    ]

    /// Whether `text` is nothing but blocks of PEM that hold certificates or public keys, one at least.
    private static func isPublicPEM(_ text: String) -> Bool {
        guard text.contains("-----BEGIN ") else { return false }
        var label: Substring?
        var count = 0
        for line in text.split(whereSeparator: \.isNewline) {
            let line = SecretReference.trimmed(line)
            if let open = label {
                if line == "-----END \(open)-----" {
                    label = nil
                    count += 1
                } else if !line.utf8.allSatisfy(isBase64) {
                    return false
                }
            } else if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
                let name = line.dropFirst("-----BEGIN ".count).dropLast("-----".count)
                guard publicLabels.contains(String(name)) else { return false }
                label = name
            } else if !line.isEmpty {
                return false
            }
        }
        return label == nil && count > 0
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        SecretReference.isDigit(byte) || SecretReference.isUpper(byte) || SecretReference.isLower(byte)
            || [UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "=")].contains(byte)
    }

    // MARK: - Base64

    /// The text that `text` is in base64; `nil` where it is none, or no UTF-8.
    private static func decoded(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 > 0x20 }
        let body = digits.prefix { $0 != UInt8(ascii: "=") }
        guard digits.count % 4 == 0, digits.count - body.count <= 2 else { return nil }
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for digit in body {
            guard let value = value(ofBase64: digit) else { return nil }
            buffer = (buffer << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(ofBase64 digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
