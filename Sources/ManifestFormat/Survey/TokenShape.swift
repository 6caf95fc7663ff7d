/// The shapes that well-known services give their tokens, so that scanners find them.
struct TokenShape {
    private let prefix: [UInt8]
    /// How many letters and digits follow at least; `-`, `_` and `.` count among them.
    private let count: Int
    private let service: String

    private init(_ prefix: String, _ count: Int, _ service: String) {
        self.prefix = Array(prefix.utf8)
        self.count = count
        self.service = service
    }

    private static let all = [
        TokenShape("ghp_", 36, "GitHub"), TokenShape("gho_", 36, "GitHub"), TokenShape("ghu_", 36, "GitHub"),
        TokenShape("ghs_", 36, "GitHub"), TokenShape("ghr_", 36, "GitHub"), TokenShape("github_pat_", 22, "GitHub"),
        TokenShape("glpat-", 20, "GitLab"), TokenShape("xoxb-", 10, "Slack"), TokenShape("xoxp-", 10, "Slack"),
        TokenShape("xoxa-", 10, "Slack"), TokenShape("xoxr-", 10, "Slack"), TokenShape("xoxs-", 10, "Slack"),
        TokenShape("xapp-", 10, "Slack"), TokenShape("sk_live_", 16, "Stripe"), TokenShape("rk_live_", 16, "Stripe"),
        TokenShape("AIza", 35, "Google"), TokenShape("ya29.", 20, "Google"), TokenShape("npm_", 36, "npm"),
        TokenShape("pypi-AgE", 32, "PyPI"), TokenShape("dckr_pat_", 20, "Docker"), TokenShape("hvs.", 24, "Vault"),
        TokenShape("dop_v1_", 32, "DigitalOcean"), TokenShape("sk-ant-", 24, "Anthropic"),
        TokenShape("SG.", 40, "SendGrid"), TokenShape("glsa_", 32, "Grafana"),
        TokenShape("AGE-SECRET-KEY-1", 40, "age"),
    ]

    /// By the first byte of their prefix.
    private static let byFirst = Dictionary(grouping: all) { $0.prefix[0] }

    /// Which token `text` holds, in words; `nil` for none.
    static func reason(in text: [UInt8]) -> String? {
        var start = 0
        while start < text.count {
            guard isPart(text[start]) else {
                start += 1
                continue
            }
            let word = text[start...].prefix(while: isPart)
            if let reason = reason(ofWord: word) { return reason }
            start = word.endIndex
        }
        return nil
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        SecretReference.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func reason(ofWord word: ArraySlice<UInt8>) -> String? {
        guard let first = word.first, word.count >= 14 else { return nil }
        if isAccessKey(word) { return "an access key of AWS" }
        if isWebToken(word) { return "a JSON web token" }
        for shape in byFirst[first] ?? [] where word.starts(with: shape.prefix) {
            let body = word.dropFirst(shape.prefix.count)
            // `ghp_xxxxxxxx` is an example.
            if body.count >= shape.count, Set(body).count > 4 { return "a token of \(shape.service)" }
        }
        return nil
    }

    /// `AKIA` or `ASIA` and sixteen upper-case letters and digits.
    private static func isAccessKey(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count == 20, word.starts(with: "AKIA".utf8) || word.starts(with: "ASIA".utf8) else { return false }
        return word.allSatisfy { SecretReference.isUpper($0) || SecretReference.isDigit($0) }
            && !word.suffix(7).elementsEqual("EXAMPLE".utf8)
    }

    /// Three parts in base64 with dots between, the first two of which are JSON objects.
    private static func isWebToken(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.starts(with: "eyJ".utf8) else { return false }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 3 && parts[1].starts(with: "eyJ".utf8) && parts[2].count >= 16
    }
}
