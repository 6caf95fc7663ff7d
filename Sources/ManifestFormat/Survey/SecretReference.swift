/// Tells texts that stand for a secret, or for nothing, from those that may be one.
enum SecretReference {
    /// Whether a value is put in place of `text` later, or `text` is no value at all.
    static func isSubstituted(_ text: String) -> Bool {
        let text = trimmed(text)
        guard let first = text.first, let last = text.last else { return true }
        if ["${", "$(", "{{", "<%", "((", "[["].contains(where: text.contains) { return true }
        if first == "<", last == ">" { return true }
        if first == "$", isName(text.dropFirst()) { return true }
        if first == "%", last == "%" || text.hasSuffix(")s") { return true }
        if prefixes.contains(where: text.hasPrefix) { return true }
        return isMask(text)
    }

    /// Whether `text` names a secret, switches something, or is a place: all that is no secret under a telling key.
    static func isHarmless(_ text: String) -> Bool {
        let text = trimmed(text)
        if isSubstituted(text) || text.contains("://") || text.contains(".svc") { return true }
        if ["/", "./", "../", "~/", "file:"].contains(where: text.hasPrefix) { return true }
        if text.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) { return true }
        return switches.contains(text.lowercased())
    }

    /// Words that switch something on or off, or say that there is nothing.
    private static let switches: Set<String> = [
        "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "n/a", "enabled", "disabled", "required",
        "optional", "auto", "string", "unset",
    ]

    /// What references to secret stores begin with.
    private static let prefixes = [
        "ref+", "vault:", "vault/", "ENC[", "op://", "secret://", "secrets://", "secretref:", "awssm:", "gcpsm:",
        "azurekeyvault:", "akv:", "arn:", "projects/", "kms:", "@Microsoft.KeyVault", "!vault", "AVP:",
    ]

    /// `****`, `xxxx`, `…`, `REDACTED`, `your-token`: no secret yet, or no longer.
    private static func isMask(_ text: Substring) -> Bool {
        guard let first = text.first else { return true }
        if "*xX.-_•…?#".contains(first), text.allSatisfy({ $0 == first }) { return true }
        let lower = text.lowercased()
        return ["redacted", "[redacted]", "masked", "hidden"].contains(lower) || lower.contains("placeholder")
            || ["replace_", "replace-", "replaceme", "your-", "your_"].contains(where: lower.hasPrefix)
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isWord($0) }
    }

    static func isSubstituted(_ text: Substring) -> Bool {
        isSubstituted(String(text))
    }

    private static func trimmed(_ text: String) -> Substring {
        trimmed(text[...])
    }

    /// `text` without white space at its ends.
    static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
        return start[...last]
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    static func isUpper(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    /// A letter, a digit or `_`.
    static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || isUpper(byte) || isLower(byte) || byte == UInt8(ascii: "_")
    }
}
