import PromotionModel

/// The options of a line of an `allowed_signers` file (ssh-keygen(1), ALLOWED SIGNERS).
struct SignerOptions {
    private(set) var namespaces: WordPatternList?
    private(set) var validAfter: Timestamp?
    private(set) var validBefore: Timestamp?

    init() {}

    /// Reads options with commas between them; names in any letter case, values in quotes.
    init(_ text: String) throws(AllowedSignersLineReader.Refusal) {
        var seen: Set<String> = []
        for option in Self.split(text) {
            let name = String(option.prefix { $0 != "=" })
            guard seen.insert(name.lowercased()).inserted else { throw .text("the option \"\(name)\" stands twice") }
            let value = option.count > name.count ? String(option.dropFirst(name.count + 1)) : nil
            try read(name, value)
        }
        if let validAfter, let validBefore, validBefore <= validAfter {
            throw .text("valid-before \(validBefore) is not after valid-after \(validAfter)")
        }
    }

    private mutating func read(_ name: String, _ value: String?) throws(AllowedSignersLineReader.Refusal) {
        switch name.lowercased() {
        case "cert-authority": throw .key(.certificate)
        case "namespaces":
            let text = try Self.quoted(value, of: name)
            guard let list = WordPatternList(text) else { throw .text("expected namespaces with commas between them") }
            guard list.patterns.contains(where: { !$0.isNegated }) else {
                throw .text("namespaces \"\(text)\" allow nothing")
            }
            namespaces = list
        case "valid-after": validAfter = try Self.instant(Self.quoted(value, of: name), of: name)
        case "valid-before": validBefore = try Self.instant(Self.quoted(value, of: name), of: name)
        default: throw .text("\"\(name)\" is neither a key type nor an option that is known")
        }
    }

    private static func split(_ text: String) -> [Substring] {
        var isQuoted = false
        return text.split(omittingEmptySubsequences: false) { character in
            if character == "\"" { isQuoted.toggle() }
            return character == "," && !isQuoted
        }
    }

    private static func quoted(
        _ value: String?, of name: String
    ) throws(AllowedSignersLineReader.Refusal) -> String {
        guard let value, value.utf8.count > 2, value.hasPrefix("\""), value.hasSuffix("\"") else {
            throw .text("the option \"\(name)\" needs a value in quotes")
        }
        let text = String(value.dropFirst().dropLast())
        guard !text.contains("\"") else { throw .text("the option \"\(name)\" has a quote inside its value") }
        return text
    }

    /// Reads `YYYYMMDD[HHMM[SS]]Z`.
    ///
    /// Without the `Z` OpenSSH reads local time, which differs from machine to machine, so it is not optional here.
    private static func instant(
        _ text: String, of name: String
    ) throws(AllowedSignersLineReader.Refusal) -> Timestamp {
        guard text.hasSuffix("Z") else { throw .text("\(name) \"\(text)\" must end in \"Z\": local time is ambiguous") }
        var digits = Array(text.utf8.dropLast())
        guard [8, 12, 14].contains(digits.count) else {
            throw .text("\(name) \"\(text)\" is not YYYYMMDD[HHMM[SS]]Z")
        }
        digits += repeatElement(UInt8(ascii: "0"), count: 14 - digits.count)
        let fields = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12, 12..<14].map { String(decoding: digits[$0], as: UTF8.self) }
        let written = "\(fields[0])-\(fields[1])-\(fields[2])T\(fields[3]):\(fields[4]):\(fields[5])Z"
        guard let instant = Timestamp(written) else {
            throw .text("\(name) \"\(text)\" is no date that the calendar has")
        }
        return instant
    }
}
