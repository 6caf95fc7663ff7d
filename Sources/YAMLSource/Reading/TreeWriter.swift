/// Builds the flat tree for syntaxes other than YAML, in the order of the source.
struct TreeWriter {
    private(set) var nodes: [StoredNode] = []
    private(set) var decoded: [UInt8] = []
    private(set) var roots: [Int] = []

    let source: [UInt8]
    private let limits: YAMLLimits
    private var open: [Int] = []
    /// Where the last node began: places are counted on from there, never from the beginning.
    private var offset = 0
    private var line: UInt32 = 1
    private var column: UInt32 = 1

    /// - Throws: a problem where `source` is larger than `limits` allow, or is not UTF-8.
    init(_ source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
        self.source = source
        self.limits = limits
        let maxBytes = min(limits.maxBytes, Int(Int32.max))
        guard source.count <= maxBytes else {
            throw YAMLProblem(
                line: 1, column: 1, message: "the file has \(source.count) bytes, more than the \(maxBytes) allowed")
        }
        guard String(validating: source, as: UTF8.self) != nil else {
            throw YAMLProblem(line: 1, column: 1, message: "the file is not UTF-8")
        }
        offset = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// A problem at `offset`, which need not be the place of a node.
    func problem(at offset: Int, _ message: String) -> YAMLProblem {
        var counter = self
        counter.advance(to: offset)
        return YAMLProblem(line: Int(counter.line), column: Int(counter.column), message: message)
    }

    private mutating func advance(to end: Int) {
        // Behind the last node only; a problem before it is told at that node.
        while offset < min(end, source.count) {
            let byte = source[offset]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            offset += 1
        }
    }

    private mutating func append(_ node: StoredNode) throws(YAMLProblem) {
        guard nodes.count < limits.maxNodes else {
            throw problem(at: Int(node.start), "more than \(limits.maxNodes) nodes")
        }
        if open.isEmpty { roots.append(nodes.count) }
        var node = node
        node.line = line
        node.column = column
        node.next = UInt32(truncatingIfNeeded: nodes.count + 1)
        nodes.append(node)
    }

    /// Begins a collection at `start`.
    mutating func begin(_ form: StoredNode.Form, at start: Int, style: YAMLStyle) throws(YAMLProblem) {
        guard open.count < limits.maxDepth else {
            throw problem(at: start, "collections nested deeper than \(limits.maxDepth) levels")
        }
        advance(to: start)
        let place = UInt32(truncatingIfNeeded: start)
        try append(StoredNode(start: place, end: place, line: 0, column: 0, next: 0, form: form, style: style))
        open.append(nodes.count - 1)
    }

    /// Ends the innermost collection before `end`.
    mutating func end(at end: Int) {
        guard let index = open.popLast() else { return }
        nodes[index].end = UInt32(truncatingIfNeeded: end)
        nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
    }

    /// Adds a scalar that is written as the bytes of `range`.
    ///
    /// - Parameter content: what it means, where that is not the bytes of `text`.
    mutating func scalar(
        _ range: Range<Int>, text: Range<Int>, content: [UInt8]? = nil, style: YAMLStyle
    ) throws(YAMLProblem) {
        advance(to: range.lowerBound)
        var node = StoredNode(
            start: UInt32(truncatingIfNeeded: range.lowerBound), end: UInt32(truncatingIfNeeded: range.upperBound),
            line: 0, column: 0, next: 0, form: .scalar, style: style)
        if let content {
            node.textStart = UInt32(truncatingIfNeeded: decoded.count)
            node.textCount = UInt32(truncatingIfNeeded: content.count)
            node.isDecoded = true
            decoded += content
        } else {
            node.textStart = UInt32(truncatingIfNeeded: text.lowerBound)
            node.textCount = UInt32(truncatingIfNeeded: text.count)
        }
        try append(node)
    }
}

/// The escapes that strings of JSON and of Terraform share.
enum QuotedText {
    /// What the string that begins behind the quote at `start` means, and where its closing quote stands.
    ///
    /// - Returns: `content` is `nil` where it is the very bytes of the source.
    /// - Throws: a problem at an escape that is none, a control character, or where the string does not end.
    static func read(
        from start: Int, in writer: TreeWriter
    ) throws(YAMLProblem) -> (content: [UInt8]?, end: Int) {
        var content: [UInt8]?
        var index = start
        let source = writer.source
        while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "\""): return (content, index)
            case UInt8(ascii: "\\"):
                var decoded = content ?? Array(source[start..<index])
                index = try escape(at: index + 1, into: &decoded, writer)
                content = decoded
            case 0..<0x20: throw writer.problem(at: index, "a control character in a string must be escaped")
            default:
                content?.append(byte)
                index += 1
            }
        }
        throw writer.problem(at: start, "the string does not end")
    }

    private static func escape(
        at index: Int, into content: inout [UInt8], _ writer: TreeWriter
    ) throws(YAMLProblem) -> Int {
        guard index < writer.source.count else { throw writer.problem(at: index, "the file ends inside an escape") }
        switch writer.source[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(writer.source[index])
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): return try unicode(at: index + 1, into: &content, writer)
        default: throw writer.problem(at: index, "unknown escape")
        }
        return index + 1
    }

    private static func unicode(
        at index: Int, into content: inout [UInt8], _ writer: TreeWriter
    ) throws(YAMLProblem) -> Int {
        let first = try hexadecimal(at: index, writer)
        if let scalar = Unicode.Scalar(first) {
            content += String(scalar).utf8
            return index + 4
        }
        let source = writer.source
        guard (0xD800..<0xDC00).contains(first), index + 6 <= source.count, source[index + 4] == UInt8(ascii: "\\"),
            source[index + 5] == UInt8(ascii: "u")
        else { throw writer.problem(at: index, "half a surrogate pair") }
        let second = try hexadecimal(at: index + 6, writer)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw writer.problem(at: index, "half a surrogate pair") }
        content += String(scalar).utf8
        return index + 10
    }

    private static func hexadecimal(at index: Int, _ writer: TreeWriter) throws(YAMLProblem) -> UInt32 {
        guard index + 4 <= writer.source.count else {
            throw writer.problem(at: index, "expected four hexadecimal digits")
        }
        var value: UInt32 = 0
        for byte in writer.source[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw writer.problem(at: index, "expected four hexadecimal digits")
            }
            value = value * 16 + UInt32(digit)
        }
        return value
    }
}
