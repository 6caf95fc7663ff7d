import Testing

@testable import EvidenceFormat

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zg", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ])
    func `a text gives its bytes`(text: String, expected: String) {
        #expect(Base64.bytes(text) == Array(expected.utf8))
    }

    @Test func `both alphabets are read`() {
        #expect(Base64.bytes("-_-_") == [0xFB, 0xFF, 0xBF])
        #expect(Base64.bytes("+/+/") == [0xFB, 0xFF, 0xBF])
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "+_+_", "Zm 9", "Zm9v\n", "====", "Zg==Zg=="])
    func `anything else is refused`(text: String) {
        #expect(Base64.bytes(text) == nil)
    }

    @Test(arguments: 0..<70)
    func `writing and reading give the same bytes`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        #expect(Base64.bytes(Base64.text(bytes, isPadded: false)) == bytes)
    }
}
