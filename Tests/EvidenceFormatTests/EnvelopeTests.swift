import EvidenceFormat
import Testing

struct EnvelopeTests {
    private static let vector = """
        {"payload": "aGVsbG8gd29ybGQ=",
         "payloadType": "http://example.com/HelloWorld",
         "signatures": [{"sig": \
        "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
        """

    @Test func `the published example is encoded as published`() throws {
        let envelope = try Envelope(Array(Self.vector.utf8))
        #expect(
            envelope.preAuthentication
                == Array("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
    }

    @Test func `lengths are counted in bytes`() {
        let envelope = Envelope(payloadType: "ä", payload: Array("é€".utf8))
        #expect(envelope.preAuthentication == Array("DSSEv1 2 ä 5 é€".utf8))
        #expect(
            Envelope(payloadType: "", payload: []).preAuthentication == Array("DSSEv1 0  0 ".utf8))
    }

    @Test func `what is written is read again, and is stable`() throws {
        let envelope = Envelope(
            payloadType: "text/plain; x=\"é\"", payload: Array(0...255),
            signatures: [
                Envelope.Signature(keyID: "", bytes: [1]), Envelope.Signature(keyID: "a\nb", bytes: [0xFB, 0xFF]),
            ])
        let again = try Envelope(envelope.bytes)
        #expect(again == envelope)
        #expect(again.bytes == envelope.bytes)
    }

    @Test(arguments: [
        ("[]", "expected an object"),
        ("{}", "\"payloadType\""),
        (#"{"payloadType":"","payload":"","signatures":[]}"#, "\"payloadType\""),
        (#"{"payloadType":"t","payload":"Z","signatures":[]}"#, "\"payload\" in base64"),
        (#"{"payloadType":"t","payload":"Zg"}"#, "\"signatures\""),
        (#"{"payloadType":"t","payload":"Zg","signatures":null}"#, "\"signatures\""),
        (#"{"payloadType":"t","payload":"Zg","signatures":[null]}"#, "signature 1"),
        (#"{"payloadType":"t","payload":"Zg","signatures":[{"sig":""}]}"#, "signature 1"),
        (#"{"payloadType":"t","payload":"Zg","signatures":[{"sig":"AA","keyid":7}]}"#, "keyid"),
        (#"{"payloadType":"t","payload":"Zg","payload":"Zg","signatures":[]}"#, "stands twice"),
        (#"{"payloadType":"t","payload":"Zg","signatures":[{"sig":"AA","sig":"AA"}]}"#, "stands twice"),
        (#"{"payloadType":"t","payload":"Zg","signatures":[],"more":{"a":1,"\u0061":2}}"#, "stands twice"),
        (#"{"payloadType":"t","payload":"Zg","signatures":[]} x"#, "end of the text"),
        ("", "not JSON"),
    ])
    func `what is no envelope is refused with a reason`(text: String, reason: String) throws {
        let error = try #require(throws: Envelope.Malformed.self) { try Envelope(Array(text.utf8)) }
        #expect(error.description.contains(reason))
    }

    @Test(arguments: ["aGVsbG8_Pz8-", "aGVsbG8/Pz8+"])
    func `either alphabet is read`(payload: String) throws {
        let text = #"{"payloadType":"t","payload":"\#(payload)","signatures":[],"more":1}"#
        #expect(try Envelope(Array(text.utf8)).payload == Array("hello???>".utf8))
    }

    @Test func `too long and too many are refused`() throws {
        let long = [UInt8](repeating: 0x20, count: Envelope.maximumBytes + 1)
        #expect(throws: Envelope.Malformed.oversized(byteCount: long.count)) { try Envelope(long) }
        let signature = Envelope.Signature(keyID: "", bytes: [1])
        let many = Envelope(
            payloadType: "t", payload: [], signatures: Array(repeating: signature, count: 33))
        #expect(throws: Envelope.Malformed.tooManySignatures(33)) { try Envelope(many.bytes) }
    }
}
