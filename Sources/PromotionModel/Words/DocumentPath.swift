/// The way from the root of a document to values in it: `web.image_tag`, `apps[name={app}].tag`, `regions.*.version`.
///
/// Keys are joined by dots; one with a dot or a bracket in it is written `["a.b"]`. `*` stands for any key or item,
/// `[0]` for one item, `[key=value]` for the items with that value. `{name}`, as a whole key or value, captures it.
package struct DocumentPath: Hashable, Sendable, CustomStringConvertible {
    /// What a key, or the value of a field of an item, has to be.
    package enum Word: Hashable, Sendable {
        case literal(String)
        case capture(String)
    }

    /// One step down.
    package enum Step: Hashable, Sendable {
        case key(Word)
        case any
        case index(Int)
        case item(key: String, Word)
    }

    package let description: String
    package let steps: [Step]

    /// So many steps lead deeper than any document is read.
    private static let maximumSteps = 64

    /// Parses `text`.
    ///
    /// - Throws: ``Malformed`` for an empty step, brackets or braces that do not pair, and a capture that stands twice.
    package init(_ text: String) throws(Malformed) {
        description = text
        var steps: [Step] = []
        var rest = text[...]
        while !rest.isEmpty || steps.isEmpty {
            if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]") else {
                    throw Malformed(path: text, reason: "\"[\" without \"]\"")
                }
                steps.append(try Self.bracket(rest[rest.index(after: rest.startIndex)..<end], of: text))
                rest = rest[rest.index(after: end)...]
            } else {
                let key = rest.prefix { $0 != "." && $0 != "[" }
                steps.append(key == "*" ? .any : .key(try Self.word(key, of: text)))
                rest = rest[key.endIndex...]
            }
            guard rest.first == "." else {
                guard rest.isEmpty || rest.first == "[" else {
                    throw Malformed(path: text, reason: "expected \".\" or \"[\" behind \"]\"")
                }
                continue
            }
            rest = rest.dropFirst()
            guard !rest.isEmpty, rest.first != "[" else { throw Malformed(path: text, reason: "a step is empty") }
        }
        guard steps.count <= Self.maximumSteps else {
            throw Malformed(path: text, reason: "more than \(Self.maximumSteps) steps")
        }
        self.steps = steps
        let names = captureNames
        guard Set(names).count == names.count else {
            throw Malformed(path: text, reason: "a capture stands twice")
        }
    }

    /// The names in braces, in order of appearance.
    package var captureNames: [String] {
        steps.compactMap { step in
            switch step {
            case .key(.capture(let name)), .item(_, .capture(let name)): name
            default: nil
            }
        }
    }

    /// What stands between brackets: `0`, `*`, `"a.b"`, `name=web`.
    private static func bracket(_ content: Substring, of text: String) throws(Malformed) -> Step {
        if content == "*" { return .any }
        if let index = Int(content), index >= 0 { return .index(index) }
        if let quote = content.first, quote == "\"" || quote == "'" {
            guard content.count > 2, content.last == quote else {
                throw Malformed(path: text, reason: "a key in brackets needs a quote at both ends")
            }
            return .key(.literal(String(content.dropFirst().dropLast())))
        }
        guard let equals = content.firstIndex(of: "="), equals > content.startIndex else {
            throw Malformed(path: text, reason: "expected an index, *, a key in quotes or key=value in brackets")
        }
        return .item(key: String(content[..<equals]), try word(content[content.index(after: equals)...], of: text))
    }

    private static func word(_ content: Substring, of text: String) throws(Malformed) -> Word {
        guard !content.isEmpty else { throw Malformed(path: text, reason: "a step is empty") }
        guard content.contains(where: { $0 == "{" || $0 == "}" }) else { return .literal(String(content)) }
        let name = content.dropFirst().dropLast()
        guard content.first == "{", content.last == "}", !name.isEmpty, !name.contains(where: { "{}".contains($0) })
        else {
            throw Malformed(path: text, reason: "a capture, {name}, is a whole key or value")
        }
        return .capture(String(name))
    }

    /// Why a text is no path.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let path: String
        package let reason: String

        package var description: String {
            "\"\(path.printable)\" is no path in a document: \(reason)"
        }
    }
}
