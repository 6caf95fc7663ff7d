import Bootstrap
import PromotionModel

/// A reason that somebody gives on the command line, recorded for ever.
enum ReasonText {
    /// The longest reason: a sentence or two, not a report.
    private static let limit = 500

    /// - Throws: ``Refusal`` of kind `usage` for what is no line of text.
    static func checked(_ text: String) throws(Refusal) -> String {
        guard text.contains(where: { !$0.isWhitespace }), text.utf8.count <= limit,
            !text.unicodeScalars.contains(where: \.isInvisible)
        else {
            throw Refusal(.usage, "--reason is one line of text, at most \(limit) bytes")
        }
        return text
    }
}
