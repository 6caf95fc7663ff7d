import Testing
import YAMLSource

/// The key node of `key` in the mapping at `path` of the first document.
private func keyNode(_ key: String, at path: String, in stream: YAMLStream) throws -> YAMLNode {
    try #require(try node(path, in: stream).pairs.first { $0.key.equals(key) }).key
}

private func edited(
    _ text: String, _ edit: (inout YAMLEditor, YAMLStream) throws -> Void
) throws -> String {
    let stream = try YAMLStream(bytes: Array(text.utf8))
    do {
        var editor = YAMLEditor(stream)
        try edit(&editor, stream)
        return String(decoding: try editor.apply(), as: UTF8.self)
    } catch let refusal as YAMLEditRefusal {
        return "refused: \(refusal)"
    }
}

@Suite struct InsertTests {
    @Test(arguments: [
        ("a: x\n", "", "a: x\nk: v\n"),
        ("a: x", "", "a: x\nk: v"),
        ("a: x # why\r\nb: y\r\n", "", "a: x # why\r\nk: v\r\nb: y\r\n"),
        ("z: 1\r\na: x", "", "z: 1\r\na: x\r\nk: v"),
        ("r:\n  - a: x\n    b: y\n", "r.0", "r:\n  - a: x\n    k: v\n    b: y\n"),
        ("r:\n- a: x\n", "r.0", "r:\n- a: x\n  k: v\n"),
        ("r:\n  a: x\ns: t\n", "r", "r:\n  a: x\n  k: v\ns: t\n"),
        ("a:\n", "", "a:\nk: v\n"),
        ("a:\nb: c", "", "a:\nk: v\nb: c"),
        ("a:\n- 1\n- 2\n\n# about b\nb: c\n", "", "a:\n- 1\n- 2\nk: v\n\n# about b\nb: c\n"),
        ("a:\n  - x: 1\n    y: [1,\n     2] # c\nb: c\n", "", "a:\n  - x: 1\n    y: [1,\n     2] # c\nk: v\nb: c\n"),
        ("a: |\n  x\n\n\nb: c\n", "", "a: |\n  x\nk: v\n\n\nb: c\n"),
        ("a: |+\n  x\n\nb: c\n", "", "a: |+\n  x\n\nk: v\nb: c\n"),
        ("a:\n  k: |\n    x\n\nb: c\n", "", "a:\n  k: |\n    x\nk: v\n\nb: c\n"),
        ("a: 'x\n  y'\nb: c\n", "", "a: 'x\n  y'\nk: v\nb: c\n"),
        ("{a: x}", "", "{a: x, k: v}"),
        ("{a: x, b: y}", "", "{a: x, k: v, b: y}"),
        ("{a: , b: y}", "", "{a: , k: v, b: y}"),
        ("{a}", "", "{a, k: v}"),
        ("r: {a: [1, 2] } # c\n", "r", "r: {a: [1, 2], k: v } # c\n"),
        ("{\n  \"a\": \"x\"\n}\n", "", "{\n  \"a\": \"x\",\n  \"k\": \"v\"\n}\n"),
        ("{\"a\": \"x\"}", "", "{\"a\": \"x\", \"k\": \"v\"}"),
        ("ä: 1\nr: {ö: 😀, a: x}\n", "r", "ä: 1\nr: {ö: 😀, a: x, k: v}\n"),
        ("\u{FEFF}a: x\nb: y\n", "", "\u{FEFF}a: x\nk: v\nb: y\n"),
        ("? a\n: x\n", "", "refused: 1:3: the key is written with a question mark"),
        ("[a: x]", "0", "refused: 1:2: the edit would change more than was asked for"),
        ("a: x\nk: y\n", "", "refused: 1:1: the mapping has the key \"k\" already"),
        ("r: &r\n  a: x\ns: *r\n", "r", "refused: 2:3: an anchor shows the value elsewhere too, on line 3"),
        ("s: &s\n  a: x\nr: *s\n", "r", "refused: 2:3: the value comes from the anchor &s on line 1"),
        ("a: |\n  x", "", "refused: 1:4: the edit would change more than was asked for"),
        ("- a: &k x\n- *k\n", "0", "- a: &k x\n  k: v\n- *k\n"),
        ("-   &k a: x\n", "0", "-   &k a: x\n    k: v\n"),
    ])
    func `a pair comes behind its sibling`(text: String, path: String, expected: String) throws {
        let result = try edited(text) { editor, stream in
            try editor.insert(key: "k", value: "v", after: try keyNode("a", at: path, in: stream))
        }
        #expect(result == expected)
    }

    @Test(arguments: [
        ("tag", "1.10", "tag: \"1.10\""), ("1", "x", "\"1\": x"), ("x: y", "it's", "\"x: y\": it's"),
        ("k", "", "k: \"\""), ("k", "two\nlines", "k: \"two\\nlines\""), ("", "v", "\"\": v"),
    ])
    func `key and value are quoted where they must be`(key: String, value: String, line: String) throws {
        let result = try edited("a: x\n") { editor, stream in
            try editor.insert(key: key, value: value, after: try keyNode("a", at: "", in: stream))
        }
        #expect(result == "a: x\n\(line)\n")
    }

    @Test func `several pairs and other edits go together`() throws {
        let result = try edited("a:\nb: y") { editor, stream in
            let (first, second) = (try keyNode("a", at: "", in: stream), try keyNode("b", at: "", in: stream))
            try editor.insert(key: "k", value: "1st", after: first)
            try editor.insert(key: "m", value: "2nd", after: first)
            try editor.insert(key: "o", value: "3rd", after: second)
            try editor.replace(try node("a", in: stream), with: "x")
            try editor.replace(try node("b", in: stream), with: "z")
        }
        #expect(result == "a: x\nk: 1st\nm: 2nd\nb: z\no: 3rd")
    }

    @Test func `one key cannot be added twice`() throws {
        let result = try edited("a: x\nb: y\n") { editor, stream in
            try editor.insert(key: "k", value: "1", after: try keyNode("a", at: "", in: stream))
            try editor.insert(key: "k", value: "2", after: try keyNode("b", at: "", in: stream))
        }
        #expect(result == "refused: 2:1: the mapping has the key \"k\" already")
    }

    @Test func `a value is no sibling`() throws {
        let result = try edited("a: x\n") { editor, stream in
            try editor.insert(key: "k", value: "1", after: try node("a", in: stream))
        }
        #expect(result == "refused: 1:4: the node is not the key of a mapping")
    }
}

@Suite struct RemoveTests {
    @Test(arguments: [
        ("a: x\nb: y\n", "", "b: y\n"),
        ("b: y\na: x # why\nc: z\n", "", "b: y\nc: z\n"),
        ("b: y\r\na: x", "", "b: y"),
        ("b: y\na: x\n", "", "b: y\n"),
        ("b: y\n# about a\na: |\n  x\n\nc: z\n", "", "b: y\n# about a\n\nc: z\n"),
        ("r:\n  - b: y\n    a: x\n", "r.0", "r:\n  - b: y\n"),
        ("b: y\na:\nc: z\n", "", "b: y\nc: z\n"),
        ("b: y\na: 'x\n  y'\nc: z\n", "", "b: y\nc: z\n"),
        ("\u{FEFF}a: x\nb: y\n", "", "\u{FEFF}b: y\n"),
        ("v: &v 1\na: *v\nb: y\n", "", "v: &v 1\nb: y\n"),
        ("{a: x, b: y}", "", "{b: y}"),
        ("{b: y, a: x}", "", "{b: y}"),
        ("{b: y, a: x, c: z}", "", "{b: y, c: z}"),
        ("{a: x}", "", "{}"),
        ("{b: y, a: }", "", "{b: y}"),
        ("{\n  \"b\": 1,\n  \"a\": 2\n}\n", "", "{\n  \"b\": 1\n}\n"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", "", "{\n  \"b\": 2\n}\n"),
        ("{b: y, # c\n a: x}", "", "refused: 2:2: a comment stands between the pair and its neighbour"),
        ("a: x\n", "", "refused: 1:1: the key is the only one of its mapping"),
        ("- a: x\n  b: y\n", "0", "refused: 1:3: the key shares its line with what stands before it"),
        ("a: [x]\nb: y\n", "", "refused: 1:1: the value is a sequence, not a scalar"),
        ("a: &v x\nb: *v\n", "", "refused: 1:1: an alias on line 2 needs the anchor"),
        ("? a\n: x\nb: y\n", "", "refused: 1:3: the key shares its line with what stands before it"),
    ])
    func `a pair goes with its line`(text: String, path: String, expected: String) throws {
        let result = try edited(text) { editor, stream in
            try editor.remove(try keyNode("a", at: path, in: stream))
        }
        #expect(result == expected)
    }

    @Test func `a pair can take the place of another`() throws {
        let result = try edited("a: x\nb: y\n") { editor, stream in
            let key = try keyNode("a", at: "", in: stream)
            try editor.remove(key)
            try editor.insert(key: "k", value: "v", after: key)
        }
        #expect(result == "k: v\nb: y\n")
    }
}
