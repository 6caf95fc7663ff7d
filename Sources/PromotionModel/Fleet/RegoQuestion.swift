/// A question to the Rego engine.
package struct RegoQuestion: Hashable, Sendable {
    package let promotion: PromotionID
    /// The module's file, and the git blob that holds it.
    package let file: String
    package let blob: String
    package let query: String
    package let input: RegoInput

    package init(promotion: PromotionID, file: String, blob: String, query: String, input: RegoInput) {
        self.promotion = promotion
        self.file = file
        self.blob = blob
        self.query = query
        self.input = input
    }
}

/// What a rule is asked with: a facts document, in JSON.
///
/// Most of a document is the same for all promotions to an environment, so that part is held once for all of them.
package struct RegoInput: Hashable, Sendable {
    private enum Content: Sendable {
        case text(String)
        /// Members of an object by key, each a JSON text: those that other inputs have too, and its own.
        case members(shared: [String: String], own: [String: String], lists: [String: ListExcerpt])
    }

    private let content: Content
    /// Two inputs are the same where these are: the text itself, or a cryptographic digest over the members.
    private let identity: String

    /// An input that somebody else wrote; it need not be an object.
    package init(_ text: String) {
        content = .text(text)
        identity = text
    }

    /// An object of members, each of which is JSON.
    ///
    /// - Parameters:
    ///   - shared: Members that other inputs have too.
    ///   - own: Members besides; no key is in two of the three.
    ///   - lists: Members besides that are lists.
    ///   - digest: A cryptographic digest over all of them.
    package init(shared: [String: String], own: [String: String], lists: [String: ListExcerpt], digest: Digest) {
        content = .members(shared: shared, own: own, lists: lists)
        identity = digest.description
    }

    /// Whether it is an object by the way that it was made, so that nobody has to read it to know.
    package var isObject: Bool {
        if case .members = content { true } else { false }
    }

    /// The whole document on one line; made anew each time.
    package var text: String {
        switch content {
        case .text(let text): text
        case .members(let shared, let own, let lists):
            "{"
                + shared.merging(own) { $1 }.merging(lists.mapValues(\.text)) { $1 }
                .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
        }
    }

    package static func == (left: RegoInput, right: RegoInput) -> Bool {
        left.identity == right.identity
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(identity)
    }
}

/// A list in JSON without some of its items, which are held once for all that leave out others.
package struct ListExcerpt: Sendable {
    private let bytes: [UInt8]
    private let runs: [Range<Int>]

    /// - Parameters:
    ///   - bytes: All items with commas between.
    ///   - runs: Where those that are left stand; each begins and ends with an item.
    package init(_ bytes: [UInt8], runs: [Range<Int>]) {
        self.bytes = bytes
        self.runs = runs
    }

    /// The list on one line; made anew each time.
    package var text: String {
        var text: [UInt8] = [UInt8(ascii: "[")]
        for run in runs {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += bytes[run]
        }
        return String(decoding: text + [UInt8(ascii: "]")], as: UTF8.self)
    }
}

/// What the Rego engine answered.
package enum RegoAnswer: Hashable, Sendable {
    /// The messages of the deny rule, sorted; empty means that nothing is denied.
    case denied([String])
    /// The rule has no result, which decides nothing.
    case undefined
    /// The engine could not be asked, or did not understand.
    case unanswered(String)
}
