import Testing
import YAMLSource

@Suite struct YAMLNodeTests {
    @Test(arguments: [
        "1.10", "0123", "7e12345", "no", "12:30", "0x1F", "2025-01-24", "1_000", "v1.2.3", "sha256:9f2c", "Yes", ".5",
    ])
    func `a plain scalar keeps its text`(text: String) throws {
        let value = try #require(try root("a: \(text)  # comment\n")["a"])
        #expect(value.text == text)
        #expect(value.equals(text))
        #expect(!value.equals(text + "x"))
        #expect(!value.isNull)
        #expect(value.style == .plain)
        #expect(value.withUTF8 { $0.count } == text.utf8.count)
    }

    @Test(arguments: [
        ("'it''s'", "it's", YAMLStyle.singleQuoted),
        ("'plain'", "plain", .singleQuoted),
        ("\"a\\nb\"", "a\nb", .doubleQuoted),
        ("\"\\_\"", "\u{A0}", .doubleQuoted),
        ("\"\\N\"", "\u{85}", .doubleQuoted),
        ("\"\\L\"", "\u{2028}", .doubleQuoted),
        ("\"\\u00e4\\U0001F600\"", "ä😀", .doubleQuoted),
        ("\"plain\"", "plain", .doubleQuoted),
        ("\"\"", "", .doubleQuoted),
        ("one\n  two", "one two", .plain),
        ("one\n\n  two", "one\ntwo", .plain),
        ("'one\n  two'", "one two", .singleQuoted),
        ("|\n  one\n  two", "one\ntwo\n", .literal),
        ("|-\n  one\n  two", "one\ntwo", .literal),
        ("|+\n  one\n", "one\n\n", .literal),
        (">\n  one\n  two", "one two\n", .folded),
        ("ä😀日本", "ä😀日本", .plain),
    ])
    func `a scalar has its content and its style`(written: String, text: String, style: YAMLStyle) throws {
        let value = try #require(try root("a: \(written)\nb: c\n")["a"])
        #expect(value.text == text)
        #expect(value.style == style)
        #expect(value.equals(text))
        let copied: [UInt8] = value.withUTF8 { span in span.indices.map { span[$0] } }
        #expect(copied == Array(text.utf8))
    }

    @Test(arguments: [
        ("a:", true), ("a: ~", true), ("a: null", true), ("a: Null", true), ("a: NULL", true), ("a: !!null x", true),
        ("a: ''", false), ("a: \"null\"", false), ("a: nUll", false), ("a: !!str", false), ("a: {}", false),
        ("a: []", false), ("a: 0", false), ("a: !mine ~", false), ("a: &x", true), ("a: # comment", true),
    ])
    func `null is plain and untagged`(text: String, isNull: Bool) throws {
        #expect(try root(text)["a"]?.isNull == isNull)
    }

    @Test(arguments: [
        ("!reset", "!reset"), ("!Ref", "!Ref"), ("!!binary", "tag:yaml.org,2002:binary"),
        ("!<tag:example.org,2020:x>", "tag:example.org,2020:x"), ("!override &x", "!override"),
        ("&x !override", "!override"),
    ])
    func `tags are tolerated and shown`(written: String, tag: String) throws {
        for value in ["text", "[x]", "\n  b: c", "'quoted'", "|\n  x"] {
            let node = try #require(try root("a: \(written) \(value)\n")["a"])
            #expect(node.tag == tag)
        }
        #expect(try root("a: x")["a"]?.tag == nil)
    }

    @Test func `collections show their children in order`() throws {
        let text = """
            b: [1, {c: d}, [], {}]
            a:
            - x
            - y: 1
              z: 2
            -
              - nested
            """
        let node = try root(text)
        #expect(
            outline(node)
                == "{<b>: [<1>, {<c>: <d>}, [], {}], <a>: [<x>, {<y>: <1>, <z>: <2>}, [<nested>]]}")
        #expect(node["b"]?.style == .flow)
        #expect(node["a"]?.style == .block)
        #expect(node["a"]?.kind == .sequence)
        #expect(node["missing"] == nil)
        #expect(node["b"]?["c"] == nil)
        #expect(node["a"]?.text == nil)
        #expect(Array(node.items).isEmpty)
    }

    @Test(arguments: [
        ("? {a: b}\n: c\n", "{{<a>: <b>}: <c>}"), ("{[a]: b, ? [c] : d}", "{[<a>]: <b>, [<c>]: <d>}"),
        ("? |\n  text\n: x\n", "{<text\n>: <x>}"), ("? a\n? b\n", "{<a>: <>, <b>: <>}"),
        ("[a: b, c]", "[{<a>: <b>}, <c>]"), ("? - x\n: - y\n", "{[<x>]: [<y>]}"),
    ])
    func `keys may be anything`(text: String, expected: String) throws {
        let node = try root(text)
        #expect(outline(node) == expected)
        #expect(node["a"] == nil || node["a"]?.kind == .scalar)
        #expect(try YAMLStream(bytes: Array(text.utf8)).duplicateKeys.isEmpty)
    }
}

@Suite struct DocumentTests {
    @Test(arguments: ["", "\n\n", "# only\n# comments\n", "   \n", "\u{FEFF}", "\u{FEFF}# comment"])
    func `a stream without content has no document`(text: String) throws {
        #expect(try YAMLStream(bytes: Array(text.utf8)).documents.isEmpty)
    }

    @Test(arguments: ["---", "---\n", "--- # comment\n", "---\n...\n", "~"])
    func `a document without content is null`(text: String) throws {
        #expect(try root(text).isNull)
    }

    @Test func `documents come in order`() throws {
        let stream = try YAMLStream(bytes: Array("a: 1\n---\n- b\n--- |\n  c\n...\n---\n".utf8))
        #expect(stream.documents.map { outline($0) } == ["{<a>: <1>}", "[<b>]", "<c\n>", "<>"])
    }

    @Test func `122 documents are read`() throws {
        let text = (0..<122).map { "kind: K\($0)\n" }.joined(separator: "---\n")
        let documents = try YAMLStream(bytes: Array(text.utf8)).documents
        #expect(documents.count == 122)
        #expect(documents[121]["kind"]?.text == "K121")
        #expect(documents[121].line == 244 - 1)
    }

    @Test(arguments: [
        "a: 1\r\nb:\r\n  - x\r\n  - |\r\n    y\r\n", "\u{FEFF}a: 1\nb:\n  - x\n  - |\n    y\n",
        "%YAML 1.2\n---\na: 1\nb: [x, \"y\\n\"]", "%YAML 1.1\n%TAG ! tag:x,2020:\n---\na: 1\nb: [x, \"y\\n\"]",
    ])
    func `line endings, byte order mark and directives do not matter`(text: String) throws {
        #expect(outline(try root(text)) == "{<a>: <1>, <b>: [<x>, <y\n>]}")
    }
}
