/// A spelling that is banned somewhere, and what to write instead.
struct BannedToken: Sendable {
    let spelling: String
    let replacement: String
    /// The spelling as the scanner sees it, so that spaces and line breaks do not hide it.
    let tokens: [String]
    let beginsWithWord: Bool

    init(_ spelling: String, use replacement: String) {
        self.spelling = spelling
        self.replacement = replacement
        tokens = ScannedSource(spelling).tokens.map(\.text)
        beginsWithWord = spelling.first?.isLetter ?? false
    }
}

/// Spellings that a ring, or all of `Sources`, does without.
enum TokenRules {
    /// A pure target is a function of its arguments: no clock, no chance, no world, no waiting.
    static let bannedInPure = [
        BannedToken("Date()", use: "an instant passed in as an argument"),
        BannedToken(".now", use: "an instant passed in as an argument"),
        BannedToken("UUID()", use: "an id derived from the content"),
        BannedToken(".random(", use: "a value passed in as an argument"),
        BannedToken("Task {", use: "a plain function"),
        BannedToken("Task(", use: "a plain function"),
        BannedToken("Task.detached", use: "a plain function"),
        BannedToken("await", use: "a plain function, and a port for what takes time,"),
        BannedToken("print(", use: "a returned value that a command renders"),
        BannedToken("ProcessInfo", use: "configuration passed in by Bootstrap"),
        BannedToken("FileManager", use: "bytes read by an effect target"),
    ]

    static let bannedInSources = [
        BannedToken("try?", use: "do and catch, or a typed throw,"),
        BannedToken("try!", use: "a typed throw"),
        BannedToken("fatalError(", use: "precondition with the broken invariant, or a typed throw,"),
        BannedToken("nonisolated(unsafe)", use: "a Mutex or an actor"),
        BannedToken("git_signature_now", use: "git_signature_new with the time of the clock port"),
        BannedToken("public", use: "package access"),
        BannedToken("@_exported", use: "an import in each file that needs the module"),
    ]

    /// Words that promise work instead of doing it.
    private static let promises: Set = ["TODO", "FIXME", "XXX"]

    static func findings(in tree: SourceTree) -> [Finding] {
        tree.swiftFiles.flatMap { file -> [Finding] in
            guard let target = file.target else { return [] }
            let isPure = TargetTable.byName[target]?.ring == .pure
            return findings(in: file, of: bannedInSources, place: "in Sources")
                + (isPure ? findings(in: file, of: bannedInPure, place: "in a pure target") : [])
                + promiseFindings(in: file)
        }
    }

    private static func findings(
        in file: SourceTree.SwiftFile, of banned: [BannedToken], place: String
    ) -> [Finding] {
        file.source.uses(of: banned).map { banned, line in
            Finding(
                file: file.path, line: line, message: "`\(banned.spelling)` is banned \(place)",
                replacement: banned.replacement)
        }
    }

    private static func promiseFindings(in file: SourceTree.SwiftFile) -> [Finding] {
        let inCode = file.source.tokens.filter { promises.contains($0.text) }.map { ($0.text, $0.line) }
        let inComments = file.source.comments.flatMap { comment in
            comment.text.split { !$0.isLetter && $0 != "_" }.map { (String($0), comment.line) }
        }.filter { promises.contains($0.0) }
        return (inCode + inComments).map { word, line in
            Finding(
                file: file.path, line: line, message: "\(word) is a promise",
                replacement: "the finished work, or an issue,")
        }
    }
}

extension ScannedSource {
    /// Modules whose name before a dot does not make a member: `Foundation.Date()` is `Date()`.
    private static let modules: Set = ["Swift", "Foundation", "FoundationEssentials", "Glibc"]

    /// Where one of `banned` is used.
    ///
    /// A spelling that begins with a word is looked for as a use of that very name: `console.print(` and
    /// `func print(` are other things than `print(`.
    func uses(of banned: [BannedToken]) -> [(banned: BannedToken, line: Int)] {
        let byFirstToken = Dictionary(grouping: banned) { $0.tokens.first ?? "" }
        return tokens.indices.flatMap { index in
            (byFirstToken[tokens[index].text] ?? []).filter { banned in
                index + banned.tokens.count <= tokens.count
                    && zip(tokens[index...], banned.tokens).allSatisfy { $0.text == $1 }
                    && (!banned.beginsWithWord || isFree(at: index))
            }.map { ($0, tokens[index].line) }
        }
    }

    private func isFree(at index: Int) -> Bool {
        guard index > 0 else { return true }
        switch tokens[index - 1].text {
        case "func": return false
        case ".": return index > 1 && Self.modules.contains(tokens[index - 2].text)
        default: return true
        }
    }
}
