import TestSupport

/// Writes random YAML in the styles people use: block and flow, quotes of each kind, comments in odd places.
struct DocumentWriter {
    private var random: SeededGenerator
    private let ending: String
    private var text = ""

    /// A stream of one or two documents, the same for the same seed.
    static func stream(seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        let ending = Bool.random(using: &random) ? "\n" : "\r\n"
        var writer = DocumentWriter(random: random, ending: ending)
        if writer.chance(8) { writer.text = "\u{FEFF}" }
        writer.mapping(indentation: 0, depth: 0)
        if writer.chance(4) {
            writer.line("---")
            writer.mapping(indentation: 0, depth: 1)
        }
        while writer.chance(2), writer.text.hasSuffix(ending) { writer.text.removeLast() }
        return writer.text
    }

    private init(random: SeededGenerator, ending: String) {
        self.random = random
        self.ending = ending
    }

    private mutating func mapping(indentation: Int, depth: Int, isFirstIndented: Bool = true) {
        for position in 0..<Int.random(in: 1...5, using: &random) {
            if position > 0 || isFirstIndented {
                oddLine(indentation: indentation)
                text += spaces(indentation)
            }
            text += key(position) + ":"
            value(indentation: indentation, depth: depth)
        }
    }

    private mutating func value(indentation: Int, depth: Int) {
        let step = Int.random(in: 1...4, using: &random)
        switch depth < 4 ? Int.random(in: 0..<10, using: &random) : 9 {
        case 0, 1:
            tail()
            mapping(indentation: indentation + step, depth: depth + 1)
        case 2:
            tail()
            sequence(indentation: indentation, depth: depth + 1)
        case 3:
            tail()
            sequence(indentation: indentation + step, depth: depth + 1)
        case 4:
            text += " " + flow(depth: depth)
            tail()
        case 5:
            line(" " + pick(["|", "|-", "|+", ">", ">-"]))
            for _ in 0..<Int.random(in: 1...2, using: &random) { line(spaces(indentation + 2) + "some # text: \\x") }
            if chance(2) { line("") }
        case 6:
            tail()
        default:
            text += spaces(Int.random(in: 1...3, using: &random)) + scalar(inFlow: false)
            // Behind a colon or dash alone the scanner refuses tabs; behind a value they are harmless.
            if chance(8) { text += "\t" }
            tail()
        }
    }

    private mutating func sequence(indentation: Int, depth: Int) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            oddLine(indentation: indentation)
            text += spaces(indentation) + "-"
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where depth < 4:
                text += " "
                mapping(indentation: indentation + 2, depth: depth + 1, isFirstIndented: false)
            case 1: tail()
            case 2:
                text += " " + flow(depth: depth)
                tail()
            default:
                text += " " + scalar(inFlow: false)
                tail()
            }
        }
    }

    private mutating func flow(depth: Int) -> String {
        guard depth < 5 else { return scalar(inFlow: true) }
        let count = Int.random(in: 0...3, using: &random)
        if chance(2) {
            let items = (0..<count).map { _ in chance(3) ? flow(depth: depth + 2) : scalar(inFlow: true) }
            return "[" + items.joined(separator: pick([", ", ",", " , "])) + "]"
        }
        let pairs = (0..<count).map { position in
            key(position) + ": " + (chance(3) ? flow(depth: depth + 2) : scalar(inFlow: true))
        }
        return pick(["{", "{ "]) + pairs.joined(separator: pick([", ", " , "])) + pick(["}", " }"])
    }

    private mutating func key(_ position: Int) -> String {
        let name = pick(["key", "größe", "a.b/c", "kéy😀"]) + "\(position)"
        return pick([name, name, name, "'\(name)'", "\"\(name)\""])
    }

    private mutating func scalar(inFlow: Bool) -> String {
        let plain = ["text", "1.10", "registry.example/shop@sha256:9f2c", "ä😀日本", "a b  c", "~", "7e12", "x#y"]
        let quoted = ["'it''s'", "''", "\"a\\tb\"", "\"\"", "\"\\u00e4 'x'\"", "'# no comment'", "\"{{ .Values.x }}\""]
        let written = chance(2) ? pick(plain) : pick(quoted)
        return chance(8) ? pick(["!t ", "!!str "]) + written : written
    }

    private mutating func tail() {
        line(pick(["", "", "", " ", "   ", " # why: [x", "  #"]))
    }

    private mutating func oddLine(indentation: Int) {
        guard chance(5) else { return }
        line(pick(["", "# comment", spaces(indentation) + "# indented: {", "      # deep", "  "]))
    }

    private mutating func line(_ content: String) {
        text += content + ending
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private mutating func chance(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }

    private func spaces(_ count: Int) -> String {
        String(repeating: " ", count: count)
    }
}
