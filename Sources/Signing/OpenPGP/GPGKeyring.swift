import PromotionModel

/// The keys of a keyring and when each counts, as `gpg --with-colons --list-keys` tells (GnuPG's doc/DETAILS).
struct GPGKeyring {
    /// When a key counts; subkeys no longer than the key they belong to.
    struct Span: Hashable {
        let from: Timestamp
        /// `nil` where it never expires.
        let until: Timestamp?
    }

    /// By fingerprint, in capital letters as gpg writes them.
    let spans: [String: Span]

    /// Reads the listing.
    init(_ bytes: [UInt8]) {
        var spans: [String: Span] = [:]
        var primary: Span?
        var current: Span?
        for row in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = row.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            switch fields[0] {
            case "pub":
                primary = Self.span(fields)
                current = primary
            case "sub":
                current = Self.span(fields).flatMap { own in primary.map { Self.joined(own, $0) } }
            case "fpr" where fields.count > 9:
                if let current { spans[fields[9]] = current }
                current = nil
            default: continue
            }
        }
        self.spans = spans
    }

    /// The sixth and seventh fields: seconds since 1970, the second empty where the key never expires.
    private static func span(_ fields: [String]) -> Span? {
        guard fields.count > 6, let from = Int64(fields[5]) else { return nil }
        guard !fields[6].isEmpty else { return Span(from: Timestamp(seconds: from), until: nil) }
        return Int64(fields[6]).map { Span(from: Timestamp(seconds: from), until: Timestamp(seconds: $0)) }
    }

    private static func joined(_ own: Span, _ primary: Span) -> Span {
        Span(from: max(own.from, primary.from), until: [own.until, primary.until].compactMap(\.self).min())
    }
}
