import PromotionModel

/// Judges a value by the key it stands under: `password: hunter2`.
enum SecretKey {
    /// Why `text` under `key` is taken for a secret; `nil` where it is not.
    static func reason(key: String, text: String) -> String? {
        guard let strength = strength(of: key), !SecretReference.isHarmless(text) else { return nil }
        switch strength {
        case .certain: break
        case .likely:
            guard !isName(text) else { return nil }
        case .credentials:
            guard isAuthorization(text) else { return nil }
        }
        return "a value under the name \"\(String(key.suffix(64)).printable)\""
    }

    /// How much a key says.
    enum Strength {
        /// The value is a secret unless it is a reference.
        case certain
        /// The value is a secret, or the name of one.
        case likely
        /// The value is a secret if it looks like a header's.
        case credentials
    }

    /// How much `key` says; only its last words count, so that `passwordPolicy` and `tokenUrl` say nothing.
    static func strength(of key: String) -> Strength? {
        let words = words(of: key)
        guard let last = words.last else { return nil }
        let pair = words.count > 1 ? words[words.count - 2] + last : last
        if [last, pair, words.suffix(3).joined()].contains(where: certain.contains) { return .certain }
        if likely.contains(last) || likely.contains(pair) { return .likely }
        return credentials.contains(last) ? .credentials : nil
    }

    private static let certain: Set<String> = [
        "password", "passwd", "passphrase", "pwd", "apikey", "privatekey", "clientsecret", "secretaccesskey",
        "accesstoken", "authtoken", "refreshtoken", "bearertoken", "apitoken", "encryptionkey", "signingkey",
        "masterkey", "webhooksecret", "accountkey", "sharedkey", "cookiesecret", "appsecret", "jwtsecret", "dbpass",
    ]

    private static let likely: Set<String> = [
        "secret", "token", "secretkey", "accesskey", "pass", "credential", "credentials", "secretkeybase", "apisecret",
    ]

    private static let credentials: Set<String> = ["authorization", "auth"]

    /// The words of a key in lower case: `DB_PASSWORD`, `dbPassword` and `db-password` are two each.
    ///
    /// Of `a/b` only `b` counts, digits at the end do not.
    static func words(of key: String) -> [String] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        var previous: UInt8 = 0
        let bytes = Array(key.utf8.suffix(128).split(separator: UInt8(ascii: "/")).last ?? [])
        for (index, byte) in bytes.enumerated() {
            let isNext = index + 1 < bytes.count && SecretReference.isLower(bytes[index + 1])
            let begins = SecretReference.isUpper(byte) && (!SecretReference.isUpper(previous) || isNext)
            if begins || !SecretReference.isWord(byte) || byte == UInt8(ascii: "_") {
                if !word.isEmpty { words.append(word) }
                word = []
            }
            if SecretReference.isWord(byte), byte != UInt8(ascii: "_") {
                word.append(SecretReference.isUpper(byte) ? byte | 0x20 : byte)
            }
            previous = byte
        }
        if !word.isEmpty { words.append(word) }
        while let last = words.last, last.allSatisfy(SecretReference.isDigit) { words.removeLast() }
        return words.map { word in
            let kept = word.count - word.reversed().prefix(while: SecretReference.isDigit).count
            return String(decoding: word.prefix(kept), as: UTF8.self)
        }
    }

    /// Passwords so common that they look like names.
    private static let common: Set<String> = [
        "changeme", "change-me", "change_me", "changeit", "password", "passw0rd", "secret", "admin", "letmein",
        "s3cr3t",
    ]

    /// Whether `text` reads as the name of a secret, or as prose, more than as one.
    static func isName(_ text: String) -> Bool {
        if common.contains(text.lowercased()) { return false }
        if text.contains(where: \.isWhitespace) { return true }
        // A name's segments are words, with a number at most: `web-tls-v2`, `db.credentials`, `DATABASE_URL`.
        return text.utf8.split { !SecretReference.isWord($0) || $0 == UInt8(ascii: "_") }.allSatisfy { segment in
            let changes = zip(segment, segment.dropFirst()).count {
                SecretReference.isDigit($0) != SecretReference.isDigit($1)
            }
            return changes <= 2 && segment.count <= 24
        }
    }

    /// `Basic …`, `Bearer …`, `Token …` with something that is no reference.
    private static func isAuthorization(_ text: String) -> Bool {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, ["basic", "bearer", "token", "apikey"].contains(parts[0].lowercased()) else {
            return false
        }
        return !SecretReference.isSubstituted(parts[1]) && parts[1].utf8.count >= 8
    }
}
