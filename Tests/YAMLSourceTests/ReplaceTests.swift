import Testing
import YAMLSource

/// The node at a path of keys and positions, `a.0.b`, in the first document.
func node(_ path: String, in stream: YAMLStream) throws -> YAMLNode {
    var node = stream.documents[0]
    for step in path.split(separator: ".") {
        if let position = Int(step) {
            node = try #require(node.items.dropFirst(position).first { _ in true })
        } else {
            node = try #require(node[String(step)])
        }
    }
    return node
}

/// The text after replacing the value at `path`, or the refusal.
func replacing(_ path: String, with value: String, in text: String) throws -> String {
    let stream = try YAMLStream(bytes: Array(text.utf8))
    do {
        var editor = YAMLEditor(stream)
        try editor.replace(try node(path, in: stream), with: value)
        return String(decoding: try editor.apply(), as: UTF8.self)
    } catch let refusal as YAMLEditRefusal {
        return "refused: \(refusal)"
    }
}

@Suite struct ReplaceTests {
    @Test(arguments: [
        ("a: x\n", "w", "a: w\n"),
        ("a: x  # why\r\nb: z", "w", "a: w  # why\r\nb: z"),
        ("a: 'x'\n", "it's", "a: 'it''s'\n"),
        ("a: \"x\"\n", "say \"hi\" \\ you", "a: \"say \\\"hi\\\" \\\\ you\"\n"),
        ("a: 'x'\n", "two\nlines", "a: \"two\\nlines\"\n"),
        ("a: \"x\"\n", "\u{85}\u{0}ä😀\t", "a: \"\\u0085\\u0000ä😀\\t\"\n"),
        ("a: &x !t x # c\n", "w", "a: &x !t w # c\n"),
        ("a: &x 'x'\n", "w", "a: &x 'w'\n"),
        ("a:\n", "w", "a: w\n"),
        ("a: \n", "w", "a: w \n"),
        ("a:   # why\n", "w", "a: w   # why\n"),
        ("a: !t\n", "w", "a: !t w\n"),
        ("a: ~\n", "w", "a: w\n"),
        ("a: ''\n", "w", "a: 'w'\n"),
        ("{a: , b: c}", "w", "{a: w, b: c}"),
        ("{a: x}", "w", "{a: w}"),
        ("{a: x}", "y,z", "{a: \"y,z\"}"),
        ("{a: x}", "y:?z", "{a: \"y:?z\"}"),
        ("{a: nginx:1.25}", "nginx:1.26", "{a: nginx:1.26}"),
        ("a: x\n", "y,z", "a: y,z\n"),
        ("{\"a\":\"x\"}", "w", "{\"a\":\"w\"}"),
        ("a: |\n  x\nb: c\n", "y\n", "a: |\n  y\nb: c\n"),
        ("a: |-\r\n   x\r\n", "y # no comment", "a: |-\r\n   y # no comment\r\n"),
        ("a: >-\n\n  x\n\n", "w", "refused: 1:4: the value is a block scalar over several lines"),
        ("a: >-\n  x\n\nb: c", "w", "a: >-\n  w\n\nb: c"),
        ("\u{FEFF}ä: 😀x\nb: c", "w", "\u{FEFF}ä: w\nb: c"),
        ("a: x", "x", "a: x"),
        ("a: x", "", "a: \"\""),
    ])
    func `only the bytes of the value change`(text: String, value: String, expected: String) throws {
        let path = text.contains("ä:") ? "ä" : "a"
        #expect(try replacing(path, with: value, in: text) == expected)
    }

    @Test(arguments: [
        "1", "1.10", "-1", "+1", "1e3", "7e12345", "1.", ".5", "0x1F", "0x_", "0o17", "0b1", "017", "1_000", "1,000",
        "12:30",
        "12:30:45.5", "80:8080", ".inf", "-.INF", ".nan", "yes", "No", "ON", "off", "y", "N", "true", "FALSE", "null",
        "Null", "~", "", "<<", "=", "2025-01-24", "2025-1-4", "2025-01-24T10:00:00Z", "2025-01-24 10:00", "- x", "-x",
        "?x", ":x", "&x", "*x", "!x", "|", ">", "%x", "@x", "`x", "#x", "'x", "\"x", "[x", "{x", "]", "}", ",", " x",
        "x ", "x: y", "x #y", "x:", "...", "---", "x\ty", "x\u{A0}\u{85}", "\u{FEFF}x", "\u{2028}", "x\ny",
    ])
    func `a plain value is quoted where a reader could take it for something else`(value: String) throws {
        let edited = try replacing("a", with: value, in: "a: x # c\n")
        #expect(edited.hasPrefix("a: \"") && edited.hasSuffix("\" # c\n"), "\(edited)")
        #expect(try root(edited)["a"]?.text == value)
    }

    @Test(arguments: [
        "1.2.3", "v1.10", "2025.01.24", "sha256:9f2c", "nginx:1.25", "e3", "0xyz", "1.2-rc.1", "a#b", "a:b", "x'y",
        "x\"y",
        "deadbeef", "9f2c44b", "1e3x", "true-ish", "a b", "ä😀", "2025-01-24-x", "http://x.y/z?a=b&c", "x-", "x,y",
        "12:x",
        "1-2", "x[0]", "\u{A0}x", "10.0.0.1", "1.2.3.4", "007a", "x{}",
    ])
    func `a plain value stays plain where every reader takes it for that string`(value: String) throws {
        #expect(try replacing("a", with: value, in: "a: x # c\n") == "a: \(value) # c\n")
    }

    @Test(arguments: [
        ("a: {b: c}\n", "1:4: the value is a mapping, not a scalar"),
        ("a: [b]\n", "1:4: the value is a sequence, not a scalar"),
        ("b: &x v\na: *x\n", "2:4: the value comes from the anchor &x on line 1"),
        ("b: &x {c: d}\nr:\n  <<: *x\n", "1:11: the value comes from the anchor &x on line 1"),
        ("a: &x v\nb: *x\nc: *x\n", "1:4: an anchor shows the value elsewhere too, on line 2, 3"),
        ("b: 1\na: one\n  two\n", "2:4: the value goes over several lines"),
        ("a: 'one\n  two'\n", "1:4: the value goes over several lines"),
        ("a: |\n  one\n  two\n", "1:4: the value is a block scalar over several lines"),
        ("a: |\n  one\n", "1:4: a block scalar of one line takes one line, ended as before"),
        ("a: >+\n  one\n\n", "1:4: a block scalar of one line takes one line, ended as before"),
        ("{a}", "1:2: the edit would change more than was asked for"),
    ])
    func `what cannot be changed alone is refused`(text: String, reason: String) throws {
        let path = text.contains("<<") ? "r.c" : "a"
        let result = try replacing(path, with: "new", in: text)
        #expect(result == "refused: \(reason)")
    }

    @Test func `inside a shared mapping the aliases are named`() throws {
        let text = "base: &b\n  image: x\none: *b\ntwo:\n  <<: *b\n"
        #expect(
            try replacing("base.image", with: "y", in: text)
                == "refused: 2:10: an anchor shows the value elsewhere too, on line 3, 5")
    }

    @Test func `an inline merge is no place of its own`() throws {
        #expect(
            try replacing("r.c", with: "y", in: "r:\n  <<: {c: d}\n")
                == "refused: 2:11: the value comes from a merge key")
    }

    @Test func `keys are not edited`() throws {
        let stream = try YAMLStream(bytes: Array("a: b\n".utf8))
        var editor = YAMLEditor(stream)
        let key = try #require(stream.documents[0].pairs.first { _ in true }).key
        #expect(throws: YAMLEditRefusal(line: 1, column: 1, reason: "a key is not edited")) {
            try editor.replace(key, with: "c")
        }
        #expect(editor.isEmpty)
        #expect(try editor.apply() == stream.bytes)
    }

    @Test func `two edits of one value overlap`() throws {
        let stream = try YAMLStream(bytes: Array("a: b\n".utf8))
        var editor = YAMLEditor(stream)
        let value = try node("a", in: stream)
        try editor.replace(value, with: "c")
        try editor.replace(value, with: "d")
        #expect(throws: YAMLEditRefusal(line: 1, column: 4, reason: "the edit overlaps another one")) {
            try editor.apply()
        }
    }

    @Test func `edits of several documents apply together, in any order`() throws {
        let stream = try YAMLStream(bytes: Array("a: b\n---\n- c: 'd'\n- e\n".utf8))
        var editor = YAMLEditor(stream)
        let items = Array(stream.documents[1].items)
        try editor.replace(items[1], with: "E")
        try editor.replace(try node("a", in: stream), with: "B")
        try editor.replace(try #require(items[0]["c"]), with: "D")
        #expect(String(decoding: try editor.apply(), as: UTF8.self) == "a: B\n---\n- c: 'D'\n- E\n")
    }
}
