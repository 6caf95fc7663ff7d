import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

/// Who signed the commits of a change, judged by rule, role and first sight.
@Suite struct SignedCommitsGateTests {
    private static func signed(
        _ name: String, from: Timestamp? = nil, until: Timestamp? = nil
    ) -> CommitSignature {
        .signed(CommitSignatory(principals: ["\(name)@example.org"], key: "SHA256:\(name)", from: from, until: until))
    }

    private static func commit(
        _ digit: Character, _ signature: CommitSignature, _ place: ChangeCommit.Place = .branch, isPlain: Bool = false,
        seen: Timestamp? = nil
    ) -> ChangeCommit {
        ChangeCommit(
            id: String(repeating: digit, count: 40), place: place, isPlainMerge: isPlain, signature: signature,
            firstSeen: seen)
    }

    private static func world(
        _ commits: [ChangeCommit]?, role: String? = "rm", scope: SignedCommitsRule.Scope = .all
    ) -> World {
        World { world in
            world.gates = [.signedCommits(SignedCommitsRule(role: role, scope: scope))]
            world.changeCommits = commits
            world.people = People(
                roles: ["rm": ["ada@example.org", "grace@example.org"]],
                aliases: [["ada@example.org", "lovelace@example.org"]])
        }
    }

    private static func row(
        _ name: String, _ expected: String, _ commits: [ChangeCommit]?, role: String? = "rm",
        scope: SignedCommitsRule.Scope = .all
    ) -> GateCase {
        GateCase(name, expected) { $0 = world(commits, role: role, scope: scope) }
    }

    private static let forge = commit("f", signed("forge"), isPlain: true)
    private static let one = commit("1", signed("ada"), .merged)
    private static let two = commit("2", signed("grace"), .merged)

    private static let cases = [
        row("nobody knows", "pending: history does not tell which commits brought the change", nil),
        row("nothing is known", "pending: history does not tell which commits brought the change", []),
        row("one, signed", "open: commit 111111111111 is signed by ada@example.org", [commit("1", signed("ada"))]),
        row(
            "of a role by another address", "open: commit 111111111111 is signed by lovelace@example.org",
            [commit("1", signed("lovelace"))]),
        row("one, not signed", "closed: commit 111111111111 is not signed", [commit("1", .unsigned)]),
        row(
            "of no role", "closed: commit 111111111111 is signed by eve@example.org, who is not of rm",
            [commit("1", signed("eve"))]),
        row(
            "any signer will do", "open: commit 111111111111 is signed by eve@example.org",
            [commit("1", signed("eve"))], role: nil),
        row(
            "of a role that nobody is of", "closed: commit 111111111111 is signed by ada@example.org, who is not of x",
            [commit("1", signed("ada"))], role: "x"),
        row("refused", "closed: commit 111111111111: bad \\u{7}", [commit("1", .refused("bad \u{7}"))]),
        row("not verified", "pending: commit 111111111111: no gpg", [commit("1", .unverified("no gpg"))]),
        row(
            "what is closed is said with what is pending",
            "closed: commit 222222222222 is not signed; commit 111111111111: no gpg",
            [commit("1", .unverified("no gpg")), commit("2", .unsigned)]),
        row(
            "a merge by a forge and what it brought",
            "open: 2 commits are signed by ada@example.org, grace@example.org", [forge, one, two]),
        row(
            "one of them is not signed", "closed: commit 333333333333 is not signed",
            [forge, one, two, commit("3", .unsigned, .merged)]),
        row(
            "a merge that decides", "closed: commit ffffffffffff is signed by forge@example.org, who is not of rm",
            [commit("f", signed("forge")), one]),
        row(
            "merges alone bring nothing", "closed: no commit that would have to be signed brought the change",
            [forge, commit("e", .unsigned, .merged, isPlain: true)]),
        row(
            "the merge counts alone", "open: commit ffffffffffff is signed by ada@example.org",
            [commit("f", signed("ada"), isPlain: true), commit("1", .unsigned, .merged)], scope: .merge),
        row(
            "the merge is not signed", "closed: commit ffffffffffff is not signed",
            [commit("f", .unsigned, isPlain: true), one], scope: .merge),
        row(
            "no merge yet", "open: not merged yet: the commit that merges it has to be signed by rm",
            [commit("1", .unsigned, .proposed)], scope: .merge),
        row(
            "no merge yet, for a change that began before", "closed: commit 222222222222 is not signed",
            [commit("1", signed("ada"), .proposed), commit("2", .unsigned)], scope: .merge),
        row(
            "what was merged alone cannot be", "closed: no commit that would have to be signed brought the change",
            [one], scope: .merge),
        row("proposed, of all", "closed: commit 111111111111 is not signed", [commit("1", .unsigned, .proposed)]),
        row(
            "a key that ends while it is new",
            "open: commit 111111111111 is signed by ada@example.org [2026-11-21T13:00:01Z]",
            [commit("1", signed("ada", until: "2026-11-21T13:00:00Z"))]),
        row(
            "a key that ended after it was seen", "open: commit 111111111111 is signed by ada@example.org",
            [commit("1", signed("ada", until: "2026-11-21T11:00:00Z"), seen: "2026-11-21T11:00:00Z")]),
        row(
            "a key that ended before it was seen",
            "closed: commit 111111111111: the key of ada@example.org counted until 2026-11-21T11:00:00Z, and the commit "
                + "was first seen at 2026-11-21T12:00:00Z",
            [commit("1", signed("ada", until: "2026-11-21T11:00:00Z"))]),
        row(
            "a key that does not count yet",
            "closed: commit 111111111111: the key of ada@example.org counts from 2026-11-21T13:00:00Z, and the commit "
                + "was seen at 2026-11-21T12:00:00Z",
            [commit("1", signed("ada", from: "2026-11-21T13:00:00Z"))]),
    ]

    @Test(arguments: cases.indices)
    func `each commit is held to the rule`(_ index: Int) {
        let row = Self.cases[index]
        #expect(row.world.result(of: .signedCommits, at: row.instant) == row.expected, "\(row.name)")
    }

    @Test func `no emergency skips it`() {
        var world = Self.world([Self.commit("1", .unsigned)])
        world.emergency = EmergencyRule(skips: [.signedCommits], role: "rm", count: 1, reviewWithin: "1d")
        world.consents = [
            World.consent("1", by: World.signer("ada", roles: ["rm"]), .emergency, reason: "down")
        ]
        #expect(world.verdict().result == .refused)
    }

    /// Taking a signature away permits nothing; another unsigned commit neither.
    @Test(arguments: 0..<UInt64(128))
    func `knowing less of the commits never permits`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let commits = (0..<random.number(0...4)).map { index in
            Self.commit(
                Character(String(index)),
                random.pick([
                    Self.signed("ada"), Self.signed("ada"), Self.signed("eve"), .unsigned, .refused("x"),
                    .unverified("y"), Self.signed("ada", until: "2026-11-21T11:00:00Z"),
                ]), random.pick(ChangeCommit.Place.allCases), isPlain: random.chance(30),
                seen: random.chance(50) ? "2026-11-21T10:00:00Z" : nil)
        }
        let scope = random.pick(SignedCommitsRule.Scope.allCases)
        let world = Self.world(commits, role: random.chance(80) ? "rm" : nil, scope: scope)
        guard world.verdict().result != .permitted else { return }
        var poorer: [[ChangeCommit]?] = [nil, [], commits + [Self.commit("9", .unsigned)]]
        for index in commits.indices {
            for signature in [CommitSignature.unsigned, .refused("x"), .unverified("y")] {
                var copy = commits
                copy[index] = Self.commit(
                    copy[index].id.first ?? "0", signature, copy[index].place, isPlain: copy[index].isPlainMerge)
                poorer.append(copy)
            }
        }
        for commits in poorer {
            var copy = world
            copy.changeCommits = commits
            #expect(copy.verdict().result != .permitted, "seed \(seed)")
        }
    }
}
