import LedgerFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

@Suite struct LedgerReaderTests {
    private static let trailers = """
        Environment: prod
        Promotion-Id: prod.0123456789abcdef
        Result: promoted
        Artifact: web registry.test/web:1@sha256:\(String(repeating: "a", count: 64))
        Recorded-At: 2026-11-21T09:30:00Z
        Basis: 0123456789012345678901234567890123456789
        Signed-off-by: towpath <towpath@example.invalid>
        """

    private static func edited(_ from: String, _ to: String) -> String {
        let text = trailers.split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
        precondition(text != trailers)
        return text
    }

    @Test func `a closing paragraph of ours is an entry`() throws {
        let entry = try #require(try LedgerReader.entry(in: "promote(prod): web 1\n\n\(Self.trailers)\n"))
        #expect(entry.environment == "prod")
        #expect(entry.items.map(\.promotion.description) == ["prod.0123456789abcdef"])
        #expect(entry.items.first?.artifacts.keys.map(\.description) == ["web"])
        #expect(entry.signedOffBy == "towpath <towpath@example.invalid>")
        #expect(try LedgerReader.entry(in: "subject\n\nbody\n\n\(Self.trailers)") == entry)
        #expect(try LedgerReader.entry(in: "subject\n\n\(Self.trailers)\n\n\n") == entry)
    }

    @Test(arguments: [
        "", "\n", "subject", "subject\n", "Merge branch 'x'\n\nbody\n",
        // The whole message is one paragraph: there is no subject.
        trailers,
        // Trailers anywhere but at the end.
        "subject\n\n\(trailers)\n\nand more\n", "\(trailers)\n\nsubject\n", "x: \(trailers)\n\nbody",
        "subject\n\n\(trailers)\n\nReviewed-by: Ada <ada@example.invalid>\n",
        // A line among them that is none of ours.
        "subject\n\n\(trailers)\nReviewed-by: Ada <ada@example.invalid>\n",
        "subject\n\n\(trailers)\n# comment\n", "subject\n\n\(trailers)\n continued\n", "subject\n\nbody\n\(trailers)\n",
        "subject\n\n\(edited("Result", "result"))\n", "subject\n\n\(edited("Result:", "Result :"))\n",
        "subject\n\n\(edited("Result: ", "Result:"))\n", "subject\n\n> \(trailers)\n",
        // One that must be there is not, or is there twice.
        "subject\n\n\(edited("Environment: prod\n", ""))\n",
        "subject\n\n\(edited("Environment: prod\n", "Environment: prod\nEnvironment: dev\n"))\n",
        "subject\n\n\(edited("Recorded-At: 2026-11-21T09:30:00Z\n", ""))\n",
        "subject\n\n\(trailers)\nSigned-off-by: Eve <eve@example.invalid>\n",
        // Line ends that another system wrote.
        "subject\r\n\r\n" + edited("\n", "\r\n") + "\r\n",
    ])
    func `anything else is no entry`(_ message: String) throws {
        #expect(try LedgerReader.entry(in: message) == nil)
    }

    @Test(
        arguments: [
            (
                edited("Environment: prod", "Environment: pr od"),
                "\"pr od\" is no environment name: expected letters, digits, \"-\", \"_\" and \".\" only"
            ),
            (edited("2026-11-21", "2026-11-31"), "Recorded-At is no RFC 3339 instant"),
            (edited("Basis: 0", "Basis: "), "Basis is no commit id"),
            (edited("Basis: 0", "Basis: G"), "Basis is no commit id"),
            (edited("Basis: 012", "Basis: ０"), "Basis is no commit id"),
            (edited("prod.0123456789abcdef", "prod.0"), "Promotion-Id is none"),
            (edited("Promotion-Id: prod.0123456789abcdef\n", ""), "Result stands before any Promotion-Id"),
            (edited("Result: promoted", "Result: splendid"), "unknown result splendid"),
            (edited("Artifact: web ", "Artifact: "), "Artifact names no component"),
            (edited("@sha256:a", "@sha256:"), nil),
            (edited("Result: promoted\n", "Result: promoted\nGate: {}\n"), "Gate lacks gate, result or reason"),
            (edited("Result: promoted\n", "Result: promoted\nGate: x\n"), "not JSON at byte 0: expected a value"),
            (
                edited(
                    "Result: promoted\n",
                    "Result: promoted\nGate: {\"gate\":\"sook\",\"result\":\"open\",\"reason\":\"\"}\n"),
                "Gate lacks gate, result or reason"
            ),
            (
                edited("Result: promoted\n", "Result: promoted\nGate: {\"gate\":\"soak\",\"gate\":\"hold\"}\n"),
                "not JSON at byte 21: the key \"gate\" stands twice"
            ),
            (edited("Result: promoted\n", "Result: promoted\nSupersedes: x\n"), "Supersedes names no promotion"),
            (
                edited("Result: promoted\n", "Result: promoted\nRetired: a b\n"),
                "\"a b\" is no component name: white space, control and invisible characters are not allowed"
            ),
            (
                edited("Result: promoted\n", "Result: promoted\nConfiguration: md5:0\n"),
                "\"md5:0\" is no digest: algorithm \"md5\" is not one of sha256, sha512"
            ),
            (edited("Recorded-At", "Hold: {\"scope\":\"*\"}\nRecorded-At"), "Hold lacks scope, reason, owner or since"),
            (
                edited(
                    "Recorded-At", "Hold: {\"scope\":\"*\",\"reason\":\"\",\"owner\":\"\",\"since\":7}\nRecorded-At"),
                "expected an RFC 3339 instant"
            ),
        ] as [(String, String?)])
    func `a broken value is an error and never half an entry`(_ trailers: String, _ reason: String?) throws {
        let text = try #require(errorText { try LedgerReader.entry(in: "subject\n\n\(trailers)\n") })
        if let reason { #expect(text == reason) }
    }

    @Test func `an entry that records nothing is an error`() {
        let trailers = Self.trailers.split(separator: "\n").filter { line in
            !["Promotion", "Result", "Artifact"].contains { line.hasPrefix($0) }
        }.joined(separator: "\n")
        #expect(errorText { try LedgerReader.entry(in: "subject\n\n\(trailers)\n") } == "the entry records nothing")
    }

    @Test(arguments: 0..<UInt64(256))
    func `no bytes make the reader fail otherwise`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let message = LedgerMessage.text(for: random.entry(), before: random.record())
        var bytes = Array(message.utf8)
        for _ in 0..<20 {
            bytes[random.number(0...bytes.count - 1)] = UInt8(random.number(0...255))
            _ = errorText { try LedgerReader.entry(in: String(decoding: bytes, as: UTF8.self)) }
        }
    }
}
