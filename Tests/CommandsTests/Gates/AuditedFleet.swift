import Foundation
import JSONText
import TestSupport
import Testing

/// A fleet with a past: promotions by evidence and approval, an emergency that was reviewed, a rollback, a hold and its
/// release, and a pull request that was merged with a merge commit.
struct AuditedFleet {
    let fleet: GateFleet
    /// When the audit takes place: after everything is due.
    static let now = "2026-12-20T12:00:00Z"
    private static let gates = """
        {soak: 30m, approvals: {count: 1, role: release-managers, notAuthor: true},
                  evidence: [{type: tests, require: {failed: 0}}]}
        """
    private static let more =
        "emergency: {skip: [soak, approvals], role: oncall, approvals: 1, reviewWithin: 24h}"

    var repository: BareRepository { fleet.repository }

    init() throws {
        var fleet = try GateFleet(gates: Self.gates, more: Self.more, isSigned: true)
        try fleet.tick("08:01", holds: 1)
        try fleet.attest("08:05", "ci", "tests", GateFleet.passing)
        try fleet.approve("08:06", "ada")
        try fleet.tick("08:40", holds: 2)
        try fleet.repository.commit(["environments/dev/web.yaml": SampleText.component("web", "1.2.0", 3)])
        try fleet.tick("08:50", holds: 2)
        try fleet.propose(["environments/prod/web.yaml": SampleText.component("web", "1.2.0", 3)])
        try fleet.repository.commit(["README.md": "Meanwhile.\n"])
        try fleet.repository.merge("topic", "Merge it")
        try fleet.attest("08:51", "ci", "tests", GateFleet.passing, digit: 3)
        try fleet.tick("08:52", holds: 2)
        try fleet.approve("08:53", "otto", "--emergency", "--reason", "incident 41")
        try fleet.tick("08:54", holds: 3)
        let promotion = try fleet.promotion()
        Self.expect(
            try fleet.run(
                "09:30", "review", "prod", promotion, "--reason", "was right", "--yes", "--key",
                try Keyring.path("grace")))
        Self.expect(try fleet.run("09:40", "rollback", "prod", "--reason", "it fails"))
        Self.expect(try fleet.run("09:41", "hold", "dev", "--reason", "look first"))
        Self.expect(try fleet.run("09:50", "release", "prod", "web"))
        Self.expect(try fleet.run("09:51", "release", "dev"))
        try fleet.repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.3.0", 4),
            "environments/prod/web.yaml": SampleText.component("web", "1.2.0", 3),
        ])
        try fleet.tick("10:00", holds: 2)
        self.fleet = fleet
    }

    private static func expect(_ run: Program.Run) {
        #expect(run.status == 0, "\(run.text)")
    }

    /// What is made once and copied by every test.
    static let shared = Result { try AuditedFleet() }

    /// The ids of `main`, oldest first.
    func history() throws -> [String] {
        try repository.git("rev-list", "--topo-order", "--reverse", "main").split(separator: "\n").map(String.init)
    }
}

extension TowpathProgram {
    /// Signs as the fleet's ledger is signed.
    mutating func sign() throws {
        set("PATH", "/usr/bin:/bin")
        set("TOWPATH_SIGN_KEY", try Keyring.path("towpath"))
    }
}

extension BareRepository {
    /// Audits the repository, or another one.
    func audit(_ arguments: String..., at instant: String = AuditedFleet.now) throws -> Program.Run {
        var towpath = try TowpathProgram(in: self)
        towpath.at(instant)
        towpath.set("PATH", "/usr/bin:/bin")
        return try towpath(["audit"] + arguments)
    }
}

extension Program.Run {
    /// The claims of an audit as JSON that do not hold, in order.
    func brokenClaims() throws -> [String] {
        try JSONReader.value(outputBytes)["claims"]?.elements?.filter { $0["result"]?.string == "broken" }
            .compactMap { $0["claim"]?.string } ?? []
    }

    /// The kinds and messages of `member` of an audit as JSON.
    func remarks(_ member: String) throws -> [String] {
        try JSONReader.value(outputBytes)[member]?.elements?.map { remark in
            "\(remark["kind"]?.string ?? ""): \(remark["message"]?.string ?? "")"
        } ?? []
    }
}
