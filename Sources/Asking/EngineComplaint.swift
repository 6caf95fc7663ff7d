import JSONText
import PromotionModel

/// Puts what OPA says of an error into one line.
enum EngineComplaint {
    private static let lengthLimit = 600

    /// The reason in OPA's error document: `{"errors": [{code, message, location: {row}}]}`, with or without a
    /// `message` of its own; `nil` where `document` is none.
    ///
    /// - Parameters:
    ///   - file: what OPA's names for the module are replaced by.
    ///   - replacements: words that must not be shown, and what to show instead.
    static func reason(in document: JSONValue?, file: String, replacing replacements: [String: String] = [:]) -> String?
    {
        guard let document else { return nil }
        var text = document["message"]?.string
        if case .array(let errors)? = document["errors"], let first = errors.first {
            text = line(first, file: file) ?? text
            if errors.count > 1 { text = text.map { "\($0) (and \(errors.count - 1) more)" } }
        }
        guard var text else { return nil }
        for (word, shown) in replacements where !word.isEmpty { text = text.replacing(word, with: shown) }
        text = text.split(whereSeparator: \.isNewline).joined(separator: " ").printable
        return text.count > lengthLimit ? text.prefix(lengthLimit) + "…" : text
    }

    private static func line(_ error: JSONValue, file: String) -> String? {
        guard let message = error["message"]?.string else { return nil }
        var place = file
        if case .number(let row)? = error["location"]?["row"] { place += ":\(row)" }
        return [place, error["code"]?.string, message].compactMap(\.self).joined(separator: ": ")
    }
}
