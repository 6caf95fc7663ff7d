import Testing
import YAMLSource

@Suite struct PositionTests {
    /// A document whose every scalar is unique in it, so that its place can be looked up independently.
    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}", "# ä日😀\n"])
    func `line, column and bytes are those of the text`(ending: String, head: String) throws {
        let lines = [
            "name: ärger", "日本: [😀x, 'q日', \"d😀\"]", "list:", "- {k1: v1ä, k2: v2}", "- üü: zz # ä",
            "  other: 'ä''ö'", "- \"tab\\t\"", "deep:", "      a😀b: cdef",
        ]
        let text = head + lines.joined(separator: ending)
        let bytes = Array(text.utf8)
        let stream = try YAMLStream(bytes: bytes)
        let offset = head.hasPrefix("#") ? 1 : 0
        let scalars = allNodes(stream).filter { $0.kind == .scalar }
        #expect(scalars.count == 19)
        for node in scalars {
            let token = String(decoding: bytes[node.byteRange], as: UTF8.self)
            let line = lines[node.line - 1 - offset]
            let rest = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(node.column - 1)))
            #expect(rest.hasPrefix(token), "\(token) at \(node.line):\(node.column)")
            if node.style == .plain { #expect(token == node.text) }
        }
    }

    @Test(arguments: [
        ("a: &x !t  text # c\n", "text"), ("a: &x\n  text\n", "text"), ("a: !t # c\n  'text'\n", "'text'"),
        ("a: !!str\n", ""), ("a: &x\nb: c\n", ""), ("a: text\n", "text"), ("a: \"te\\u0078t\"\n", "\"te\\u0078t\""),
        ("a: |\n  text\n", "|\n  text\n"), ("a: !<x&y> text", "text"), ("a: &x\r\n  text", "text"),
    ])
    func `the bytes of a scalar leave out anchor and tag`(text: String, token: String) throws {
        let value = try #require(try root(text)["a"])
        #expect(String(decoding: Array(text.utf8)[value.byteRange], as: UTF8.self) == token)
        #expect(value.line == 1 && value.column == 4)
    }

    @Test func `the bytes of a collection end with its last child`() throws {
        let text = "a:\n  b: 1\n  c: [x, y] # c\n\n# later\nd: {e: f}\n"
        let node = try root(text)
        func written(_ node: YAMLNode?) -> String? {
            node.map { String(decoding: Array(text.utf8)[$0.byteRange], as: UTF8.self) }
        }
        #expect(written(node["a"]) == "b: 1\n  c: [x, y]")
        #expect(written(node["a"]?["c"]) == "[x, y]")
        #expect(written(node["d"]) == "{e: f}")
        #expect(written(node) == "a:\n  b: 1\n  c: [x, y] # c\n\n# later\nd: {e: f}")
    }
}
