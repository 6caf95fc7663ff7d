import JSONText
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    @Test(
        arguments: [
            ("null", .null), (" true\n", .bool(true)), ("\tfalse\r", .bool(false)), ("\"\"", .string("")),
            ("[]", .array([])),
            ("{}", .object([])), ("[ ]", .array([])), ("{ }", .object([])),
            ("[1,[2],{\"a\":3}]", [.integer(1), [.integer(2)], ["a": .integer(3)]]),
            ("{\"b\":1,\"a\":2}", ["b": .integer(1), "a": .integer(2)]),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), (#""\u00e9\u6f22""#, .string("é漢")),
            (#""\ud83d\ude80""#, .string("🚀")), (#""\u0000""#, .string("\0")),
            ("\"é漢🚀\u{7F}\u{2028}\"", .string("é漢🚀\u{7F}\u{2028}")),
        ] as [(String, JSONValue)])
    func `a value is read`(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONReader.value(text) == value)
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "10", "1.5", "1.50", "0.0", "1e400", "1E+5", "2e-3", "123456789012345678901234567890",
        "-0.1e+1",
    ])
    func `a number is kept as it is written`(_ text: String) throws {
        #expect(try JSONReader.value(text) == .number(text))
        #expect(JSONWriter.line(try JSONReader.value(text)) == text)
    }

    @Test(arguments: [
        ("", "not JSON at byte 0: expected a value"),
        ("   ", "not JSON at byte 3: expected a value"),
        ("01", "not JSON at byte 1: expected the end of the text"),
        ("-", "not JSON at byte 1: expected a value"),
        ("-01", "not JSON at byte 2: expected the end of the text"),
        ("1.", "not JSON at byte 2: expected a value"),
        (".5", "not JSON at byte 0: expected a value"),
        ("+1", "not JSON at byte 0: expected a value"),
        ("1e", "not JSON at byte 2: expected a value"),
        ("1e+", "not JSON at byte 3: expected a value"),
        ("0x1", "not JSON at byte 1: expected the end of the text"),
        ("NaN", "not JSON at byte 0: expected a value"),
        ("nul", "not JSON at byte 0: expected a value"),
        ("truex", "not JSON at byte 4: expected the end of the text"),
        ("True", "not JSON at byte 0: expected a value"),
        ("1 2", "not JSON at byte 2: expected the end of the text"),
        ("{} {}", "not JSON at byte 3: expected the end of the text"),
        ("\u{FEFF}1", "not JSON at byte 0: expected a value"),
        ("[1,]", "not JSON at byte 3: expected a value"),
        ("[1 2]", "not JSON at byte 3: expected \",\" or \"]\""),
        ("[1", "not JSON at byte 2: expected \",\" or \"]\""),
        ("[", "not JSON at byte 1: expected a value"),
        ("{\"a\":1,}", "not JSON at byte 7: expected a key in quotes"),
        ("{a:1}", "not JSON at byte 1: expected a key in quotes"),
        ("{'a':1}", "not JSON at byte 1: expected a key in quotes"),
        ("{\"a\" 1}", "not JSON at byte 5: expected \":\" after a key"),
        ("{\"a\":1", "not JSON at byte 6: expected \",\" or \"}\""),
        ("{\"a\":1,\"b\":2,\"a\":3}", "not JSON at byte 16: the key \"a\" stands twice"),
        (#"{"a":1,"\u0061":2}"#, "not JSON at byte 15: the key \"a\" stands twice"),
        ("\"a", "not JSON at byte 2: the text ends inside a string"),
        ("\"a\nb\"", "not JSON at byte 3: a control character must be escaped"),
        ("\"\0\"", "not JSON at byte 2: a control character must be escaped"),
        (#""\x""#, "not JSON at byte 3: unknown escape"),
        (#""\"#, "not JSON at byte 2: the text ends inside an escape"),
        (#""\u12""#, "not JSON at byte 3: expected four hexadecimal digits"),
        (#""\u12g4""#, "not JSON at byte 3: expected four hexadecimal digits"),
        (#""\ud83d""#, "not JSON at byte 7: half a surrogate pair"),
        (#""\ude80""#, "not JSON at byte 7: half a surrogate pair"),
        (#""\ud83d\ud83d""#, "not JSON at byte 13: half a surrogate pair"),
        (#""\ud83dx""#, "not JSON at byte 7: half a surrogate pair"),
        ("// x\n1", "not JSON at byte 0: expected a value"),
    ])
    func `anything else is refused with its place`(_ text: String, _ message: String) {
        #expect(errorText { try JSONReader.value(text) } == message)
    }

    @Test(arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func `what is no UTF-8 is refused`(_ bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONReader.Malformed.self) { try JSONReader.value([quote] + bytes + [quote]) }
    }

    @Test func `nesting is bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONReader.value(nested(JSONReader.maximumDepth)) }
        for depth in [JSONReader.maximumDepth + 1, 100_000] {
            #expect(
                errorText { try JSONReader.value(nested(depth)) } == "not JSON at byte 64: nested deeper than 64")
        }
    }

    @Test func `members are found by their key`() throws {
        let value = try JSONReader.value(#"{"a":{"b":"c"},"n":null}"#)
        #expect(value["a"]?["b"]?.string == "c")
        #expect(value["n"] == .null)
        #expect(value["x"] == nil)
        #expect(value["a"]?.string == nil)
        #expect(JSONValue.optional(nil) == .null)
    }
}
