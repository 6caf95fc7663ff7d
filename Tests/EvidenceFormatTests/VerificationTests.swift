import EvidenceFormat
import JSONText
import PromotionModel
import TestSupport
import Testing

struct VerificationTests {
    let people: People

    init() throws {
        people = try People()
    }

    @Test func `a good signature by an allowed signer verifies`() throws {
        let verified = try #require(try people.judge(try people.signed("ada")).verified)
        #expect(verified.statement == people.statement)
        #expect(verified.signers.map(\.principal) == ["ada@example.invalid"])
        #expect(verified.ignored.isEmpty)
        #expect(verified.payloadDigest == (try Digest.sha256(of: people.statement.bytes)))
        #expect(try verified.statement.predicate(as: TestResult.self) == people.result)
    }

    @Test func `D1 unsigned, unknown and wrongly allowed keys each have a reason`() throws {
        #expect(try people.judge(people.statement.envelope).reasons == ["the envelope is not signed"])
        _ = try people.programs.makeSSHKey("mallory", type: "ed25519")
        let unknown = try people.judge(try people.signed("mallory")).reasons
        #expect(unknown.first?.contains("is not an allowed signer's") == true)
        #expect(unknown.allSatisfy { $0.hasPrefix("signature ") }, "said once")
        let forGit = "ada@example.invalid namespaces=\"git\" \(people.ada)\n"
        #expect(
            try people.judge(try people.signed("ada"), text: forGit).reasons.first
                == "signature 1: the key of ada@example.invalid may sign for \"git\", not for \"towpath-evidence\"")
    }

    @Test func `D2 a signature for another purpose does not count`() throws {
        for namespace in ["file", "git", "towpath-evidence2", "Towpath-evidence"] {
            let envelope = people.statement.envelope
            let armored = try people.programs.sign(
                envelope.preAuthentication, with: "ada", namespace: namespace)
            let reasons = try people.judge(envelope.adding(try SSHSignature(armored: armored))).reasons
            #expect(
                reasons.first
                    == "signature 1: made for the namespace \"\(namespace)\", expected \"towpath-evidence\"")
        }
    }

    @Test func `D3 a key that had expired when we first saw the signature does not count`() throws {
        let text = "ada@example.invalid valid-before=\"20260101Z\" \(people.ada)\n"
        let bytes = try people.signed("ada").bytes
        let early = try #require(Timestamp("2025-06-01T00:00:00Z"))
        let late = try #require(Timestamp("2026-06-01T00:00:00Z"))
        let verification = Verification(signers: try people.signers(text))
        func passes(_ claimed: Timestamp?, _ seen: Timestamp) -> Bool {
            verification.judge(bytes, about: people.digest, claimed: claimed, firstSeen: seen).verified != nil
        }
        #expect(passes(nil, early))
        #expect(passes(early, early))
        #expect(!passes(early, late))
        #expect(!passes(nil, late))
    }

    @Test func `D11 one good and one bad signature pass, and the bad one is listed`() throws {
        let good = try people.signed("ada")
        let bad = Envelope.Signature(keyID: "", bytes: [1, 2, 3])
        for signatures in [[bad] + good.signatures, good.signatures + [bad]] {
            let both = Envelope(payloadType: good.payloadType, payload: good.payload, signatures: signatures)
            let verified = try #require(try people.judge(both).verified)
            #expect(verified.signers.count == 1)
            #expect(verified.ignored.map(\.reason) == [.noKey(keyID: "")])
        }
    }

    @Test func `D12 the type of the payload is signed`() throws {
        let good = try people.signed("ada")
        let swapped = Envelope(payloadType: "text/plain", payload: good.payload, signatures: good.signatures)
        #expect(try people.judge(swapped).reasons.first?.contains("not by this key over these bytes") == true)
        let other = try people.programs.envelope(
            Envelope(payloadType: "application/json", payload: good.payload), signedWith: ["ada"])
        #expect(
            try people.judge(other).reasons
                == ["the payload is of type \"application/json\", expected \"application/vnd.in-toto+json\""])
    }

    @Test func `D13 a key counts once, and so does a person`() throws {
        let twice = try people.signed("ada", "ada")
        #expect(try people.judge(twice, threshold: 2).reasons.last == "signed by 1 of 2 people who may sign")
        #expect(try people.judge(try people.signed("ada", "grace"), threshold: 2).verified?.peopleCount == 2)
        let renamed = Envelope(
            payloadType: twice.payloadType, payload: twice.payload,
            signatures: zip(twice.signatures, ["one", "two"]).map {
                Envelope.Signature(keyID: $1, bytes: $0.bytes)
            })
        #expect(try people.judge(renamed, threshold: 2).verified == nil)
        #expect(try people.judge(renamed, threshold: 1).verified?.signers.count == 1)
    }

    @Test(arguments: [
        // The same person with two keys.
        ("ada@example.invalid", "ada@example.invalid", 1),
        ("ada@example.invalid", "Ada@Example.invalid", 1),
        // One person under two addresses, which the file says.
        ("ada@example.invalid,ada@other.invalid", "ada@other.invalid", 1),
        // A pattern may be anyone whom it covers.
        ("*@example.invalid", "ada@example.invalid", 1),
        ("*@example.invalid", "ada@*", 1),
        ("ada@example.invalid", "grace@example.invalid", 2),
    ])
    func `D21 who may be one person counts as one`(first: String, second: String, count: Int) throws {
        let text = "\(first) \(people.ada)\n\(second) \(people.grace)\n"
        let signed = try people.signed("ada", "grace")
        #expect(try people.judge(signed, text: text).verified?.peopleCount == count)
        #expect((try people.judge(signed, text: text, threshold: 2).verified != nil) == (count == 2))
    }

    @Test func `D21 a key under two names is not two people`() throws {
        let text = "ada@a \(people.ada)\nada@b valid-before=\"20200101Z\" \(people.ada)\nada@b \(people.grace)\n"
        #expect(try people.judge(try people.signed("ada", "grace"), text: text).verified?.peopleCount == 1)
    }

    @Test func `D21 a signer who was removed no longer counts`() throws {
        let text = "grace@example.invalid \(people.grace)\n"
        #expect(try people.judge(try people.signed("ada"), text: text).verified == nil)
    }

    @Test(arguments: [0, -1])
    func `a threshold below one lets nothing pass`(threshold: Int) throws {
        #expect(try people.judge(try people.signed("ada"), threshold: threshold).verified == nil)
    }

    @Test func `D14 another predicate type than asked does not count`() throws {
        #expect(
            try people.judge(try people.signed("ada"), type: Approval.type).reasons == [
                "the statement is of type \"\(TestResult.type)\", expected \"\(Approval.type)\""
            ])
        #expect(try people.judge(try people.signed("ada"), type: nil).verified != nil)
        let kelvin = Statement(about: people.digest, predicateType: "https://x.invalid/\u{212A}", predicate: .null)
        let signed = try people.programs.envelope(kelvin.envelope, signedWith: ["ada"])
        #expect(try people.judge(signed, type: "https://x.invalid/K").verified == nil)
    }

    @Test(arguments: [
        "", "{", "null", "[]", "{}",
        #"{"_type":"https://in-toto.io/Statement/v2","subject":[],"predicateType":"t"}"#,
        #"{"_type":"https://in-toto.io/Statement/v1","subject":7,"predicateType":"t"}"#,
        #"{"_type":"https://in-toto.io/Statement/v1","subject":[7],"predicateType":"t"}"#,
        #"{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"t","predicateType":"u"}"#,
        #"{"_type":"https://in-toto.io/Statement/v1","subject":[]} "#,
    ])
    func `D15 a payload that is no statement does not count, however well signed`(payload: String) throws {
        let envelope = Envelope(payloadType: Envelope.statementType, payload: Array(payload.utf8))
        let signed = try people.programs.envelope(envelope, signedWith: ["ada"])
        let reasons = try people.judge(signed, type: nil).reasons
        #expect(reasons.count == 1)
        #expect(reasons.first?.contains("statement") == true)
    }

    @Test func `D16 only an equal SHA-256 digest makes a statement one about the artifact`() throws {
        let hex = String(repeating: "ab", count: 32)
        let table: [([Statement.Subject], String?)] = [
            ([.init(digests: ["sha256": hex])], nil),
            ([.init(digests: ["md5": "x", "sha256": hex])], nil),
            ([.init(digests: [:]), .init(digests: ["sha256": hex])], nil),
            ([], "the statement has no subject"),
            ([.init(digests: [:])], "none of 1 subjects has a SHA-256 digest"),
            ([.init(digests: ["md5": hex])], "none of 1 subjects has a SHA-256 digest"),
            ([.init(digests: ["sha512": hex])], "none of 1 subjects has a SHA-256 digest"),
            ([.init(digests: ["SHA256": hex])], "none of 1 subjects has a SHA-256 digest"),
            ([.init(digests: ["sha256": hex.uppercased()])], "none of 1 subjects is the artifact"),
            ([.init(digests: ["sha256": "sha256:" + hex])], "none of 1 subjects is the artifact"),
            ([.init(digests: ["sha256": String(hex.dropLast())])], "none of 1 subjects is the artifact"),
        ]
        for (subjects, reason) in table {
            let statement = Statement(subjects: subjects, predicateType: "t", predicate: .null)
            #expect(statement.mismatch(with: people.digest)?.description == reason)
        }
    }

    @Test func `D16 ten thousand subjects are refused, and null is no subject`() throws {
        let subject = Statement.Subject(digests: ["sha256": String(people.digest.hex)])
        let many = Statement(
            subjects: Array(repeating: subject, count: 10_000), predicateType: "t", predicate: .null)
        #expect(throws: StatementMalformed.tooManySubjects(10_000)) { try Statement(many.bytes) }
        let null = #"{"_type":"https://in-toto.io/Statement/v0.1","subject":[null],"predicateType":"t"}"#
        #expect(try Statement(Array(null.utf8)).mismatch(with: people.digest) == .noSHA256(subjectCount: 1))
    }

    @Test func `D17 an unknown external parameter is told, an unset one is none`() throws {
        let predicate: JSONValue = [
            "buildDefinition": [
                "buildType": "b",
                "externalParameters": [
                    "source": "git+https://example.invalid", "unset": .null, "empty": "", "evil": .bool(true),
                ],
            ],
            "runDetails": ["builder": ["id": "https://builder.example.invalid"]],
        ]
        let provenance = try Provenance(predicate)
        #expect(provenance.unexpectedParameters(expected: ["source"]) == ["evil"])
        #expect(provenance.builderID == "https://builder.example.invalid")
    }

    @Test func `keys in PEM sign beside people, and are listed in SSH's form`() throws {
        for algorithm in [["ed25519"], ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]] {
            try people.programs.run("openssl", ["genpkey", "-algorithm"] + algorithm + ["-out", "ci.pem"])
            let key = try SigningKey(pem: try people.programs.read("ci.pem"))
            let text = people.signersText + "ci@example.invalid \(key.publicKey.sshLine)\n"
            let signed = try key.signing(try people.signed("ada"))
            let verified = try #require(try people.judge(signed, text: text, threshold: 2).verified)
            #expect(verified.signers.map(\.principal) == ["ada@example.invalid", "ci@example.invalid"])
            #expect(try people.judge(signed, threshold: 2).verified == nil)
            let forGit = "ci namespaces=\"git\" \(key.publicKey.sshLine)\n"
            #expect(try people.judge(try key.signing(people.statement.envelope), text: forGit).verified == nil)
        }
    }

    @Test func `a key id only says which key to try first`() throws {
        try people.programs.run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", "ci.pem"])
        let key = try SigningKey(pem: try people.programs.read("ci.pem"))
        let text = people.signersText + "ci@example.invalid \(key.publicKey.sshLine)\n"
        let signed = try key.signing(people.statement.envelope)
        let ada = try PublicKey(sshLine: people.ada)
        let table: [(String, Bool)] = [
            (try #require(key.publicKey.pemKeyID), true), (key.publicKey.fingerprint, true), ("", true),
            ("another system's id", true), (ada.fingerprint, false),
        ]
        for (keyID, counts) in table {
            let hinted = Envelope(
                payloadType: signed.payloadType, payload: signed.payload,
                signatures: [Envelope.Signature(keyID: keyID, bytes: signed.signatures[0].bytes)])
            #expect((try people.judge(hinted, text: text).verified != nil) == counts, "\(keyID)")
        }
    }

    @Test func `the keys that are tried for one envelope are bounded`() throws {
        let text = try (0..<40).map { index in
            try people.programs.run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", "ci.pem"])
            let key = try SigningKey(pem: try people.programs.read("ci.pem"))
            return "ci\(index)@example.invalid \(key.publicKey.sshLine)\n"
        }.joined()
        let junk = Envelope.Signature(keyID: "", bytes: [UInt8](repeating: 9, count: 64))
        let envelope = Envelope(
            payloadType: Envelope.statementType, payload: people.statement.bytes,
            signatures: Array(repeating: junk, count: Envelope.maximumSignatures))
        let reasons = try people.judge(envelope, text: text).reasons
        #expect(reasons.count == 33)
        #expect(reasons[31] == "signature 32: more than 512 keys would have to be tried")
    }

    @Test func `a statement that ssh-keygen verifies is one that we verify`() throws {
        let envelope = try people.signed("ada")
        try people.programs.write(Array(people.signersText.utf8), to: "allowed")
        let armored = try people.programs.sign(envelope.preAuthentication, with: "ada")
        try people.programs.write(Array(armored.utf8), to: "sig")
        #expect(throws: Never.self) {
            try people.programs.run(
                "ssh-keygen",
                [
                    "-Y", "verify", "-f", "allowed", "-I", "ada@example.invalid", "-n", Envelope.namespace, "-s", "sig",
                ], input: envelope.preAuthentication)
        }
    }
}
