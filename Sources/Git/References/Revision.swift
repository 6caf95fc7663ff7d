/// What a person types to name a commit, taken apart: a name or an id, then steps back in history.
///
/// Only `~N`, `^` and `^N` are understood. Everything else that git knows (`@{yesterday}`, `:/text`, `^{tree}`) is
/// refused: it reads reference logs or searches history, which hostile input must not be able to ask for.
struct Revision: Hashable, Sendable {
    /// A step from a commit to one before it.
    enum Suffix: Hashable, Sendable {
        /// `~N`: that many times to the first parent.
        case ancestor(Int)
        /// `^N`: to the N-th parent, counted from one; zero is the commit itself.
        case parent(Int)
    }

    let base: String
    let suffixes: [Suffix]

    /// Parses `text`.
    ///
    /// - Throws: ``GitError`` with code `invalidName`.
    init(_ text: String) throws(GitError) {
        let refusal = { (reason: String) in
            GitError(
                operation: "find \(text.debugDescription)", code: .invalidName, message: reason,
                hint: "give a branch, a tag or a commit id, then ~N or ^N if needed")
        }
        guard text.utf8.count <= 1_024, !text.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw refusal("it is longer than any revision, or holds a blank or a control character")
        }
        let start = text.firstIndex { $0 == "~" || $0 == "^" } ?? text.endIndex
        let base = String(text[..<start])
        guard !base.isEmpty, !base.hasPrefix("-"), !base.contains("@{"), !base.contains(":") else {
            throw refusal("that is no name of a commit")
        }
        var suffixes: [Suffix] = []
        var rest = text[start...]
        while let mark = rest.first {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            // Six digits: more generations than any repository has, and no overflow.
            guard mark == "~" || mark == "^", digits.count <= 6 else { throw refusal("its ending is not understood") }
            let number = Int(digits) ?? 1
            suffixes.append(mark == "~" ? .ancestor(number) : .parent(number))
            rest = rest.dropFirst(1 + digits.count)
        }
        self.base = base == "@" ? "HEAD" : base
        self.suffixes = suffixes
    }
}
