import Foundation
import Synchronization
import Testing
import YAMLSource

@Suite struct RefusedInputTests {
    @Test(arguments: [
        (
            "a: b\n\tc: d\n",
            "2:1: found a tab where indentation was expected, while scanning a plain scalar that starts on line 1"
        ),
        ("a:\n\t- b\n", "2:1: found a tab where indentation was expected"),
        ("a: @b\n", "1:4: a plain value cannot start with \"@\"; quote it"),
        ("a: b: c\n", "1:5: a mapping cannot start here; indent the key or quote the value"),
        ("a: *b\n", "1:4: the alias *b has no anchor &b before it"),
        ("a: &a [*a]\n", "1:8: the alias *a stands inside the node it refers to"),
        ("a: &a\n  b:\n    <<: *a\n", "3:9: the alias *a stands inside the node it refers to"),
        ("x: &a 1\n---\ny: *a\n", "3:4: the alias *a has no anchor &a before it"),
        ("a: \u{0}\n", "1:4: the character U+0000 is not allowed"),
        ("ä: x\nb: \u{1}\n", "2:4: the character U+0001 is not allowed"),
        ("a: \u{7F}\n", "1:4: the character U+007F is not allowed"),
        ("a: \u{FFFE}\n", "1:4: the character U+FFFE is not allowed"),
        ("a: 'b\n", "2:1: found unexpected end of stream, while scanning a quoted scalar that starts on line 1"),
        ("a: [b\n", "2:1: did not find expected ',' or ']', while parsing a flow sequence that starts on line 1"),
        ("%YAML 2.0\n---\na", "1:1: found incompatible YAML document"),
        ("a: !x!y z\n", "1:4: found undefined tag handle, while parsing a node"),
    ])
    func `the problem is named with its place`(text: String, expected: String) {
        #expect(problem(Array(text.utf8))?.description == expected)
    }

    @Test(arguments: [
        ("image: {{ .Values.image }}:1.0\n", 1), ("a: b\n{{- if .Values.x }}\nc: d\n{{- end }}\n", 3),
        ("a: b\nc: {{ .x }}:{{ .y }}\n", 2),
    ])
    func `a template expression outside quotes is a problem that names it`(text: String, line: Int) {
        let found = problem(Array(text.utf8))
        #expect(found?.line == line)
        #expect(found?.message.contains("a template expression such as {{ … }} must stand inside quotes") == true)
    }

    @Test func `a template expression alone is a mapping with a mapping for a key`() throws {
        #expect(outline(try root("a: {{ .Values.x }}\n")) == "{<a>: {{<.Values.x>: <>}: <>}}")
    }

    @Test func `a template expression inside quotes is text`() throws {
        #expect(try root("a: '{{ .Values.x }}'\nb: x{{y}}\n")["a"]?.text == "{{ .Values.x }}")
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], "UTF-16"), ([0xFE, 0xFF, 0x00, 0x61], "UTF-16"), ([0x61, 0, 0x3A, 0], "UTF-16"),
            ([0, 0x61, 0, 0x3A], "UTF-16"), ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"),
            ([0x61, 0, 0, 0], "UTF-32"), ([0, 0, 0, 0x61], "UTF-32"), ([0xFF, 0xFE], "UTF-16"),
        ] as [([UInt8], String)])
    func `other encodings are refused by name`(bytes: [UInt8], name: String) {
        #expect(problem(bytes)?.description == "1:1: the file is \(name); only UTF-8 is read")
    }

    @Test(
        arguments: [
            ([0xC3], 5), ([0x80], 5), ([0xFF], 5), ([0xC0, 0xAF], 5), ([0xED, 0xA0, 0x80], 5), ([0xE2, 0x82], 5),
            ([0xF4, 0x90, 0x80, 0x80], 5),
        ] as [([UInt8], Int)])
    func `bytes that are no UTF-8 are refused at their place`(bytes: [UInt8], column: Int) {
        for tail in [[], Array("x\n".utf8)] {
            let found = problem(Array("# ä\na: b".utf8) + bytes + tail)
            #expect(found?.line == 2)
            #expect(found?.column == column)
            #expect(found?.message.hasPrefix("the file is not UTF-8: ") == true)
        }
    }

    @Test func `encrypted bytes are refused, not a crash`() {
        let bytes = Array("\0GITCRYPT\0".utf8) + (0..<500).map { UInt8(truncatingIfNeeded: $0 &* 7919) }
        #expect(problem(bytes)?.line == 1)
    }
}

@Suite struct LimitTests {
    /// Nine levels of nine aliases: 350 bytes that stand for 9⁹ scalars.
    private static var bomb: String {
        let levels = "abcdefghi".map(String.init)
        let lines = levels.enumerated().map { place, name in
            let item = place == 0 ? "\"lol\"" : "*" + levels[place - 1]
            return "\(name): &\(name) [" + Array(repeating: item, count: 9).joined(separator: ",") + "]"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func `an alias bomb is refused before it expands`() {
        let bomb = Self.bomb
        #expect(bomb.utf8.count < 400)
        #expect(problem(Array(bomb.utf8))?.message == "aliases expand the document to more than 100590 nodes")
        #expect(problem(Array(bomb.utf8))?.line == 6)
    }

    @Test func `a bomb of merge keys is refused too`() {
        var text = "a0: &a0 {x: 1}\n"
        for level in 1...9 {
            let list = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            text += "a\(level): &a\(level) {<<: [\(list)]}\n"
        }
        #expect(problem(Array(text.utf8))?.message.hasPrefix("aliases expand the document") == true)
    }

    @Test func `a chain of aliases cannot pass the depth`() {
        var text = "a0: &a0 [x]\n"
        for level in 1...100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(
            problem(Array(text.utf8))?.message == "collections nested deeper than 64 levels through *a62")
    }

    @Test func `deep flow and block collections are refused`() {
        let flow = String(repeating: "[", count: 20_000)
        #expect(problem(Array(flow.utf8))?.description == "1:65: collections nested deeper than 64 levels")
        let block = (0..<990).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(problem(Array(block.utf8))?.description == "65:65: collections nested deeper than 64 levels")
        let sequence = String(repeating: "- ", count: 990)
        #expect(problem(Array(sequence.utf8))?.message == "collections nested deeper than 64 levels")
        let mapping = String(repeating: "{a: ", count: 20_000)
        #expect(problem(Array(mapping.utf8))?.message == "collections nested deeper than 64 levels")
    }

    @Test func `the deepest allowed is read`() throws {
        let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try root(text).kind == .sequence)
    }

    @Test(arguments: [64, 65, 990, 20_000])
    func `a thread with a small stack reads what is allowed and refuses the rest`(depth: Int) {
        let text =
            String(repeating: "{a: [", count: depth / 2) + "x" + String(repeating: "]}", count: depth / 2)
            + String(repeating: " ", count: depth % 2)
        let isRead = Mutex(false)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            do {
                let stream = try YAMLStream(bytes: Array(text.utf8))
                isRead.withLock { $0 = allNodes(stream).count > depth }
            } catch {
                isRead.withLock { $0 = false }
            }
            done.signal()
        }
        thread.stackSize = 256 << 10
        thread.start()
        done.wait()
        #expect(isRead.withLock { $0 } == (depth <= 65))
    }

    @Test func `50 MB are refused by size`() {
        let found = problem([UInt8](repeating: UInt8(ascii: "["), count: 50_000_000))
        #expect(found?.description == "1:1: the file has 50000000 bytes, more than the 8388608 allowed")
    }

    @Test func `a line of 2 MB is read`() throws {
        let long = String(repeating: "x", count: 2_000_000)
        #expect(try root("a: \(long)\n")["a"]?.equals(long) == true)
        #expect(problem(Array("\(long): a\n".utf8)) != nil)
    }

    @Test func `each count has its limit`() {
        var limits = YAMLLimits()
        limits.maxDocuments = 2
        limits.maxNodes = 10
        limits.maxAliases = 2
        #expect(problem(Array("a\n---\nb\n---\nc\n".utf8), limits: limits)?.description == "4:1: more than 2 documents")
        let nodes = String(repeating: "x,", count: 10)
        #expect(problem(Array("[\(nodes)]".utf8), limits: limits)?.description == "1:20: more than 10 nodes")
        #expect(problem(Array("[&a x,*a,*a,*a]".utf8), limits: limits)?.description == "1:13: more than 2 aliases")
    }

    @Test func `tag directives cannot be used to waste time or memory`() {
        let many = (0..<100_000).map { "%TAG !\($0)! tag:x\n" }.joined() + "---\na\n"
        #expect(problem(Array(many.utf8))?.description == "257:1: more than 256 %TAG directives")
        let long =
            "%TAG !a! \(String(repeating: "x", count: 100_000))\n---\n"
            + String(repeating: "- !a!x y\n", count: 1_000)
        #expect(problem(Array(long.utf8))?.message.hasPrefix("tag directives expand to more than") == true)
    }

    @Test func `percent signs in text are no directives`() throws {
        let text = "a: |\n" + String(repeating: "  %TAG x\n", count: 300)
        #expect(try root(text)["a"]?.style == .literal)
    }
}
