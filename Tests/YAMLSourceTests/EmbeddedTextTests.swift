import TestSupport
import Testing
import YAMLSource

/// YAML inside a block scalar, and edits of it that leave every other line alone.
@Suite struct EmbeddedTextTests {
    private static func embedded(_ text: String) throws -> (stream: YAMLStream, embedded: EmbeddedText) {
        let stream = try YAMLStream(bytes: Array(text.utf8))
        let node = try #require(stream.documents.first?["text"])
        return (stream, try EmbeddedText(node))
    }

    @Test(
        arguments: [
            ("text: |\n  a: 1\n  b: {c: x}\n", 3, 10), ("text: |\r\n  a: 1\r\n  b: {c: x}\r\n", 3, 10),
            ("text: |-\n\n    # why\n    a: ä\n    b: {c: x}", 5, 12), ("text: |2\n    a: 1\n    b: {c: x}\n", 3, 12),
            ("text: |  # why\n a: 1\n b: {c: x}\n\n\n", 3, 9), ("\u{FEFF}text: |+\n  a: 1\n  b: {c: x}\n\n", 3, 10),
        ])
    func `a place in a literal is a place in the file`(_ text: String, _ line: Int, _ column: Int) throws {
        let (stream, embedded) = try Self.embedded(text)
        let value = try #require(embedded.stream.documents.first?["b"]?["c"])
        #expect(embedded.isLiteral)
        #expect(embedded.line(value.line) == line)
        #expect(embedded.column(value.column) == column)
        #expect(Array(stream.bytes[embedded.range(value.byteRange)]) == [UInt8(ascii: "x")])
    }

    @Test(arguments: [
        "text: >\n  a: 1\n", "text: 'a: 1'\n", "text: \"a: 1\\nb: 2\"\n", "text: &x |\n  a: 1\n",
        "text: !t |\n  a: 1\n",
    ])
    func `of any other text only the meaning is known`(_ text: String) throws {
        let (stream, embedded) = try Self.embedded(text)
        let value = try #require(embedded.stream.documents.first?["a"])
        #expect(!embedded.isLiteral)
        #expect(embedded.line(value.line) == 1)
        #expect(embedded.range(value.byteRange) == stream.documents[0]["text"]?.byteRange)
    }

    @Test func `what is no YAML is no embedded text`() throws {
        let stream = try YAMLStream(bytes: Array("a: |\n  b: 1\n  c: [\nd: 'x: ['\ne: [x]\n".utf8))
        for (key, place) in [("a", "1:4"), ("d", "4:4")] {
            let text = errorText { try EmbeddedText(try #require(stream.documents.first?[key])) }
            #expect(text?.hasPrefix(key == "a" ? "4:4" : place) == true, "\(text ?? "nothing")")
        }
        #expect(try EmbeddedText(try #require(stream.documents.first?["e"])).stream.documents.isEmpty)
    }

    @Test(arguments: UInt64(0)..<256)
    func `lines of a literal change alone`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &random)] }
        let ending = pick(["\n", "\r\n"])
        let margin = String(repeating: " ", count: Int.random(in: 1...4, using: &random))
        let pool = ["a: 1", "  b: 2", "", "# why", "\tx", "é: 😀"]
        var lines = ["first: x"] + (0..<Int.random(in: 1...6, using: &random)).map { _ in pick(pool) } + ["last: y"]
        let style = pick(["|", "|-", "|+"])
        let tail = pick(["", ending, ending + "after: z" + ending])
        let source = { (lines: [String]) in
            "before: 1\(ending)text: \(style)\(ending)"
                + lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: ending) + tail
        }
        let stream = try YAMLStream(bytes: Array(source(lines).utf8))
        let node = try #require(stream.documents[0]["text"])
        let old = try #require(node.text)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: lines[Int.random(in: 0..<lines.count, using: &random)] = "new: 1.10"
        case 1: lines.insert("new: 2", at: Int.random(in: 1..<lines.count, using: &random))
        default: lines.remove(at: Int.random(in: 1..<lines.count - 1, using: &random))
        }
        var editor = YAMLEditor(stream)
        try editor.replace(node, with: lines.joined(separator: "\n") + (old.hasSuffix("\n") ? "\n" : ""))
        #expect(String(decoding: try editor.apply(), as: UTF8.self) == source(lines), "seed \(seed)")
    }
}
