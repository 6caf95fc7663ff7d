/// What a server answered to a push, reference by reference: the porcelain format of `git push`.
package struct PushReport: Hashable, Sendable {
    package enum Answer: Hashable, Sendable {
        /// It is where it was asked to be.
        case accepted
        /// In whatever words.
        case refused(String)
    }

    /// By full name; a reference that is not in it was not spoken of, which says nothing.
    package let answers: [String: Answer]
    /// What was said beside it.
    package let words: String
    /// Whether the time was up before there was an end.
    let isTimedOut: Bool

    /// Reads what `git push --porcelain` printed.
    package init(_ output: [UInt8], words: String, isTimedOut: Bool = false) {
        var answers: [String: Answer] = [:]
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].count == 1, let flag = parts[0].first,
                let colon = parts[1].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            let name = String(decoding: parts[1][parts[1].index(after: colon)...], as: UTF8.self)
            switch flag {
            // Moved forward, moved elsewhere, made, there already.
            case UInt8(ascii: " "), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "="): answers[name] = .accepted
            default: answers[name] = .refused(String(decoding: parts[2].prefix(300), as: UTF8.self))
            }
        }
        self.answers = answers
        self.words = words
        self.isTimedOut = isTimedOut
    }

    /// What was answered, where no program printed it.
    package init(_ answers: [String: Answer], words: String, isTimedOut: Bool = false) {
        self.answers = answers
        self.words = words
        self.isTimedOut = isTimedOut
    }

    /// Whether every one of `names` was answered, and accepted.
    package func accepts(_ names: [String]) -> Bool {
        names.allSatisfy { answers[$0] == .accepted }
    }

    /// Whether git itself gave up since the server does not take several references as one thing.
    ///
    /// Read from words, which may be wrong: then they are pushed one after the other, in an order that is safe too.
    var lacksAtomicity: Bool {
        answers.isEmpty && words.contains("does not support --atomic push")
    }

    /// Whether every one of `names` was answered, in whatever way.
    package func answers(_ names: [String]) -> Bool {
        names.allSatisfy { answers[$0] != nil }
    }
}
