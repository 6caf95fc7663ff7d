import JSONText
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    @Test(
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.integer(-5), "-5"), ("a\"b\\c", #""a\"b\\c""#),
            ("\n\r\t", #""\n\r\t""#),
            ("\0\u{1F}\u{7F}\u{9F}", #""\u0000\u001f\u007f\u009f""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
            ("é漢🚀", "\"é漢🚀\""), ([], "[]"), ([:], "{}"), (["b": [1, 2].array, "a": [:]], #"{"b":[1,2],"a":{}}"#),
        ] as [(JSONValue, String)])
    func `a value is one line`(_ value: JSONValue, _ text: String) {
        #expect(JSONWriter.line(value) == text)
    }

    @Test func `a document is indented and ends with a line feed`() {
        let value: JSONValue = ["a": [.integer(1), ["b": .null]], "c": [], "d": [:]]
        let text = """
            {
              "a": [
                1,
                {
                  "b": null
                }
              ],
              "c": [],
              "d": {}
            }

            """
        #expect(String(decoding: JSONWriter.document(value), as: UTF8.self) == text)
    }

    @Test(arguments: 0..<UInt64(256))
    func `what is written reads back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Self.value(depth: 0, &generator)
        let line = JSONWriter.line(value)
        #expect(!line.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\u{2028}" })
        #expect(try JSONReader.value(line) == value)
        #expect(try JSONReader.value(JSONWriter.document(value)) == value)
    }

    private static func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth < 5 ? 6 : 4), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .number(["0", "-1.5e-7", "1e400", "18446744073709551616"].randomElement(using: &generator) ?? "0")
        case 3, 4: .string(text(&generator))
        case 5:
            .array((0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth: depth + 1, &generator) })
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &generator)).map { index in
                    JSONValue.Member("\(index)" + text(&generator), value(depth: depth + 1, &generator))
                })
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let range: ClosedRange<UInt32> =
                [0...0x7F, 0x80...0x7FF, 0x800...0xFFFF, 0x1_0000...0x10_FFFF]
                .randomElement(using: &generator) ?? 0...0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension [Int] {
    fileprivate var array: JSONValue { .array(map(JSONValue.integer)) }
}
