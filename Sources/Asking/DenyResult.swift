import JSONText
import PromotionModel

/// Reads what a deny rule came to.
enum DenyResult {
    /// More messages than anybody reads; what they say is recorded, so there is an end to it.
    private static let messageLimit = 50
    private static let messageLength = 400

    /// What `value`, the value of the rule that `query` names, means.
    static func answer(_ value: JSONValue, query: String) -> RegoAnswer {
        switch value {
        case .bool(false): return .denied([])
        case .bool(true): return .denied(["\(query) is true"])
        case .string(let text): return .denied([message(text, query: query)])
        case .array(let items):
            var messages: Set<String> = []
            for item in items {
                guard let text = item.string ?? item["msg"]?.string else {
                    return .unanswered("\(query) has a member that is neither a text nor an object with \"msg\"")
                }
                messages.insert(message(text, query: query))
            }
            return .denied(bounded(messages.sorted()))
        case .null, .number, .object:
            return .unanswered("\(query) is neither a set of messages, a message, nor true or false")
        }
    }

    /// A message as it may be printed and recorded; a denial without words stays a denial.
    private static func message(_ text: String, query: String) -> String {
        let line = text.printable
        guard !line.isEmpty else { return "\(query) denies without a message" }
        return line.count > messageLength ? line.prefix(messageLength) + "…" : line
    }

    private static func bounded(_ messages: [String]) -> [String] {
        guard messages.count > messageLimit else { return messages }
        return messages.prefix(messageLimit) + ["… and \(messages.count - messageLimit) more"]
    }
}
