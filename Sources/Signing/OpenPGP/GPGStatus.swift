/// The status lines of `gpg --status-fd` (GnuPG's doc/DETAILS): what is decided by, never the prose beside them.
struct GPGStatus {
    /// One line: a keyword and its arguments.
    struct Line: Hashable {
        let keyword: String
        let arguments: [String]
    }

    let lines: [Line]

    /// Reads what a program wrote to the descriptor; whatever is no status line is passed over.
    init(_ bytes: [UInt8]) {
        let prefix = "[GNUPG:] "
        lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap { row in
            guard let text = String(validating: row, as: UTF8.self), text.hasPrefix(prefix) else { return nil }
            let words = text.dropFirst(prefix.count).split(separator: " ").map(String.init)
            return words.first.map { Line(keyword: $0, arguments: Array(words.dropFirst())) }
        }
    }

    /// The lines with one of `keywords`.
    func lines(_ keywords: String...) -> [Line] {
        lines.filter { keywords.contains($0.keyword) }
    }

    /// Why the program failed, as far as its codes tell (libgpg-error's err-codes.h); `nil` where they do not.
    var failure: String? {
        let codes = lines("FAILURE").compactMap { line in
            line.arguments.count > 1 ? UInt32(line.arguments[1]).map { $0 & 0xFFFF } : nil
        }
        guard let code = codes.last else { return nil }
        return Self.reasons[code] ?? "GnuPG's error \(code)"
    }

    private static let reasons: [UInt32: String] = [
        11: "the passphrase is wrong", 17: "there is no such secret key", 54: "the secret key cannot be used",
        62: "nobody answered in time", 77: "there is no agent", 85: "there is no way to ask for the passphrase",
        99: "it was cancelled", 112: "there is no card", 153: "the key has expired", 198: "it was cancelled",
        // ENOTTY, as libgpg-error numbers it.
        32_870: "there is no terminal to ask for the passphrase on; set GPG_TTY",
    ]
}
