/// Reads JSON (RFC 8259) into the flat tree, strictly; keys written twice are kept, as in YAML.
struct JSONTree {
    private(set) var writer: TreeWriter
    private var index = 0
    private var source: [UInt8] { writer.source }

    /// Reads all of `source`.
    ///
    /// - Throws: the first problem, at its place.
    init(_ source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
        writer = try TreeWriter(source, limits: limits)
        index = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        skipSpace()
        guard index < source.count else { return }
        try value()
        skipSpace()
        guard index == source.count else { throw writer.problem(at: index, "expected the end of the file") }
    }

    private mutating func skipSpace() {
        let source = source
        while index < source.count, [0x20, 0x09, 0x0A, 0x0D].contains(source[index]) { index += 1 }
    }

    private var byte: UInt8? {
        index < writer.source.count ? writer.source[index] : nil
    }

    /// Recursive, as deep as the limits allow.
    private mutating func value() throws(YAMLProblem) {
        switch byte {
        case UInt8(ascii: "{"): try collection(.mapping, until: UInt8(ascii: "}"))
        case UInt8(ascii: "["): try collection(.sequence, until: UInt8(ascii: "]"))
        case UInt8(ascii: "\""): try string()
        default: try word()
        }
    }

    private mutating func collection(_ form: StoredNode.Form, until close: UInt8) throws(YAMLProblem) {
        try writer.begin(form, at: index, style: .flow)
        index += 1
        skipSpace()
        if byte != close {
            while true {
                skipSpace()
                if form == .mapping { try key() }
                try value()
                skipSpace()
                guard byte == UInt8(ascii: ",") else { break }
                index += 1
            }
        }
        guard byte == close else {
            throw writer.problem(at: index, "expected \",\" or \"\(Character(Unicode.Scalar(close)))\"")
        }
        index += 1
        writer.end(at: index)
    }

    private mutating func key() throws(YAMLProblem) {
        guard byte == UInt8(ascii: "\"") else { throw writer.problem(at: index, "expected a key in quotes") }
        try string()
        skipSpace()
        guard byte == UInt8(ascii: ":") else { throw writer.problem(at: index, "expected \":\" after a key") }
        index += 1
        skipSpace()
    }

    private mutating func string() throws(YAMLProblem) {
        let (content, end) = try QuotedText.read(from: index + 1, in: writer)
        try writer.scalar(index..<end + 1, text: index + 1..<end, content: content, style: .doubleQuoted)
        index = end + 1
    }

    /// `true`, `false`, `null` or a number, whose text is kept.
    private mutating func word() throws(YAMLProblem) {
        let start = index
        while let byte, !",]} \t\r\n:{[\"".utf8.contains(byte) { index += 1 }
        let text = source[start..<index]
        let isWord = ["true", "false", "null"].contains { text.elementsEqual($0.utf8) }
        guard isWord || Self.isNumber(text) else { throw writer.problem(at: start, "expected a value") }
        try writer.scalar(start..<index, text: start..<index, style: .plain)
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ bytes: String) -> Bool {
            guard let first = rest.first, bytes.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take("-")
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if take("."), digits() == 0 { return false }
        if take("eE") {
            _ = take("+-")
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }
}
