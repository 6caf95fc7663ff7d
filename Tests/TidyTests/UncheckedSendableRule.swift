/// `@unchecked Sendable` is a proof owed to the reader: at most two, and each says what guards the state.
enum UncheckedSendableRule {
    static let budget = 2
    private static let unchecked = BannedToken("@unchecked Sendable", use: "a Mutex or an actor")

    static func findings(in tree: SourceTree) -> [Finding] {
        let uses = tree.swiftFiles.filter { $0.target != nil }.flatMap { file in
            file.source.uses(of: [unchecked]).map { (file: file, line: $0.line) }
        }
        return uses.enumerated().compactMap { offset, use in
            if offset >= budget {
                return Finding(
                    file: use.file.path, line: use.line,
                    message: "`\(unchecked.spelling)` number \(offset + 1) of \(budget)",
                    replacement: unchecked.replacement)
            }
            guard !use.file.source.commentAbove(use.line).lowercased().contains("guarded by") else { return nil }
            return Finding(
                file: use.file.path, line: use.line, message: "`\(unchecked.spelling)` without its guard",
                replacement: "a comment above that says \"guarded by …\", or a Mutex,")
        }
    }
}

extension ScannedSource {
    /// The comment on `line` and the unbroken block of comments above it.
    func commentAbove(_ line: Int) -> String {
        var block = comments.filter { $0.line == line }.map(\.text)
        var next = line - 1
        for comment in comments.reversed() where comment.line == next {
            block.append(comment.text)
            next -= 1
        }
        return block.joined(separator: " ")
    }
}
