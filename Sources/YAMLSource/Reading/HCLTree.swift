/// Reads definitions of variables, `*.tfvars`, into the flat tree: `name = value` with literal values.
///
/// HCL native syntax specification. Such files have no blocks; what is no literal value is kept as an expression.
struct HCLTree {
    private(set) var writer: TreeWriter
    private var index = 0

    /// Reads all of `source`.
    ///
    /// - Throws: the first problem, at its place.
    init(_ source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
        writer = try TreeWriter(source, limits: limits)
        index = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        try writer.begin(.mapping, at: index, style: .block)
        while true {
            try skip(lines: true)
            guard byte != nil else { break }
            try pair(separators: "=")
            try skip(lines: false)
            guard byte == nil || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                throw writer.problem(at: index, "expected the end of the line behind a value")
            }
        }
        writer.end(at: index)
    }

    private var byte: UInt8? {
        index < writer.source.count ? writer.source[index] : nil
    }

    private func starts(with text: String) -> Bool {
        writer.source[index...].starts(with: text.utf8)
    }

    /// Skips blanks and comments, and line breaks where `lines` is set.
    private mutating func skip(lines: Bool) throws(YAMLProblem) {
        while let byte {
            if byte == 0x20 || byte == 0x09 || lines && (byte == 0x0A || byte == 0x0D) {
                index += 1
            } else if byte == UInt8(ascii: "#") || starts(with: "//") {
                index = writer.source[index...].firstIndex(of: UInt8(ascii: "\n")) ?? writer.source.count
            } else if starts(with: "/*") {
                let start = index
                index += 2
                while index < writer.source.count, !starts(with: "*/") { index += 1 }
                guard index < writer.source.count else { throw writer.problem(at: start, "the comment does not end") }
                index += 2
            } else {
                return
            }
        }
    }

    /// A key, one of `separators` and a value.
    private mutating func pair(separators: String) throws(YAMLProblem) {
        if byte == UInt8(ascii: "\"") {
            let (content, end) = try QuotedText.read(from: index + 1, in: writer)
            try writer.scalar(index..<end + 1, text: index + 1..<end, content: content, style: .doubleQuoted)
            index = end + 1
        } else {
            let start = index
            while let byte, byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || Self.isWord(byte)
            {
                index += 1
            }
            guard index > start else { throw writer.problem(at: index, "expected the name of a variable") }
            try writer.scalar(start..<index, text: start..<index, style: .plain)
        }
        try skip(lines: false)
        guard let byte, separators.utf8.contains(byte) else {
            throw writer.problem(at: index, "expected \"=\" after a name; only variables and their values are read")
        }
        index += 1
        try skip(lines: false)
        try value()
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: ".")
    }

    /// Recursive, as deep as the limits allow.
    private mutating func value() throws(YAMLProblem) {
        switch byte {
        case UInt8(ascii: "{"): try collection(.mapping, until: UInt8(ascii: "}"))
        case UInt8(ascii: "["): try collection(.sequence, until: UInt8(ascii: "]"))
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "<") where starts(with: "<<"): try heredoc()
        default: try word()
        }
    }

    private mutating func collection(_ form: StoredNode.Form, until close: UInt8) throws(YAMLProblem) {
        let start = index
        try writer.begin(form, at: index, style: .flow)
        index += 1
        while true {
            try skip(lines: true)
            if byte == close { break }
            guard byte != nil else { throw writer.problem(at: start, "the collection does not end") }
            if form == .mapping { try pair(separators: "=:") } else { try value() }
            // Pairs may stand in lines of their own, items need their comma.
            try skip(lines: form == .sequence)
            if byte == UInt8(ascii: ",") {
                index += 1
            } else if form == .sequence, byte != close {
                throw writer.problem(at: index, "expected \",\" or \"]\"")
            } else if form == .mapping, byte != close, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
                throw writer.problem(at: index, "expected \",\", the end of the line or \"}\"")
            }
        }
        index += 1
        writer.end(at: index)
    }

    private mutating func string() throws(YAMLProblem) {
        let start = index
        let (content, end) = try QuotedText.read(from: index + 1, in: writer)
        index = end + 1
        guard !Self.isTemplate(writer.source[start..<end]), try isAtEndOfValue() else {
            index = start
            return try expression()
        }
        index = end + 1
        try writer.scalar(start..<end + 1, text: start + 1..<end, content: content, style: .doubleQuoted)
    }

    /// Whether the string, as written, has something worked out in it: `${…}` or `%{…}`, the first sign not doubled.
    private static func isTemplate(_ bytes: ArraySlice<UInt8>) -> Bool {
        var signs = 0
        var sign: UInt8 = 0
        for byte in bytes {
            if byte == UInt8(ascii: "{"), signs % 2 == 1 { return true }
            let isSign = byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%")
            signs = isSign ? (byte == sign ? signs + 1 : 1) : 0
            sign = isSign ? byte : 0
        }
        return false
    }

    /// Whether nothing but a comment stands between here and the end of a value.
    private func isAtEndOfValue() throws(YAMLProblem) -> Bool {
        var ahead = self
        while let byte = ahead.byte, byte == 0x20 || byte == 0x09 { ahead.index += 1 }
        guard let byte = ahead.byte else { return true }
        return ",]}#\r\n".utf8.contains(byte) || ahead.starts(with: "//") || ahead.starts(with: "/*")
    }

    /// `<<END` and `<<-END`: lines up to one that is the word alone; left alone as an expression is.
    private mutating func heredoc() throws(YAMLProblem) {
        let start = index
        index += 2
        if byte == UInt8(ascii: "-") { index += 1 }
        let wordStart = index
        while let byte, Self.isWord(byte) || byte == UInt8(ascii: "_") { index += 1 }
        let word = writer.source[wordStart..<index]
        guard !word.isEmpty else { throw writer.problem(at: start, "expected a word behind \"<<\"") }
        while let lineEnd = writer.source[index...].firstIndex(of: UInt8(ascii: "\n")) {
            index = lineEnd + 1
            let end = writer.source[index...].firstIndex(of: UInt8(ascii: "\n")) ?? writer.source.count
            let line = writer.source[index..<end].drop { $0 == 0x20 || $0 == 0x09 }
            guard (line.last == UInt8(ascii: "\r") ? line.dropLast() : line).elementsEqual(word) else { continue }
            index = line.startIndex + word.count
            return try writer.scalar(start..<index, text: start..<index, style: .expression)
        }
        throw writer.problem(
            at: start, "the text does not end: no line is \"\(String(decoding: word, as: UTF8.self))\"")
    }

    /// A number, `true`, `false` or `null`, whose text is kept; anything else is an expression.
    private mutating func word() throws(YAMLProblem) {
        let start = index
        while let byte, Self.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { index += 1 }
        let text = String(decoding: writer.source[start..<index], as: UTF8.self)
        let first = text.utf8.first { $0 != UInt8(ascii: "-") }
        let isLiteral = ["true", "false", "null"].contains(text) || first.map({ (0x30...0x39).contains($0) }) == true
        guard isLiteral, try isAtEndOfValue() else {
            index = start
            return try expression()
        }
        try writer.scalar(start..<index, text: start..<index, style: .plain)
    }

    /// Whatever Terraform would work out: its text is kept, up to the end of the value, and nothing is made of it.
    private mutating func expression() throws(YAMLProblem) {
        let start = index
        var end = index
        // The brackets and quotes that are open.
        var open: [UInt8] = []
        scan: while let byte {
            let isQuoted = open.last == UInt8(ascii: "\"")
            switch byte {
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: "\"") where isQuoted: open.removeLast()
            case UInt8(ascii: "{") where isQuoted:
                if index > start, "$%".utf8.contains(writer.source[index - 1]) { open.append(byte) }
            case _ where isQuoted: break
            case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "#"):
                if open.isEmpty { break scan }
            case UInt8(ascii: "/") where open.isEmpty && (starts(with: "//") || starts(with: "/*")): break scan
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                if open.popLast() == nil { break scan }
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""): open.append(byte)
            default: break
            }
            index += 1
            if byte > 0x20 { end = min(index, writer.source.count) }
        }
        guard end > start else { throw writer.problem(at: start, "expected a value") }
        guard open.isEmpty else { throw writer.problem(at: start, "the value does not end") }
        index = end
        try writer.scalar(start..<end, text: start..<end, style: .expression)
    }
}
