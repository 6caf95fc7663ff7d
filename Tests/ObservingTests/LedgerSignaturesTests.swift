import Git
import Observing
import Ports
import PromotionModel
import TestSupport
import Testing

/// Who signed commits of the ledger, whatever their dates say.
@Suite struct LedgerSignaturesTests {
    private let fleet: BareRepository
    private let keys: SSHKeys

    init() throws {
        fleet = try BareRepository()
        keys = try SSHKeys()
        try keys.make("bot")
        try keys.make("eve")
    }

    private func allow(_ options: String = "", _ key: String = "bot", date: Int = BareRepository.date) throws {
        let line = "\(key)@x.invalid \(options)\(try keys.publicLine(key))\n"
        try fleet.commit(["policies/allowed_signers": .text(line)], date: date)
    }

    @discardableResult
    private func entry(_ text: String, by key: String?, hours: Int = 0) throws -> String {
        let id = try fleet.commit(["lock": .text(text)], "hold", date: BareRepository.date + hours * 3_600)
        return try key.map { try fleet.sign(with: keys.path($0)) } ?? id
    }

    private func findings(_ commits: [String], now: Timestamp = .at("2026-11-23T08:00:00Z")) throws -> [String] {
        let repository = try Repository.open(at: fleet.path)
        return try LedgerSignatures.findings(on: commits, openPGP: NoOpenPGPVerifier(), at: now, in: repository)
            .map { finding in
                switch finding.signature {
                case .unsigned: "unsigned"
                case .signed(let signatory): signatory.name
                case .refused(let reason): "refused: \(reason)"
                case .unverified(let reason): "unverified: \(reason)"
                }
            }
    }

    @Test func `each is judged by the state before it`() throws {
        try allow()
        let first = try entry("1", by: "bot")
        let second = try entry("2", by: nil)
        let third = try entry("3", by: "eve")
        try allow("", "eve")
        let fourth = try entry("4", by: "eve")
        let fifth = try entry("5", by: "bot")
        let found = try findings([first, second, third, fourth, fifth])
        #expect([found[0], found[1], found[3]] == ["bot@x.invalid", "unsigned", "eve@x.invalid"])
        #expect(found[2].contains("is not an allowed signer's") && found[4].contains("is not an allowed signer's"))
    }

    @Test func `dating a commit back goes no further than the commit before it`() throws {
        try allow("valid-before=\"20261121Z\" ")
        let honest = try entry("1", by: "bot", hours: 6)
        let late = try entry("2", by: "bot", hours: 48)
        let between = try entry("3", by: nil, hours: 50)
        let back = try entry("4", by: "bot", hours: 6)
        let found = try findings([honest, late, between, back])
        #expect(found[0] == "bot@x.invalid" && found[2] == "unsigned")
        #expect(found[1].contains("counted until 2026-11-21"))
        #expect(found[3].contains("was first seen at 2026-11-22T14:00:00Z"), "\(found[3])")
    }

    @Test func `a date that is to come moves nothing past the present`() throws {
        try allow("valid-before=\"20261201Z\" ")
        try entry("1", by: nil, hours: 24 * 365)
        let next = try entry("2", by: "bot", hours: 24)
        #expect(try findings([next]) == ["bot@x.invalid"])
        #expect(try findings([next], now: .at("2026-12-02T00:00:00Z"))[0].contains("was first seen at 2026-12-02"))
    }

    @Test func `the first commit of all has nobody before it`() throws {
        let root = try entry("1", by: "bot")
        #expect(try findings([root]) == ["refused: nothing was before it that says who may sign"])
        let error = #expect(throws: GitError.self) { try findings(["HEAD"]) }
        #expect(error?.code == .invalid)
    }

    @Test func `the end of a shallow clone is not verified`() throws {
        try allow()
        try entry("1", by: nil)
        let last = try entry("2", by: "bot")
        let scratch = try TemporaryDirectory("shallow")
        try fleet.git("clone", "--quiet", "--bare", "--depth", "1", "file://\(fleet.path)", scratch.file("clone"))
        let repository = try Repository.open(at: scratch.file("clone"))
        let found = try LedgerSignatures.findings(
            on: [last], openPGP: NoOpenPGPVerifier(), at: .at("2026-11-23T08:00:00Z"), in: repository)
        #expect(found.map(\.signature) == [.unverified("the clone is shallow and ends at it: git fetch --unshallow")])
    }
}
