import EvidenceFormat
import JSONText
import PromotionModel
import Testing

/// Two people with SSH keys and a build with a PEM key, as all suites use them.
struct People {
    let programs: OtherPrograms
    let ada: String
    let grace: String
    let digest: Digest
    let now = Timestamp(seconds: 1_800_000_000)

    init() throws {
        programs = try OtherPrograms()
        ada = try programs.makeSSHKey("ada", type: "ed25519")
        grace = try programs.makeSSHKey("grace", type: "ecdsa", bits: 256)
        digest = try Digest("sha256:" + String(repeating: "ab", count: 32))
    }

    /// `allowed_signers` with the two people.
    var signersText: String {
        "ada@example.invalid \(ada)\ngrace@example.invalid \(grace)\n"
    }

    func signers(_ text: String? = nil) throws -> AllowedSigners {
        try AllowedSigners(Array((text ?? signersText).utf8), name: "policies/allowed_signers")
    }

    var result: TestResult {
        TestResult(
            result: .passed, configuration: [["name": "ci.yml"]], passedTests: ["a", "b"],
            counts: TestCounts(passed: 2, failed: 0))
    }

    var statement: Statement {
        Statement(about: digest, name: "web", result)
    }

    /// The statement signed by the SSH keys `names`.
    func signed(_ names: String...) throws -> Envelope {
        try programs.envelope(statement.envelope, signedWith: names)
    }

    func judge(
        _ envelope: Envelope, text: String? = nil, threshold: Int = 1, about other: Digest? = nil,
        type: String? = TestResult.type, at instant: Timestamp? = nil
    ) throws -> Verification.Result {
        Verification(signers: try signers(text), threshold: threshold)
            .judge(envelope.bytes, about: other ?? digest, predicateType: type, firstSeen: instant ?? now)
    }
}

extension Verification.Result {
    var verified: VerifiedStatement? {
        if case .verified(let statement) = self { statement } else { nil }
    }

    /// The reasons as people read them; empty for a pass.
    var reasons: [String] {
        if case .refused(let reasons) = self { reasons.map(\.description) } else { [] }
    }
}
