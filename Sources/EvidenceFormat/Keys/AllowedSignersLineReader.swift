import PromotionModel

/// Reads one line of an `allowed_signers` file: principals, options, key type, key in base64, comment.
struct AllowedSignersLineReader {
    /// Why a line is refused.
    enum Refusal: Error, CustomStringConvertible {
        case text(String)
        case key(KeyRefusal)

        var description: String {
            switch self {
            case .text(let reason): reason
            case .key(let refusal): refusal.description
            }
        }
    }

    private var rest: ArraySlice<UInt8>

    /// The signer of `row`; `nil` for a comment and an empty line.
    static func line(_ row: [UInt8], at place: Place) throws(Refusal) -> SignerLine? {
        var reader = AllowedSignersLineReader(rest: row[...])
        reader.skipSpace()
        guard let first = reader.rest.first, first != UInt8(ascii: "#") else { return nil }
        let principals = try principals(reader.field())
        var word = try reader.field()
        var options = SignerOptions()
        if !isKeyType(word) {
            options = try SignerOptions(word)
            word = try reader.field()
        }
        let encoded = try reader.field()
        let key: PublicKey
        do {
            key = try PublicKey(sshLine: "\(word) \(encoded)")
        } catch {
            throw .key(error)
        }
        return SignerLine(
            place: place, principals: principals, key: key, namespaces: options.namespaces,
            validAfter: options.validAfter, validBefore: options.validBefore)
    }

    /// A key type begins like one; what then follows is for the key to refuse.
    private static func isKeyType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-", "sk-", "rsa-", "webauthn-sk-"].contains { word.hasPrefix($0) }
    }

    private static func principals(_ field: String) throws(Refusal) -> WordPatternList {
        let isQuoted = field.utf8.count >= 2 && field.hasPrefix("\"") && field.hasSuffix("\"")
        let text = isQuoted ? String(field.dropFirst().dropLast()) : field
        guard !text.contains("\""), let list = WordPatternList(text) else {
            throw .text("expected principals with commas between them, found \(field)")
        }
        let positive = list.patterns.filter { !$0.isNegated }
        guard !positive.isEmpty else { throw .text("principals \"\(text)\" name nobody") }
        guard !positive.contains(where: \.isBlank) else {
            throw .text("principals \"\(text)\" name everybody: a signature must be somebody's")
        }
        return list
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    /// The bytes up to the next white space outside quotes.
    private mutating func field() throws(Refusal) -> String {
        skipSpace()
        var isQuoted = false
        let word = rest.prefix { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return isQuoted || (byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t"))
        }
        guard !isQuoted else { throw .text("a quote is not closed") }
        guard !word.isEmpty else { throw .text("expected principals, options, key type and key") }
        rest = rest.dropFirst(word.count)
        return String(decoding: word, as: UTF8.self)
    }
}
