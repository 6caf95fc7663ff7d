import Foundation
import JSONText
import TestSupport
import Testing

/// Envelopes that anyone could push, and why `towpath evidence` says that they do not count.
@Suite struct RefusedEvidenceTests {
    /// What is wrong with one envelope.
    struct Flaw: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var payloadType = "application/vnd.in-toto+json"
        var statement = RefusedEvidenceTests.statement()
        var namespace = "towpath-evidence"
        /// How the line of the signer begins.
        var principal = "ada@x.invalid"
        /// Makes the stored bytes of the sound ones.
        var spoil: @Sendable (String) -> String = { $0 }
        let reason: String
    }

    static func statement(
        subject: String = #"[{"digest":{"sha256":"\#(String(repeating: "1", count: 64))"}}]"#,
        type: String = "https://in-toto.io/Statement/v1", predicate: String = #"{"result":"PASSED","configuration":[]}"#
    ) -> String {
        #"{"_type":"\#(type)","subject":\#(subject),"predicateType":"#
            + #""https://in-toto.io/attestation/test-result/v0.1","predicate":\#(predicate)}"#
    }

    static let flaws = [
        Flaw(
            testDescription: "unsigned", spoil: { $0.replacing(/"signatures":\[.*\]/, with: #""signatures":[]"#) },
            reason: "the envelope is not signed"),
        Flaw(testDescription: "another namespace", namespace: "file", reason: #"made for the namespace "file""#),
        Flaw(
            testDescription: "a key for another purpose", principal: #"ada@x.invalid namespaces="git""#,
            reason: #"may sign for "git", not for "towpath-evidence""#),
        Flaw(
            testDescription: "a key that had run out", principal: #"ada@x.invalid valid-before="20200101Z""#,
            reason: "counted until 2020-01-01T00:00:00Z, not at 2026-11-20T12:00:00Z"),
        Flaw(
            testDescription: "a key that is not valid yet", principal: #"ada@x.invalid valid-after="20300101Z""#,
            reason: "counts from 2030-01-01T00:00:00Z"),
        Flaw(
            testDescription: "the type of the payload swapped",
            spoil: { $0.replacing("application/vnd.in-toto+json", with: "text/plain") },
            reason: "not by this key over these bytes"),
        Flaw(
            testDescription: "another type of payload", payloadType: "text/plain",
            reason: #"the payload is of type "text/plain""#),
        Flaw(testDescription: "no statement", statement: "{", reason: "the statement is malformed"),
        Flaw(
            testDescription: "another statement", statement: statement(type: "https://in-toto.io/Statement/v9"),
            reason: "not an in-toto statement of a version that is known"),
        Flaw(
            testDescription: "a key twice in the statement",
            statement: statement(predicate: #"{"result":"FAILED","result":"PASSED","configuration":[]}"#),
            reason: "stands twice"),
        Flaw(
            testDescription: "no subject", statement: statement(subject: "[]"), reason: "the statement has no subject"),
        Flaw(
            testDescription: "only md5", statement: statement(subject: #"[{"digest":{"md5":"11"}},null]"#),
            reason: "none of 2 subjects has a SHA-256 digest"),
        Flaw(
            testDescription: "another artifact",
            statement: statement(subject: #"[{"digest":{"sha256":"\#(String(repeating: "2", count: 64))"}}]"#),
            reason: "none of 1 subjects is the artifact"),
        Flaw(
            testDescription: "a predicate that contradicts itself",
            statement: statement(
                predicate: #"{"result":"PASSED","configuration":[],"failedTests":["a"],"passedTests":[]}"#),
            reason: "PASSED, and 1 tests failed"),
        Flaw(
            testDescription: "bytes after the end", spoil: { $0 + "{}" }, reason: "expected the end of the text"),
        Flaw(
            testDescription: "a whole crowd of signatures",
            spoil: { text in
                let one = String(text.firstMatch(of: /\{"sig":"[^"]*"\}/)?.0 ?? "")
                return text.replacing(one, with: Array(repeating: one, count: 33).joined(separator: ","))
            }, reason: "33 signatures, 32 allowed"),
    ]

    @Test(arguments: flaws)
    func `each is refused with a reason of its own`(_ flaw: Flaw) throws {
        let repository = try BareRepository()
        let keys = try TemporaryDirectory("keys")
        let keygen = Program("/usr/bin/ssh-keygen", in: keys.path, environment: ["PATH": "/usr/bin:/bin"])
        #expect(try keygen.run(["-q", "-t", "ed25519", "-N", "", "-f", keys.file("ada")]).status == 0)
        let key = try String(contentsOfFile: keys.file("ada.pub"), encoding: .utf8)
        var files = SampleText.fleet
        files["policies/allowed_signers"] = .text("\(flaw.principal) \(key)")
        try repository.commit(files)

        let message = "DSSEv1 \(flaw.payloadType.utf8.count) \(flaw.payloadType) \(flaw.statement.utf8.count) "
        let armored = try keygen.run(
            ["-q", "-Y", "sign", "-n", flaw.namespace, "-f", keys.file("ada")],
            input: Array((message + flaw.statement).utf8)
        ).output
        let blob = armored.split(separator: "\n").dropFirst().dropLast().joined()
        let payload = Data(flaw.statement.utf8).base64EncodedString()
        let envelope = flaw.spoil(
            #"{"payloadType":"\#(flaw.payloadType)","payload":"\#(payload)","signatures":[{"sig":"\#(blob)"}]}"#)
        try Data(envelope.utf8).write(to: URL(fileURLWithPath: keys.file("envelope")))
        let sum = Program("/usr/bin/sha256sum", in: keys.path, environment: [:])
        let id = try sum.run([keys.file("envelope")]).output.prefix(64)
        let digits = String(repeating: "1", count: 64)
        try repository.commit(["11/\(digits)/\(id).json": .text(envelope)], branch: "towpath/evidence")

        let towpath = try TowpathProgram(in: repository)
        let run = try towpath("evidence", "--strict")
        #expect(run.status == 3)
        let line = run.output.split(separator: "\n").first { $0.contains("refused: ") }
        #expect(line?.contains(flaw.reason) == true, "\(run.text)")
        #expect(!run.output.contains("verified"))
    }
}
