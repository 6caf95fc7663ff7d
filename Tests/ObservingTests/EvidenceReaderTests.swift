import EvidenceFormat
import Git
import JSONText
import Observing
import PromotionModel
import TestSupport
import Testing

/// What is believed of an evidence branch that people, builds and attackers push to.
@Suite struct EvidenceReaderTests {
    private static let branch = "towpath/evidence"
    /// An hour after the date of the commits.
    private static let now = Timestamp(seconds: Int64(BareRepository.date) + 3_600)

    private let bare: BareRepository
    private let key: SigningKey
    private let digest: Digest
    private let promotion: PromotionID

    init() throws {
        bare = try BareRepository()
        let openssl = Program("/usr/bin/openssl", in: bare.directory.path, environment: ["PATH": "/usr/bin:/bin"])
        key = try SigningKey(pem: try openssl.run(["genpkey", "-algorithm", "ed25519"]).output)
        digest = try Digest(SampleText.digest(10))
        promotion = try #require(PromotionID("prod.0123456789abcdef"))
        try bare.commit(["policies/allowed_signers": .text("Ada@x.invalid \(key.publicKey.sshLine)\n")])
    }

    private func statement(_ name: String = "unit", failed: Int = 0) -> Statement {
        let predicate: JSONValue = [
            "result": .string(failed > 0 ? "FAILED" : "PASSED"), "configuration": [],
            "counts": ["passed": .integer(3), "failed": .integer(failed)],
        ]
        return Statement(
            about: digest, annotations: [Statement.Subject.labelKey: name], predicateType: TestResult.type,
            predicate: predicate)
    }

    private func consent(_ kind: Consent.Kind, _ seconds: Int64, reason: String = "") throws -> Statement {
        try Statement(
            Approval(
                promotion: promotion, environment: try EnvironmentName("prod"),
                set: [Approval.Item(component: try ComponentName("web"), digest: digest)], reason: reason, kind: kind),
            at: Timestamp(seconds: seconds))
    }

    /// The file of an envelope: its path and its content.
    private func file(
        _ statement: Statement, in folder: String? = nil, padding: String = ""
    ) throws -> (path: String, entry: BareRepository.Entry) {
        let bytes = try key.signing(statement.envelope).bytes + Array(padding.utf8)
        let path = "\(folder ?? EvidencePath.folder(of: digest))/\(EvidencePath.file(try .sha256(of: bytes)))"
        return (path, .bytes(bytes))
    }

    @discardableResult
    private func push(
        _ file: (path: String, entry: BareRepository.Entry), after seconds: Int = 0
    ) throws -> Timestamp {
        try bare.commit([file.path: file.entry], branch: Self.branch, date: BareRepository.date + seconds)
        return Timestamp(seconds: Int64(BareRepository.date + seconds))
    }

    private func shelf(in other: BareRepository? = nil, people: People = People()) throws -> EvidenceShelf {
        let repository = try Repository.open(at: (other ?? bare).path)
        let main = try #require(try repository.reference("refs/heads/main"))
        let signers = try SignersReading(at: try repository.commit(main).tree, in: repository)
        return try EvidenceReader(branch: Self.branch, at: Self.now)
            .shelf(for: [digest], promotions: [promotion], signers: signers, people: people, in: repository)
    }

    private func reasons() throws -> [String] {
        try shelf().refused[digest, default: []].map(\.reason)
    }

    @Test func `a branch that is not there is an empty shelf`() throws {
        #expect(try shelf() == EvidenceShelf())
    }

    @Test func `a statement has its kind, name, values, signer with roles, and first sight`() throws {
        let seen = try push(try file(statement()))
        try bare.commit(["ff/other/x.json": "?"], branch: Self.branch, date: BareRepository.date + 60)
        let people = People(
            roles: ["release": ["ada@y.invalid"], "other": ["bob@x.invalid"]],
            aliases: [["ada@x.invalid", "ada@y.invalid"]])
        let evidence = try #require(try shelf(people: people).evidence[digest]?.first)
        #expect(evidence.kind == .tests && evidence.name == "unit" && evidence.firstSeen == seen)
        #expect(evidence.values["failed"] == .number(Measure(0)))
        #expect(
            evidence.signers
                == [EvidenceSigner(principals: ["ada@x.invalid"], roles: ["release"], key: key.publicKey.fingerprint)])
    }

    @Test func `removing a statement and putting it there again makes it no younger`() throws {
        let file = try file(statement())
        let seen = try push(file)
        try push((file.path, .gone), after: 60)
        try push(file, after: 120)
        let shelf = try shelf()
        #expect(shelf.evidence[digest]?.map(\.firstSeen) == [seen])
        #expect(shelf.problems.map(\.message).first?.hasSuffix("it still counts") == true)
    }

    @Test func `the same statement in another envelope is no younger`() throws {
        let seen = try push(try file(statement()))
        try push(try file(statement(), padding: "\n"), after: 600)
        #expect(try shelf().evidence[digest]?.map(\.firstSeen) == [seen, seen])
    }

    @Test func `a revocation that somebody removes stays in force`() throws {
        try push(try file(try consent(.approval, 1)))
        let revocation = try file(try consent(.revocation, 2))
        try push(revocation, after: 60)
        try push((revocation.path, .gone), after: 120)
        #expect(try shelf().consents[promotion]?.map(\.kind) == [.approval, .revocation])
    }

    @Test func `an approval after a revocation is a new one`() throws {
        try push(try file(try consent(.approval, 1)))
        try push(try file(try consent(.revocation, 2)), after: 60)
        let last = try push(try file(try consent(.approval, 3)), after: 120)
        let consents = try shelf().consents[promotion] ?? []
        #expect(consents.map(\.kind) == [.approval, .revocation, .approval])
        #expect(consents.last?.firstSeen == last)
    }

    @Test func `of what came in one second, what takes back comes last`() throws {
        for second in 1...8 {
            try push(try file(try consent(second == 1 ? .revocation : .approval, Int64(second))))
        }
        #expect(try shelf().consents[promotion]?.map(\.kind) == Array(repeating: .approval, count: 7) + [.revocation])
    }

    @Test func `a commit cannot claim to be older than those before it`() throws {
        let seen = try push(("README.md", "first"), after: 1_000)
        try push(try file(statement()), after: -1_000_000)
        #expect(try shelf().evidence[digest]?.map(\.firstSeen) == [seen])
    }

    @Test func `what comes from the future is refused, and taking back is not`() throws {
        try push(try file(statement()), after: 90_000)
        try push(try file(try consent(.approval, 1)), after: 90_000)
        try push(try file(try consent(.revocation, 2)), after: 90_000)
        let after = try push(try file(statement("late")), after: 1_800)
        let shelf = try shelf()
        #expect(shelf.refused[digest]?.map { $0.reason.contains("which is in the future") } == [true, true])
        #expect(shelf.consents[promotion]?.map(\.kind) == [.revocation])
        #expect(shelf.consents[promotion]?.map(\.firstSeen) == [Self.now])
        #expect(shelf.evidence[digest]?.map(\.firstSeen) == [after])
    }

    @Test func `a shallow clone cannot tell when something came`() throws {
        try push(try file(statement()))
        let clone = try TemporaryDirectory("clone")
        var git = bare.git
        git.folder = clone.path
        try git("clone", "--quiet", "--bare", "--depth=1", "--no-single-branch", "file://\(bare.path)", "c.git")
        let repository = try Repository.open(at: clone.file("c.git"))
        let main = try #require(try repository.reference("refs/heads/main"))
        let shelf = try EvidenceReader(branch: Self.branch, at: Self.now).shelf(
            for: [digest], promotions: [],
            signers: try SignersReading(at: try repository.commit(main).tree, in: repository),
            people: People(), in: repository)
        #expect(shelf.evidence.isEmpty)
        #expect(shelf.refused[digest]?.first?.reason.contains("--unshallow") == true)
    }

    @Test func `a file that is named otherwise, a link and no envelope are refused, each with its reason`() throws {
        let folder = EvidencePath.folder(of: digest)
        let good = try file(statement())
        try push(("\(folder)/\(String(repeating: "0", count: 64)).json", good.entry))
        #expect(try reasons() == ["the file's name is not the SHA-256 of its content"])
        try push(("\(folder)/a.json", .link("b.json")))
        #expect(try reasons().contains("no plain file: never followed"))
        let junk = Array("{}".utf8)
        try push(("\(folder)/\(EvidencePath.file(try .sha256(of: junk)))", .bytes(junk)))
        #expect(try reasons().contains { $0.hasPrefix("the envelope is malformed") })
    }

    @Test func `what is refused says what it claims to be, and no more is believed of it`() throws {
        let openssl = Program("/usr/bin/openssl", in: bare.directory.path, environment: ["PATH": "/usr/bin:/bin"])
        let stranger = try SigningKey(pem: try openssl.run(["genpkey", "-algorithm", "ed25519"]).output)
        func put(_ bytes: [UInt8]) throws {
            let path = "\(EvidencePath.folder(of: digest))/\(EvidencePath.file(try .sha256(of: bytes)))"
            try push((path, .bytes(bytes)))
        }
        try put(try stranger.signing(statement().envelope).bytes)
        try put(try stranger.signing(try consent(.approval, 1).envelope).bytes)
        try put(Array("{}".utf8))
        try put(try key.signing(try consent(.emergency, 1).envelope).bytes)
        let wordy = Statement(about: digest, predicateType: "tests", predicate: ["result": "PASSED"])
        try put(try key.signing(wordy.envelope).bytes)
        let own = String(repeating: "x", count: 5_000)
        let free = Statement(about: digest, predicateType: TestResult.type, predicate: ["result": .string(own)])
        try put(try key.signing(free.envelope).bytes)
        let shelf = try shelf()
        let refused = shelf.refused[digest, default: []]
        let found = refused.map { piece in
            "\(piece.cause) \(piece.claim.map { "\($0.kind) \($0.promotion?.description ?? "-")" } ?? "nothing")"
        }
        #expect(
            found.sorted() == [
                "malformed approval prod.0123456789abcdef", "malformed nothing", "malformed tests -",
                "malformed tests -", "strangeKey approval prod.0123456789abcdef", "strangeKey tests -",
            ])
        #expect(shelf.evidence.isEmpty && shelf.consents.isEmpty)
        #expect(refused.allSatisfy { $0.reason.count <= RefusedEvidence.maximumReasonCharacters + 1 })
    }

    @Test func `a statement about another digest does not count here`() throws {
        let other = try Digest(SampleText.digest(11))
        try push(
            try file(Statement(about: other, predicateType: "https://x.invalid/y", predicate: ["a": "b"])))
        #expect(try reasons() == ["none of 1 subjects is the artifact"])
    }

    @Test func `an emergency without a reason does not count`() throws {
        try push(try file(try consent(.emergency, 1)))
        #expect(try reasons() == ["an emergency needs a reason"])
        try push(try file(try consent(.emergency, 2, reason: "fire")), after: 1)
        #expect(try shelf().consents[promotion]?.map(\.reason) == ["fire"])
    }

    @Test func `what is approved without any digest lies with the promotion`() throws {
        let approval = Approval(
            promotion: promotion, environment: try EnvironmentName("prod"), set: [], reason: "", kind: .approval)
        let folder = EvidencePath.folder(of: promotion)
        try push(try file(try Statement(approval, at: Timestamp(seconds: 0)), in: folder))
        #expect(try shelf().consents[promotion]?.count == 1)
    }

    @Test func `of too many the oldest are judged, and the rest is reported`() throws {
        let folder = EvidencePath.folder(of: digest)
        try push(try file(statement()))
        try push(try file(try consent(.approval, 1)))
        var flood: [String: BareRepository.Entry] = [:]
        for number in 0..<1_001 {
            let bytes = Array("\(number)".utf8)
            flood["\(folder)/\(EvidencePath.file(try .sha256(of: bytes)))"] = .bytes(bytes)
        }
        try bare.commit(flood, branch: Self.branch, date: BareRepository.date + 60)
        let shelf = try shelf()
        #expect(shelf.evidence[digest]?.count == 1)
        #expect(shelf.refused[digest]?.filter { $0.reason.hasPrefix("1003 envelopes") }.count == 1)
        #expect(shelf.refused[digest]?.count == 1_000)
        #expect(shelf.consents.isEmpty, "a revocation may be among the rest")
    }

    @Test(arguments: [
        (BareRepository.Entry.gone, "there is no such file"),
        (.text("# nobody\n"), "no signer is listed"),
        (.link("../x"), "never followed"),
        (.text("* ssh-ed25519 AAAA\n"), "name everybody"),
    ])
    func `without a sound list of signers nothing counts, and the reason says so`(
        entry: BareRepository.Entry, reason: String
    ) throws {
        try push(try file(statement()))
        try bare.commit(["README.md": "x", "policies/allowed_signers": entry])
        #expect(try shelf().evidence.isEmpty)
        #expect(try reasons().first?.contains(reason) == true)
    }

    @Test func `one bad line refuses the whole list`() throws {
        try push(try file(statement()))
        try bare.commit([
            "policies/allowed_signers": .text(
                "ada@x.invalid \(key.publicKey.sshLine)\nbob@x.invalid valid-before=\"20260101\" \(key.publicKey.sshLine)\n"
            )
        ])
        #expect(try reasons().first?.hasPrefix("policies/allowed_signers:2: ") == true)
    }
}
