import TestSupport
import Testing
import YAMLSource

/// JSON, definitions of Terraform's variables and single lines become the tree that YAML becomes.
@Suite struct SyntaxTests {
    private func root(_ text: String, _ syntax: SourceSyntax) throws -> YAMLNode {
        let documents = try YAMLStream(bytes: Array(text.utf8), syntax: syntax).documents
        try #require(documents.count == 1)
        return documents[0]
    }

    private func problem(_ text: String, _ syntax: SourceSyntax) -> String? {
        errorText { try YAMLStream(bytes: Array(text.utf8), syntax: syntax) }
    }

    // MARK: - Reading

    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), (" [1, -2.50e+3 , true,null ]\n", "[<1>, <-2.50e+3>, <true>, <null>]"),
        ("{\"a\": {\"b\": [\"c\"]},\t\"a\":\"d\"}", "{<a>: {<b>: [<c>]}, <a>: <d>}"),
        (#"["\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00é"]"#, "[<\"\\/\u{8}\u{C}\n\r\tä😀é>]"),
        ("\u{FEFF}\"x\"", "<x>"), ("0", "<0>"), ("1.10", "<1.10>"),
    ])
    func `JSON is read as it is written`(_ text: String, _ tree: String) throws {
        #expect(outline(try root(text, .json)) == tree)
    }

    @Test(arguments: [
        "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a: 1}", "'a'", "01", "1.", ".5", "+1", "1e",
        "nul", "True", "// x\n1", "1 2", "\"a", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"", "\"\\", "{\"a\":1 \"b\":2}", "[", "{1: 2}", "{{ .Values }}",
    ])
    func `what is no JSON is refused with its place`(_ text: String) throws {
        let told = try #require(self.problem(text, .json), "accepted")
        #expect(told.hasPrefix("1:"), "\(told)")
    }

    @Test(arguments: [
        ("", "{}"), ("# nothing\n", "{}"), ("a = \"b\"\n", "{<a>: <b>}"),
        ("a=1 # c\nb-c=true// d", "{<a>: <1>, <b-c>: <true>}"),
        ("/* a\n = 1 */ a = -1.50\r\n", "{<a>: <-1.50>}"),
        ("a = {\n  b = \"c\"\n  \"d e\" : [1, \"x\",\n], f = {}\n}\n", "{<a>: {<b>: <c>, <d e>: [<1>, <x>], <f>: {}}}"),
        ("a = \"\\\"\\\\ä\\u00e4\"", "{<a>: <\"\\ää>}"), ("a = null", "{<a>: <null>}"),
        ("a = [{b = 1}, []]", "{<a>: [{<b>: <1>}, []]}"), ("a = \"$${b} $5\"", "{<a>: <$${b} $5>}"),
        ("a = var.b\nc = f(\"x, y\", [1,\n2]) # d", "{<a>: <var.b>, <c>: <f(\"x, y\", [1,\n2])>}"),
        ("a = \"${b(\"}\")}-c\"\nd = 1 + 2", "{<a>: <\"${b(\"}\")}-c\">, <d>: <1 + 2>}"),
        ("a = <<-X\n  b\n  X\nc = 1\n", "{<a>: <<<-X\n  b\n  X>, <c>: <1>}"),
        ("a = [x.y, \"z\"]", "{<a>: [<x.y>, <z>]}"), ("a = b ? \"c\" : \"d\"\n", "{<a>: <b ? \"c\" : \"d\">}"),
    ])
    func `definitions of variables are read`(_ text: String, _ tree: String) throws {
        #expect(outline(try root(text, .hcl)) == tree)
    }

    @Test(arguments: [
        "a", "a =", "a = \n1", "= 1", "a: 1", "resource \"a\" \"b\" {}", "a = {b}",
        "a = \"b", "a = \"b\nc\"", "a = <<X\nb\n", "a = <<\nb", "/* a", "a = f(", "a = 1 }", "a = [", "a = {",
        "a b = 1",
        "a = \"\\x\"", "{\"a\": 1}", "a = ]",
    ])
    func `what defines no variables is refused with its place`(_ text: String) throws {
        let told = try #require(self.problem(text, .hcl), "accepted")
        #expect(told.hasPrefix("1:") || told.hasPrefix("2:"), "\(told)")
    }

    @Test func `a text of one line is one value, and no other text is`() throws {
        for text in ["1.2.3", "1.2.3\n", "\n 1.2.3 \r\n\n", "\u{FEFF}1.2.3"] {
            let node = try root(text, .text)
            #expect(node.text == "1.2.3")
            #expect(Array(text.utf8)[node.byteRange].elementsEqual("1.2.3".utf8))
        }
        for text in ["", "\n \n", "a\nb\n"] {
            #expect(try YAMLStream(bytes: Array(text.utf8), syntax: .text).documents.isEmpty)
        }
    }

    @Test(arguments: [SourceSyntax.json, .hcl, .text])
    func `bytes that are no text, too many and too deep are refused`(_ syntax: SourceSyntax) {
        #expect(errorText { try YAMLStream(bytes: [0x22, 0xFF, 0x22], syntax: syntax) } != nil)
        var limits = YAMLLimits()
        limits.maxBytes = 3
        #expect(errorText { try YAMLStream(bytes: Array("\"abcdef\"".utf8), syntax: syntax, limits: limits) } != nil)
        guard syntax != .text else { return }
        let start = syntax == .hcl ? "a = " : ""
        let deep = start + String(repeating: "[", count: 100_000)
        #expect(errorText { try YAMLStream(bytes: Array(deep.utf8), syntax: syntax) }?.contains("deeper than") == true)
        limits = YAMLLimits()
        limits.maxNodes = 10
        let many = start + "[1,1,1,1,1,1,1,1,1,1,1,1]"
        #expect(errorText { try YAMLStream(bytes: Array(many.utf8), syntax: syntax, limits: limits) } != nil)
    }

    @Test func `places are lines and characters`() throws {
        let json = try root("{\r\n  \"ä\": {\n\t\"b\": 1}}", .json)
        let value = try #require(json["ä"]?["b"])
        #expect((value.line, value.column) == (3, 7))
        let hcl = try root("# ä\nx = {\n  ä = \"ö\", b = 1 }\n", .hcl)
        let other = try #require(hcl["x"]?["b"])
        #expect((other.line, other.column) == (3, 16))
        #expect(problem("{\n \"ä\": x}", .json)?.contains("2:7") == true, "\(problem("{\n \"ä\": x}", .json) ?? "")")
    }

    // MARK: - Editing

    private func edited(
        _ text: String, _ syntax: SourceSyntax, _ change: (inout YAMLEditor, YAMLNode) throws -> Void
    ) throws -> String {
        let stream = try YAMLStream(bytes: Array(text.utf8), syntax: syntax)
        var editor = YAMLEditor(stream)
        try change(&editor, stream.documents[0])
        return String(decoding: try editor.apply(), as: UTF8.self)
    }

    @Test(arguments: [
        ("{\"a\" : 1.10 }", SourceSyntax.json, "{\"a\" : \"1.11\" }"),
        ("{\"a\":\"x\\u0041\"}", .json, "{\"a\":\"1.11\"}"),
        ("a   =   1 # b\r\n", .hcl, "a   =   \"1.11\" # b\r\n"), ("a = \"x\" // b", .hcl, "a = \"1.11\" // b"),
    ])
    func `a value is replaced in the way of its syntax`(_ text: String, _ syntax: SourceSyntax, _ after: String) throws
    {
        #expect(try edited(text, syntax) { try $0.replace(try #require($1["a"]), with: "1.11") } == after)
    }

    @Test func `a line is replaced and what is around it stays`() throws {
        #expect(try edited("\u{FEFF}\n v1 \r\n", .text) { try $0.replace($1, with: "v2") } == "\u{FEFF}\n v2 \r\n")
        for text in ["", "a\nb", " a", "\u{7}"] {
            #expect(errorText { try edited("v1\n", .text) { try $0.replace($1, with: text) } } != nil)
        }
    }

    @Test func `an expression is not edited`() {
        let refusal = errorText { try edited("a = var.b\n", .hcl) { try $0.replace(try #require($1["a"]), with: "c") } }
        #expect(refusal?.contains("expression") == true)
    }

    @Test(arguments: [
        ("{\"a\": \"x\"}", SourceSyntax.json, "{\"a\": \"x\", \"b\": \"y\"}"),
        ("{\n  \"a\": \"x\",\n  \"c\": 1\n}", .json, "{\n  \"a\": \"x\",\n  \"b\": \"y\",\n  \"c\": 1\n}"),
        ("a = \"x\" # c\nd = 1\n", .hcl, "a = \"x\" # c\nb = \"y\"\nd = 1\n"),
        ("a = \"x\"", .hcl, "a = \"x\"\nb = \"y\""),
    ])
    func `a pair is added in the way of its syntax, and goes again`(
        _ text: String, _ syntax: SourceSyntax, _ after: String
    ) throws {
        let added = try edited(text, syntax) { editor, root in
            try editor.insert(key: "b", value: "y", after: try #require(root.pairs.first { _ in true }).key)
        }
        #expect(added == after)
        let restored = try edited(added, syntax) { editor, root in
            try editor.remove(try #require(root.pairs.first { $0.key.equals("b") }).key)
        }
        #expect(restored == text)
    }

    @Test(arguments: [
        ("x = {\n  a = \"x\"\n  c = 1\n}\n", "x = {\n  a = \"x\"\n  b = \"y\"\n  c = 1\n}\n"),
        ("x = { a = \"x\", c = 1 }\n", "x = { a = \"x\", b = \"y\", c = 1 }\n"),
        ("x = {\n  \"a\" : \"x\", # d\n}\n", "x = {\n  \"a\" : \"x\"\n  \"b\" = \"y\", # d\n}\n"),
    ])
    func `a pair is added to an object`(_ text: String, _ after: String) throws {
        let added = try edited(text, .hcl) { editor, root in
            let object = try #require(root["x"])
            try editor.insert(key: "b", value: "y", after: try #require(object.pairs.first { _ in true }).key)
        }
        #expect(added == after)
    }

    /// Whatever is written, one edit changes one value.
    @Test(arguments: UInt64(0)..<128)
    func `an edit changes one value and its bytes alone`(seed: UInt64) throws {
        for syntax in [SourceSyntax.json, .hcl] {
            var writer = RandomSource(seed: seed, syntax: syntax)
            let bytes = Array(writer.document().utf8)
            let stream = try YAMLStream(bytes: bytes, syntax: syntax)
            let nodes = allNodes(stream)
            let before = nodes.map { "\($0.kind) \($0.text ?? "")" }
            for (place, node) in nodes.enumerated() where node.kind == .scalar {
                var editor = YAMLEditor(stream)
                guard errorText({ try editor.replace(node, with: "1.10 \"ä\\") }) == nil else { continue }
                let edited = try editor.apply()
                let range = node.byteRange
                #expect(edited.prefix(range.lowerBound) == bytes.prefix(range.lowerBound))
                #expect(edited.suffix(bytes.count - range.upperBound) == bytes.suffix(bytes.count - range.upperBound))
                var expected = before
                expected[place] = "scalar 1.10 \"ä\\"
                let after = allNodes(try YAMLStream(bytes: edited, syntax: syntax))
                #expect(after.map { "\($0.kind) \($0.text ?? "")" } == expected, "seed \(seed), place \(place)")
            }
        }
    }

    @Test(arguments: UInt64(0)..<256)
    func `broken bytes are refused or read, and never more`(seed: UInt64) {
        for syntax in [SourceSyntax.json, .hcl, .text] {
            var writer = RandomSource(seed: seed, syntax: syntax)
            var bytes = Array(writer.document().utf8)
            for _ in 0..<4 where !bytes.isEmpty { writer.damage(&bytes) }
            guard let stream = try? YAMLStream(bytes: bytes, syntax: syntax) else { continue }
            for node in allNodes(stream) {
                #expect(node.byteRange.upperBound <= bytes.count)
                #expect(node.line >= 1 && node.column >= 1)
            }
        }
    }
}

/// Random JSON, or random definitions of variables, with spaces and comments wherever they may be.
private struct RandomSource {
    private var random: SeededGenerator
    private let syntax: SourceSyntax

    init(seed: UInt64, syntax: SourceSyntax) {
        random = SeededGenerator(seed: seed)
        self.syntax = syntax
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices.randomElement(using: &random) ?? ""
    }

    mutating func document() -> String {
        guard syntax == .hcl else { return space() + value(4) + space() }
        var text = ""
        for index in 0..<Int.random(in: 0...6, using: &random) {
            text +=
                space() + "k\(index)" + pick(["=", " = ", "\t="]) + value(3)
                + pick(["\n", " # x = \"\n", " // {\r\n", "\n\n"])
        }
        return text
    }

    private mutating func space() -> String {
        syntax == .json ? pick(["", " ", "\n", "\r\n\t"]) : pick(["", " ", "\n", "# [\n", "/* \" */"])
    }

    private mutating func value(_ depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return pick(["1", "-1.50", "true", "null", "7e5"])
        case 1 where syntax == .hcl: return pick(["var.a", "f(\"x\", [1, 2])", "\"${a}b\"", "1 + 2"])
        case 1...3: return pick(["\"\"", "\"a b\"", "\"ä\\\"\\\\\"", "\"1.2.3@sha256:00\"", "\"\\u00e4\"", "\"[{#\""])
        case 4:
            let items = (0..<Int.random(in: 0...3, using: &random)).map { _ in space() + value(depth - 1) + space() }
            return "[" + items.joined(separator: ",") + space() + "]"
        default:
            let mark = syntax == .json ? ":" : "="
            let pairs = (0..<Int.random(in: 0...3, using: &random)).map { index in
                space() + "\"k\(index)\"" + mark + " " + value(depth - 1)
            }
            return "{" + pairs.joined(separator: ",") + space() + "}"
        }
    }

    /// Puts one byte in another's place, takes one away or cuts the rest.
    mutating func damage(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.remove(at: place)
        default: bytes[place] = Array("{}[]\",:=<#/\\\n $u\u{1}".utf8).randomElement(using: &random) ?? 0xFF
        }
    }
}
