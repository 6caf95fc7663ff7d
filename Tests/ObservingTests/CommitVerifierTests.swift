import Foundation
import Git
import Observing
import Ports
import PromotionModel
import TestSupport
import Testing

/// Who signed a commit, by states that are trusted, over the object as it is stored.
@Suite struct CommitVerifierTests {
    private let fleet: BareRepository
    private let keys: SSHKeys
    private let ada: String
    /// The date of the commits.
    private static let date = Timestamp.at("2026-11-20T12:00:00Z")

    init() throws {
        fleet = try BareRepository()
        keys = try SSHKeys()
        ada = try keys.make("ada")
        try keys.make("eve")
    }

    private func tree(_ revision: String, in repository: borrowing Repository) throws -> ObjectID {
        try repository.commit(try repository.resolve(revision)).tree
    }

    /// What `main` is signed by, with the signers of its parent and, where it is given, of `present`.
    private func signature(
        of revision: String = "main", former: String = "main~1", present: String? = nil,
        openPGP: any OpenPGPVerifier = NoOpenPGPVerifier()
    ) throws -> CommitSignature {
        let repository = try Repository.open(at: fleet.path)
        return try CommitVerifier(openPGP: openPGP, at: .at("2026-11-23T08:00:00Z")).signature(
            of: try repository.resolve(revision),
            former: try SignersReading(at: try tree(former, in: repository), in: repository),
            present: try present.map { try SignersReading(at: try tree($0, in: repository), in: repository) },
            in: repository)
    }

    /// A state with `signers`, and on top of it a change that `key` signs.
    private func change(signers: String, by key: String = "ada", files: [String: BareRepository.Entry] = [:]) throws {
        try fleet.commit(["policies/allowed_signers": .text(signers)], "Allow")
        try fleet.commit(["a": "1\n"].merging(files) { $1 }, "Change\n\nmuch")
        try fleet.sign(with: keys.path(key))
    }

    private func expectRefused(
        _ reason: String, _ signature: CommitSignature, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard case .refused(let found) = signature, found.contains(reason) else {
            Issue.record("expected \(reason), found \(signature)", sourceLocation: sourceLocation)
            return
        }
    }

    @Test(arguments: [
        "", "namespaces=\"git\" ", "namespaces=\"towpath-evidence,git\" ", "valid-after=\"20260101Z\" ",
        "valid-after=\"20260101Z\",valid-before=\"20270101Z\" ",
    ])
    func `what git signs counts where the line allows it`(options: String) throws {
        try change(signers: "ada@x.invalid \(options)\(ada)\n")
        guard case .signed(let signatory) = try signature() else {
            Issue.record("\(try signature())")
            return
        }
        #expect(signatory.principals == ["ada@x.invalid"])
        #expect(signatory.from == (options.contains("after") ? .at("2026-01-01T00:00:00Z") : nil))
        #expect(signatory.until == (options.contains("before") ? .at("2027-01-01T00:00:00Z") : nil))
        #expect(CommitSignature.signed(signatory).counted(at: Self.date) == .signed(signatory))
    }

    @Test func `nobody's, another's and another purpose's keys are refused, each with its reason`() throws {
        try change(signers: "ada@x.invalid \(ada)\n", by: "eve")
        expectRefused("is not an allowed signer's", try signature())
        try fleet.commit(["a": "2\n"])
        #expect(try signature() == .unsigned)
        try change(signers: "ada@x.invalid namespaces=\"towpath-evidence\" \(ada)\n")
        expectRefused("may sign for \"towpath-evidence\", not for \"git\"", try signature())
    }

    @Test func `the date of the commit and its first sight both have to lie in the time of the key`() throws {
        try change(signers: "ada@x.invalid valid-before=\"20261121Z\" \(ada)\n")
        let dated = try signature()
        guard case .signed = dated else {
            Issue.record("\(dated)")
            return
        }
        #expect(dated.counted(at: .at("2026-11-20T18:00:00Z")) == dated)
        expectRefused(
            "the key of ada@x.invalid counted until 2026-11-21T00:00:00Z, and the commit was first seen at 2026-11-23",
            dated.counted(at: .at("2026-11-23T08:00:00Z")))
        try fleet.sign(with: keys.path("ada"), date: BareRepository.date + 86_400)
        expectRefused("counted until 2026-11-21", try signature())
        try change(signers: "ada@x.invalid valid-after=\"20261121Z\" \(ada)\n")
        expectRefused("counts from 2026-11-21", try signature())
        try fleet.sign(with: keys.path("ada"), date: BareRepository.date + 5 * 86_400)
        expectRefused("counts from 2026-11-21", try signature().counted(at: .at("2026-11-20T12:00:00Z")))
    }

    @Test func `a commit does not say itself who may sign it`() throws {
        try fleet.commit(["policies/allowed_signers": .text("eve@x.invalid \(try keys.publicLine("eve"))\n")])
        try fleet.commit(["policies/allowed_signers": .text("ada@x.invalid \(ada)\n")])
        try fleet.sign(with: keys.path("ada"))
        expectRefused("is not an allowed signer's", try signature())
        try fleet.commit(["policies/allowed_signers": .gone])
        try fleet.commit(["policies/allowed_signers": .text("ada@x.invalid \(ada)\n")])
        try fleet.sign(with: keys.path("ada"))
        expectRefused("there is no policies/allowed_signers before it", try signature())
        try fleet.commit(["policies/allowed_signers": "ada@x.invalid ssh-rsa AAAA\n"])
        try fleet.commit(["a": "2\n"])
        try fleet.sign(with: keys.path("ada"))
        expectRefused("before it nobody may sign: policies/allowed_signers:1", try signature())
    }

    @Test func `what is so now counts too`() throws {
        try change(signers: "ada@x.invalid,a@y.invalid valid-after=\"20260101Z\" \(ada)\n")
        let alone = try signature()
        #expect(try signature(present: "main") == alone)
        try fleet.commit(["policies/allowed_signers": .text("a@y.invalid valid-before=\"20270101Z\" \(ada)\n")])
        let key = try #require(alone.signatory?.key)
        #expect(
            try signature(of: "main~1", former: "main~2", present: "main")
                == .signed(
                    CommitSignatory(
                        principals: ["a@y.invalid"], key: key, from: .at("2026-01-01T00:00:00Z"),
                        until: .at("2027-01-01T00:00:00Z"))))
        try fleet.commit(["policies/allowed_signers": .text("eve@x.invalid \(ada)\n")])
        expectRefused(
            "was ada@x.invalid's and is eve@x.invalid's now",
            try signature(of: "main~2", former: "main~3", present: "main"))
        try fleet.commit(["policies/allowed_signers": .text("eve@x.invalid \(try keys.publicLine("eve"))\n")])
        expectRefused("is not an allowed signer's", try signature(of: "main~3", former: "main~4", present: "main"))
        try fleet.commit(["policies/allowed_signers": "*\n"])
        guard case .unverified(let reason) = try signature(of: "main~4", former: "main~5", present: "main") else {
            Issue.record("a broken file decided")
            return
        }
        #expect(reason.hasPrefix("now nobody may sign"))
    }

    @Test func `bytes that were changed after the signing are refused`() throws {
        try change(signers: "ada@x.invalid \(ada)\n")
        let original = String(decoding: try fleet.object("main"), as: UTF8.self)
        let other = try fleet.git("rev-parse", "main~1^{tree}")
        let parent = try fleet.git("rev-parse", "main~1")
        let root = try fleet.commit(["b": "1\n"], branch: "other")
        for changed in [
            original.replacing("Change", with: "change"), original + "\n", String(original.dropLast()),
            original.replacing(try fleet.git("rev-parse", "main^{tree}"), with: other),
            original.replacing("parent \(parent)\n", with: ""), original.replacing(parent, with: root),
            original.replacing("author Ada", with: "author Eve"),
            original.replacing("+0000\ngpgsig", with: "+0100\ngpgsig"),
            original.replacing("\ngpgsig", with: "\nencoding x\ngpgsig"),
        ] {
            #expect(changed != original)
            let id = try fleet.write(commit: Array(changed.utf8))
            expectRefused("is not by this key over these bytes", try signature(of: id))
        }
        let crlf = original.replacing("\n", with: "\r\n")
        #expect(try signature(of: fleet.write(commit: Array(original.utf8))).signatory != nil)
        #expect(SignedCommit.reading(Array(crlf.utf8)) == .unsigned)
    }

    @Test func `signatures for another namespace, by another algorithm or of no known form are refused`() throws {
        try keys.make("rsa", type: "rsa")
        try change(signers: "ada@x.invalid \(ada)\n", by: "rsa")
        expectRefused("RSA keys are not supported", try signature())
        let payload = try fleet.object("main~1")
        _ = try keys.write(String(decoding: payload, as: UTF8.self), to: "payload")
        try keys.program("-q", "-Y", "sign", "-n", "file", "-f", keys.path("ada"), keys.path("payload"))
        let armour = try String(contentsOfFile: keys.path("payload.sig"), encoding: .utf8)
        func spliced(_ armour: String) throws -> String {
            let header = "gpgsig " + armour.trimmingCharacters(in: .newlines).replacing("\n", with: "\n ") + "\n"
            let text = String(decoding: payload, as: UTF8.self)
            let end = try #require(text.range(of: "\n\n")).lowerBound
            return try fleet.write(
                commit: Array((text[...end] + header + text[text.index(after: end)...]).utf8))
        }
        expectRefused("made for the namespace \"file\", expected \"git\"", try signature(of: spliced(armour)))
        expectRefused("malformed SSH signature", try signature(of: spliced(armour.replacing("U1NI", with: "UUUU"))))
        expectRefused("expected base64", try signature(of: spliced(armour.replacing("U1NI", with: "U-N/"))))
    }

    @Test func `an OpenPGP signature is the operator's to verify`() throws {
        try fleet.commit(["a": "1\n"])
        let text = String(decoding: try fleet.object("main"), as: UTF8.self)
        let end = try #require(text.range(of: "\n\n")).lowerBound
        let header = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----\n"
        let id = try fleet.write(commit: Array((text[...end] + header + text[text.index(after: end)...]).utf8))
        #expect(
            try signature(of: id, former: "main")
                == .unverified("no OpenPGP keyring is configured; set TOWPATH_PGP_KEYRING"))
        let good = OpenPGPSignature(
            fingerprint: "ab12", madeAt: Self.date, from: .at("2026-01-01T00:00:00Z"),
            until: .at("2026-11-30T00:00:00Z"))
        let verifier = FixedVerifier(answer: .good(good), payload: Array(text.utf8))
        #expect(
            try signature(of: id, former: "main", openPGP: verifier)
                == .signed(
                    CommitSignatory(
                        principals: ["openpgp4fpr:ab12"], key: "openpgp4fpr:ab12", from: good.from, until: good.until)))
        for (madeAt, from, reason) in [
            (.at("2026-11-23T08:06:00Z"), .at("2026-01-01T00:00:00Z"), "which is to come"),
            (.at("2026-11-20T12:00:00Z"), .at("2026-11-21T00:00:00Z"), "counts from 2026-11-21"),
        ] as [(Timestamp, Timestamp, String)] {
            let late = OpenPGPSignature(fingerprint: "ab12", madeAt: madeAt, from: from, until: nil)
            expectRefused(
                reason,
                try signature(
                    of: id, former: "main", openPGP: FixedVerifier(answer: .good(late), payload: Array(text.utf8))))
        }
    }

    /// Answers for exactly the bytes that were signed.
    private struct FixedVerifier: OpenPGPVerifier {
        let answer: OpenPGPFinding
        let payload: [UInt8]

        func finding(on armour: String, over message: [UInt8], at instant: Timestamp) -> OpenPGPFinding {
            message == payload ? answer : .refused("other bytes")
        }
    }
}

extension CommitSignature {
    fileprivate var signatory: CommitSignatory? {
        if case .signed(let signatory) = self { signatory } else { nil }
    }
}
