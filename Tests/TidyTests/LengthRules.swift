/// How long a file and a function may be.
enum LengthRules {
    static let functionLines = 70

    static func fileLines(for path: String) -> Int {
        path.hasPrefix("Tests/") ? 800 : 500
    }

    static func findings(in tree: SourceTree) -> [Finding] {
        tree.swiftFiles.flatMap { file in
            fileFindings(in: file)
                + file.source.functions.filter { $0.lineCount > functionLines }.map { function in
                    Finding(
                        file: file.path, line: function.line,
                        message: "\(function.name) is \(function.lineCount) lines long, \(functionLines) allowed",
                        replacement: "smaller functions that each have a name")
                }
        }
    }

    private static func fileFindings(in file: SourceTree.SwiftFile) -> [Finding] {
        let allowed = fileLines(for: file.path)
        guard file.lineCount > allowed else { return [] }
        return [
            Finding(
                file: file.path, line: allowed + 1, message: "\(file.lineCount) lines, \(allowed) allowed",
                replacement: "a second file for the second noun in it")
        ]
    }
}

extension ScannedSource {
    /// A function, initializer, deinitializer or subscript with a body.
    struct Function {
        let name: String
        let line: Int
        /// From the introducing keyword to the closing brace.
        let lineCount: Int
    }

    /// Words that begin the next declaration, when they come first on a line: a requirement without a body ends there.
    private static let declarationStarts: Set = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum", "actor", "protocol",
        "extension", "typealias", "associatedtype", "import", "package", "private", "internal", "fileprivate",
        "static", "mutating", "borrowing", "consuming", "override", "final", "nonisolated", "isolated", "@", "#",
    ]

    var functions: [Function] {
        tokens.indices.compactMap { index in
            guard introducesFunction(at: index), let end = endOfBody(from: index + 1) else { return nil }
            let keyword = tokens[index]
            let name = keyword.text == "func" ? "func \(tokens[index + 1].text)" : keyword.text
            return Function(name: name, line: keyword.line, lineCount: tokens[end].line - keyword.line + 1)
        }
    }

    private func introducesFunction(at index: Int) -> Bool {
        guard index + 1 < tokens.count, index == 0 || tokens[index - 1].text != "." else { return false }
        let next = tokens[index + 1].text
        return switch tokens[index].text {
        case "func": next != ":"
        case "init": ["(", "<", "?", "!"].contains(next)
        case "subscript": ["(", "<"].contains(next)
        case "deinit": next == "{"
        default: false
        }
    }

    /// Index of the brace that closes the body of the declaration whose signature goes on at `start`.
    private func endOfBody(from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<tokens.count {
            let token = tokens[index]
            switch token.text {
            case "(", "[": parentheses += 1
            case ")", "]": parentheses -= 1
            case "{" where parentheses == 0 || braces > 0: braces += 1
            case "}" where braces > 0:
                braces -= 1
                if braces == 0 { return index }
            case "}" where parentheses == 0: return nil
            default:
                let isNext = token.startsLine && parentheses == 0 && braces == 0
                if isNext, Self.declarationStarts.contains(token.text) { return nil }
            }
        }
        return nil
    }
}
