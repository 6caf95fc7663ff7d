/// Judges a value by what it looks like, whatever it is called.
enum SecretContent {
    /// Why `text` is taken for a secret, or for holding one; `nil` where it is not.
    static func reason(in text: String) -> String? {
        let bytes = Array(text.utf8)
        if hasPrivateKey(text, bytes) { return "a private key" }
        if let reason = TokenShape.reason(in: bytes) { return reason }
        if hasPasswordInAddress(bytes) { return "a password in an address" }
        if let reason = connectionString(text) { return reason }
        return assignments(in: text)
    }

    // MARK: - Private keys

    private static let keyMark = Array("PRIVATE KEY".utf8)
    /// `-----BEGIN ` in base64.
    private static let armoured = Array("LS0tLS1CRUdJTi".utf8)
    /// `PRIVATE KEY` in base64, at each of the three places a group can begin.
    private static let armouredMarks = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0V", "QUklWQVRFIEtFW"].map { Array($0.utf8) }

    private static func hasPrivateKey(_ text: String, _ bytes: [UInt8]) -> Bool {
        if text.contains("-----BEGIN "), bytes.firstRange(of: keyMark) != nil { return true }
        return bytes.starts(with: armoured) && armouredMarks.contains { bytes.prefix(80).firstRange(of: $0) != nil }
    }

    // MARK: - Addresses and connection strings

    /// `scheme://user:password@host`, with a password that is no reference.
    private static func hasPasswordInAddress(_ bytes: [UInt8]) -> Bool {
        var position = 0
        while let found = bytes[position...].firstRange(of: Array("://".utf8)) {
            position = found.upperBound
            let rest = bytes[position...].prefix(512).prefix { !endsAuthority($0) }
            guard let at = rest.lastIndex(of: UInt8(ascii: "@")),
                let colon = rest[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let password = String(decoding: rest[rest.index(after: colon)..<at], as: UTF8.self)
            let isVariable = password.contains("$") || password.contains("{") || password.contains("%(")
            if !isVariable, !SecretReference.isSubstituted(password) { return true }
        }
        return false
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte <= 0x20 || [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'")].contains(byte)
    }

    private static let connectionKeys: Set<String> = [
        "password", "pwd", "accountkey", "sharedaccesskey", "sharedaccesssignature",
    ]

    /// `Server=db;Password=…`: fields between semicolons.
    private static func connectionString(_ text: String) -> String? {
        guard text.utf8.count <= 4_096, text.utf8.contains(UInt8(ascii: ";")) else { return nil }
        for field in text.split(separator: ";") {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let key = parts[0].filter { !$0.isWhitespace }.lowercased()
            if connectionKeys.contains(key), !SecretReference.isSubstituted(parts[1]) {
                return "a password in a connection string"
            }
        }
        return nil
    }

    // MARK: - Assignments in text

    /// The longest line of a text within a manifest that is looked at.
    private static let maximumLineBytes = 1_024

    /// As a byte: after a carriage return it is no character of its own.
    private static let newline = UInt8(ascii: "\n")

    /// `--password=…` of an argument, `password = …` on a line of a configuration file.
    private static func assignments(in text: String) -> String? {
        if text.utf8.first == UInt8(ascii: "-"), !text.utf8.contains(newline) {
            let flag = text.drop { $0 == "-" }
            guard let sign = flag.firstIndex(of: "=") else { return nil }
            return SecretKey.reason(key: String(flag[..<sign]), text: String(flag[flag.index(after: sign)...]))
        }
        guard text.utf8.contains(newline) else { return nil }
        for line in text.utf8.split(separator: newline) where line.count <= maximumLineBytes {
            if let reason = assignment(on: line) { return reason }
        }
        return nil
    }

    private static func assignment(on line: Substring.UTF8View) -> String? {
        guard let sign = line.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else {
            return nil
        }
        let key = SecretReference.trimmed(Substring(line[..<sign])).drop { $0 == "\"" || $0 == "'" }
        let name = key.last == "\"" || key.last == "'" ? key.dropLast() : key
        guard !name.isEmpty, name.utf8.count <= 128,
            name.utf8.allSatisfy({
                SecretReference.isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }), SecretKey.strength(of: String(name)) != nil
        else { return nil }
        var value = SecretReference.trimmed(Substring(line[line.index(after: sign)...]))
        while let last = value.last, last == "," || last == ";" { value.removeLast() }
        let isQuoted = value.count > 1 && (value.first == "\"" || value.first == "'") && value.last == value.first
        if isQuoted { value = value.dropFirst().dropLast() }
        // What is written in a program, or a sentence, is no value; nor is `client_secret=web-client-secret`.
        guard !value.contains(where: { $0.isWhitespace || "()[]{}<>$`\"'".contains($0) }),
            isQuoted || !isNamed(value, after: name)
        else { return nil }
        return SecretKey.reason(key: String(name), text: String(value))
    }

    /// Whether `value` is a name of more than one word that has a word of the key's: a variable, or an object.
    private static func isNamed(_ value: Substring, after key: Substring) -> Bool {
        let words = SecretKey.words(of: String(value))
        return words.count > 1 && !Set(words).isDisjoint(with: SecretKey.words(of: String(key)))
    }

    // MARK: - Randomness

    private static let shortestRandom = 24
    private static let longestRandom = 512

    /// Why `text` is taken for a key because nobody would invent it; digests and the like are known by their key.
    static func randomness(of text: String, key: String) -> String? {
        let bytes = Array(text.utf8)
        guard (shortestRandom...longestRandom).contains(bytes.count), !isFingerprintKey(key), isRandom(bytes) else {
            return nil
        }
        return "a long random text, as keys and tokens are"
    }

    /// Last words of keys whose values are random and no secrets.
    private static let fingerprints: Set<String> = [
        "sha", "digest", "checksum", "checksums", "hash", "revision", "commit", "fingerprint", "thumbprint", "uid",
        "id", "ids", "uuid", "integrity", "mac", "certificate", "cert", "ca", "bundle", "cabundle", "crt", "version",
        "tag",
        "ref", "etag", "recipient", "recipients", "pub", "public", "publickey", "arn", "image", "signature", "path",
        "name",
    ]

    private static func isFingerprintKey(_ key: String) -> Bool {
        let words = SecretKey.words(of: key)
        guard let last = words.last else { return false }
        return fingerprints.contains(last) || words.suffix(2) == ["public", "key"]
    }

    /// Letters of both cases and digits, in no order: words run together change between them less often.
    private static func isRandom(_ bytes: [UInt8]) -> Bool {
        var counts: [UInt8: Int] = [:]
        var changes = 0
        var previous = 0
        var classes: Set<Int> = []
        for byte in bytes {
            let kind: Int
            switch byte {
            case _ where SecretReference.isDigit(byte): kind = 1
            case _ where SecretReference.isUpper(byte): kind = 2
            case _ where SecretReference.isLower(byte): kind = 3
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: "_"): kind = 4
            default: return false
            }
            if kind != previous { changes += 1 }
            previous = kind
            classes.insert(kind)
            counts[byte, default: 0] += 1
        }
        guard classes.isSuperset(of: [1, 2, 3]), changes * 2 >= bytes.count else { return false }
        guard bytes.first != UInt8(ascii: "/"), !isDigestText(bytes) else { return false }
        return entropy(counts.values, total: bytes.count) >= 4
    }

    /// `sha256:…`, as it is, as in package locks, or in base64; and certificates, which are public.
    private static func isDigestText(_ bytes: [UInt8]) -> Bool {
        ["sha256", "sha384", "sha512", "c2hhMjU2O", "c2hhNTEyO", "LS0tLS1CRUdJTiBDRVJU", "MII"].contains {
            bytes.starts(with: $0.utf8)
        }
    }

    /// Shannon's entropy, in bits for each byte.
    private static func entropy(_ counts: Dictionary<UInt8, Int>.Values, total: Int) -> Double {
        counts.reduce(0) { sum, count in
            let share = Double(count) / Double(total)
            return sum - share * logarithm(share)
        }
    }

    /// The logarithm to the base 2 of a number in 0 < x <= 1, to six digits; the standard library has none.
    private static func logarithm(_ value: Double) -> Double {
        var fraction = value.significand
        var result = Double(value.exponent)
        var bit = 0.5
        for _ in 0..<24 {
            fraction *= fraction
            if fraction >= 2 {
                fraction /= 2
                result += bit
            }
            bit /= 2
        }
        return result
    }
}
