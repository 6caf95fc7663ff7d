import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@Suite struct ApprovalsGateTests {
    private static let ada = World.signer("ada", roles: ["rm"])
    private static let grace = World.signer("grace", roles: ["rm"])
    private static let eve = World.signer("eve")
    private static let oncall = World.signer("otto", roles: ["oncall"])

    private static func rule(
        _ count: Int = 2, notAuthor: Bool = true, expiry: TimeSpan? = nil, escalation: TimeSpan? = nil
    ) -> GateSpecification {
        .approvals([
            ApprovalRule(
                count: count, role: "rm", notAuthor: notAuthor, expiry: expiry, escalation: escalation,
                escalationRole: escalation == nil ? nil : "oncall")
        ])
    }

    private static func row(
        _ name: String, _ expected: String, _ gate: GateSpecification, _ consents: [Consent],
        _ change: (inout World) -> Void = { _ in }
    ) -> GateCase {
        GateCase(name, expected) { world in
            world.gates = [gate]
            world.consents = consents
            change(&world)
        }
    }

    @Test(arguments: [
        row("nobody", "pending: 2 of 2 approvals by \"rm\" missing", rule(), []),
        row(
            "one of two", "pending: approved by ada@example.org; 1 of 2 approvals by \"rm\" missing", rule(),
            [World.consent("1", by: ada)]),
        row(
            "two", "open: approved by ada@example.org, grace@example.org, 2 of 2 by \"rm\"", rule(),
            [World.consent("1", by: ada), World.consent("2", by: grace)]),
        row(
            "twice the same", "pending: approved by ada@example.org; 1 of 2 approvals by \"rm\" missing", rule(),
            [World.consent("1", by: ada), World.consent("2", by: ada, minutesAgo: 5)]),
        row(
            "two keys", "pending: approved by ada@example.org; 1 of 2 approvals by \"rm\" missing", rule(),
            [World.consent("1", by: ada), World.consent("2", by: World.signer("ada", roles: ["rm"], key: "yubi"))]),
        row(
            "two addresses", "pending: approved by ada@example.org; 1 of 2 approvals by \"rm\" missing", rule(),
            [World.consent("1", by: ada), World.consent("2", by: World.signer("lovelace", roles: ["rm"]))]
        ) { $0.people = People(aliases: [["ada@example.org", "lovelace@example.org"]]) },
        row(
            "another role",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: eve@example.org is not of \"rm\"", rule(1),
            [World.consent("1", by: eve)]),
        row(
            "the author", "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org is an author",
            rule(1),
            [World.consent("1", by: ada)]
        ) { $0.changeAuthors = ["ADA@example.org", "bob@example.org"] },
        row(
            "the author under another address",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org is an author", rule(1),
            [World.consent("1", by: ada)]
        ) { world in
            world.changeAuthors = ["ada@home.example"]
            world.people = People(aliases: [["ada@example.org", "ada@home.example"]])
        },
        row(
            "the author of the build",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org is an author",
            rule(1), [World.consent("1", by: ada)]
        ) { $0.buildAuthors = ["ada@example.org"] },
        row(
            "the author where that does not matter", "open: approved by ada@example.org, 1 of 1 by \"rm\"",
            rule(1, notAuthor: false), [World.consent("1", by: ada)]
        ) { $0.changeAuthors = nil },
        row(
            "unknown authors", "pending: history does not tell who brought the change", rule(1),
            [World.consent("1", by: ada)]
        ) { $0.changeAuthors = nil },
        row(
            "no authors", "pending: history does not tell who brought the change", rule(1),
            [World.consent("1", by: ada)]
        ) { $0.changeAuthors = [] },
        row(
            "for another promotion", "pending: 1 of 1 approvals by \"rm\" missing", rule(1),
            [World.consent("1", by: ada, to: .of("prod", "b"))]),
        row(
            "an emergency or a review is no approval", "pending: 1 of 1 approvals by \"rm\" missing", rule(1),
            [World.consent("1", by: ada, .emergency, reason: "x"), World.consent("2", by: grace, .review)]),
    ])
    func `enough people of the role approve`(_ row: GateCase) {
        #expect(row.world.result(of: .approvals) == row.expected)
        var reversed = row.world
        reversed.consents.reverse()
        #expect(reversed.result(of: .approvals).prefix(6) == row.expected.prefix(6))
    }

    @Test(arguments: [
        row(
            "revoked", "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org took it back",
            rule(1),
            [World.consent("1", by: ada), World.consent("2", by: ada, .revocation, minutesAgo: 10)]),
        row(
            "revoked with another key",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org took it back",
            rule(1),
            [
                World.consent("1", by: ada),
                World.consent("2", by: World.signer("ada", key: "yubi"), .revocation, minutesAgo: 10),
            ]),
        row(
            "revoked at once", "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org took it back",
            rule(1),
            [World.consent("2", by: ada), World.consent("1", by: ada, .revocation)]),
        row(
            "approved again",
            "open: approved by ada@example.org, 1 of 1 by \"rm\"; not counted: ada@example.org took it back", rule(1),
            [
                World.consent("1", by: ada), World.consent("2", by: ada, .revocation, minutesAgo: 20),
                World.consent("3", by: ada, minutesAgo: 10),
            ]),
        row(
            "revoked by somebody else", "open: approved by ada@example.org, 1 of 1 by \"rm\"", rule(1),
            [World.consent("1", by: ada), World.consent("2", by: grace, .revocation, minutesAgo: 10)]),
        row(
            "expires", "open: approved by ada@example.org, 1 of 1 by \"rm\" [2026-11-21T12:30:00Z]",
            rule(1, expiry: "1h"),
            [World.consent("1", by: ada)]),
        row(
            "expired",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: ada@example.org consented until 2026-11-21T12:00:00Z",
            rule(1, expiry: "30m"), [World.consent("1", by: ada)]),
        row(
            "one more than needed expires first",
            "open: approved by ada@example.org, grace@example.org, 2 of 1 by \"rm\" [2026-11-21T12:50:00Z]",
            rule(1, expiry: "1h"), [World.consent("1", by: ada), World.consent("2", by: grace, minutesAgo: 10)]),
        row(
            "approved anew before it expires",
            "open: approved by ada@example.org, 1 of 1 by \"rm\" [2026-11-21T12:50:00Z]", rule(1, expiry: "1h"),
            [World.consent("1", by: ada), World.consent("2", by: ada, minutesAgo: 10)]),
        row(
            "before escalation",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: otto@example.org is not of \"rm\"; "
                + "\"oncall\" may approve too from 2026-11-21T13:00:00Z [2026-11-21T13:00:00Z]",
            rule(1, escalation: "2h"), [World.consent("1", by: oncall)]
        ) { $0.waitingSince = "2026-11-21T11:00:00Z" },
        row(
            "after escalation", "open: approved by otto@example.org, 1 of 1 by \"rm\" or \"oncall\"",
            rule(1, escalation: "1h"),
            [World.consent("1", by: oncall)]
        ) { $0.waitingSince = "2026-11-21T11:00:00Z" },
        row(
            "new, so nothing escalates",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: otto@example.org is not of \"rm\"",
            rule(1, escalation: "1h"), [World.consent("1", by: oncall)]),
    ])
    func `consent can be taken back, expire and escalate`(_ row: GateCase) {
        #expect(row.world.result(of: .approvals) == row.expected)
    }

    private static func refusedConsent(_ cause: RefusedEvidence.Cause) -> RefusedEvidence {
        World.refused(cause, .approval, reason: "by the board", promotion: .of("prod", "a"))
    }

    @Test(arguments: [
        row(
            "a stranger",
            "pending: 1 of 1 approvals by \"rm\" missing; 1 did not count: by no key in policies/allowed_signers",
            rule(1),
            []
        ) { $0.refusedConsents = [refusedConsent(.strangeKey)] },
        row(
            "a key that has run out",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: eve@example.org is not of \"rm\"; "
                + "1 did not count: by a key that may not sign it, or not at that time",
            rule(1), [World.consent("1", by: eve)]
        ) { $0.refusedConsents = [refusedConsent(.unfitKey)] },
        row(
            "another set",
            "pending: 1 of 1 approvals by \"rm\" missing; ada@example.org approved another promotion of the same digest, and not this one",
            rule(1), []
        ) { $0.strayApprovals = [World.consent("1", by: ada, to: .of("prod", "b"))] },
        row(
            "another set, and this one", "pending: approved by ada@example.org; 1 of 2 approvals by \"rm\" missing",
            rule(2),
            [World.consent("2", by: ada)]
        ) { $0.strayApprovals = [World.consent("1", by: ada, to: .of("prod", "b"))] },
        row(
            "nothing of it once there are enough", "open: approved by ada@example.org, 1 of 1 by \"rm\"", rule(1),
            [World.consent("2", by: ada)]
        ) { world in
            world.refusedConsents = [refusedConsent(.strangeKey)]
            world.strayApprovals = [World.consent("1", by: grace, to: .of("prod", "b"))]
        },
        row(
            "the same twice",
            "pending: 1 of 1 approvals by \"rm\" missing; not counted: eve@example.org is not of \"rm\"", rule(1),
            [World.consent("1", by: eve), World.consent("2", by: eve, minutesAgo: 5)]),
    ])
    func `what did not count is told, in words that do not grow with it`(_ row: GateCase) {
        #expect(row.world.result(of: .approvals) == row.expected)
        var crowd = row.world
        crowd.strayApprovals += (0..<200).map { number in
            World.consent("3", by: World.signer("s\(number)", roles: ["rm"]), to: .of("prod", "b"))
        }
        crowd.consents += (0..<200).map { World.consent("4", by: World.signer("t\($0)")) }
        crowd.refusedConsents += (0..<200).map { _ in Self.refusedConsent(.strangeKey) }
        #expect(crowd.result(of: .approvals).utf8.count < 1_200)
    }

    @Test func `every rule has to be met`() {
        let rules = [("rm", 1), ("security", 1)].map { role, count in
            ApprovalRule(
                count: count, role: role, notAuthor: true, expiry: nil, escalation: nil, escalationRole: nil)
        }
        let world = World { world in
            world.gates = [.approvals(rules)]
            world.consents = [World.consent("1", by: Self.ada)]
        }
        #expect(
            world.result(of: .approvals)
                == "pending: 1 of 1 approvals by \"security\" missing; not counted: ada@example.org is not of \"security\""
        )
    }
}

@Suite struct EmergencyTests {
    private static func world(_ change: (inout World) -> Void = { _ in }) -> World {
        World { world in
            world.gates = [.pinned, .soak("2h")]
            world.emergency = EmergencyRule(skips: [.soak, .freeze], role: "sre", count: 2, reviewWithin: "72h")
            world.consents = [
                World.consent("1", by: World.signer("zoe", roles: ["sre"]), .emergency, reason: "login is down"),
                World.consent("2", by: World.signer("dora", roles: ["sre"]), .emergency, reason: "agreed"),
            ]
            change(&world)
        }
    }

    @Test func `what may be skipped is skipped, and says what it was`() {
        let verdict = Self.world().verdict()
        #expect(verdict.result == .permitted)
        #expect(verdict.shut.isEmpty)
        #expect(
            verdict.emergency
                == Emergency(
                    reason: "login is down", by: ["dora@example.org", "zoe@example.org"], reviewWithin: "72h"))
        #expect(
            Self.world().result(of: .soak)
                == "skipped: passed over in an emergency by dora@example.org and zoe@example.org: login is down; "
                + "was: web 1.5 has been in staging since 2026-11-21T11:00:00Z; 2h are full at 2026-11-21T13:00:00Z")
    }

    @Test func `without need nothing is an emergency`() {
        let verdict = Self.world { $0.gates = [.pinned, .soak("1h")] }.verdict()
        #expect(verdict.result == .permitted)
        #expect(verdict.emergency == nil)
    }

    @Test(arguments: ["one", "reason", "role", "revoked", "rule", "twice", "other", "approval"])
    func `too little is no emergency`(_ what: String) {
        let world = Self.world { world in
            let dora = World.signer("dora", roles: ["sre"])
            switch what {
            case "one": world.consents.removeLast()
            case "reason": world.consents[1] = World.consent("2", by: dora, .emergency, reason: " \n\t")
            case "role": world.consents[1] = World.consent("2", by: World.signer("dora"), .emergency, reason: "x")
            case "revoked": world.consents.append(World.consent("3", by: dora, .revocation, minutesAgo: 1))
            case "twice":
                world.consents[1] = World.consent(
                    "2", by: World.signer("zoe", roles: ["sre"], key: "other"), .emergency, reason: "x")
            case "other":
                world.consents[1] = World.consent(
                    "2", by: dora, .emergency, to: .of("prod", "b"), reason: "x")
            case "approval": world.consents[1] = World.consent("2", by: dora, reason: "x")
            default: world.emergency = nil
            }
        }
        #expect(world.verdict().result == .waiting)
        #expect(world.verdict().emergency == nil)
    }

    @Test func `what may not be skipped is not, whatever a contract says`() {
        let world = Self.world { world in
            world.gates = [.pinned, .soak("2h")]
            world.emergency = EmergencyRule(
                skips: GateName.allCases, role: "sre", count: 1, reviewWithin: "72h")
            world.changes = [World.change("web", "web:1")]
            world.holds = [.make(.environment)]
        }
        #expect(world.verdict().shut.map(\.gate) == [.hold, .pinned, .source])
    }
}
