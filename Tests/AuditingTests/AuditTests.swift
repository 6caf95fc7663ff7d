import Auditing
import LedgerFormat
import ModelBuilders
import PromotionModel
import Testing

/// A way to tamper with a ledger, and the claims that it breaks or makes doubtful.
struct Tampering: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: AuditRemark.Kind
    let claims: Set<AuditClaim>
    let change: @Sendable (inout [Draft]) -> Void

    init(
        _ name: String, _ claims: Set<AuditClaim>, _ kind: AuditRemark.Kind = .broken,
        _ change: @escaping @Sendable (inout [Draft]) -> Void
    ) {
        testDescription = name
        self.kind = kind
        self.claims = claims
        self.change = change
    }
}

@Suite struct AuditTests {
    /// The drafts: 0 and 1 are recorded as found, 2 goes to dev, 3 to prod, 4 rolls back, 5 releases, 6 holds.
    private static let tamperings: [Tampering] = [
        Tampering("no entry", [.entries]) { $0[2].reading = AuditStep.Reading.none },
        Tampering("a broken entry", [.entries]) { $0[2].reading = .broken("Basis is no commit id") },
        Tampering("the lock deleted", [.entries]) { drafts in
            drafts[6].reading = AuditStep.Reading.none
            drafts[6].after = .absent
        },
        Tampering("the environment taken away", [.entries], .finding) { drafts in
            drafts[6].reading = AuditStep.Reading.none
            drafts[6].after = .absent
            drafts[6].endsEnvironment = true
        },
        Tampering("the lock of another environment", [.entries]) { $0[6].environment = "dev" },
        Tampering("two parents", [.entries]) { $0[2].remake(parents: [Chronicle.id(4), Chronicle.id(3)]) },
        Tampering("a trailer twice", [.entries]) { drafts in
            drafts[2].remake(
                message: drafts[2].commit.message.replacing(
                    "Result: promoted\n", with: "Result: promoted\nResult: promoted\n"))
        },
        Tampering("another file beside the lock", [.entries]) { $0[2].otherPaths = ["policies/dev.yaml"] },
        Tampering("a rollback that changes what is no manifest", [.entries]) {
            $0[4].otherPaths.append("policies/dev.yaml")
        },
        Tampering("a rollback that changes configuration", [.entries]) { drafts in
            drafts[4].edit = AuditStep.Edit(
                before: Chronicle.declared(Chronicle.web("2")),
                after: Chronicle.declared(Chronicle.web("1"), .of("c")), files: ["environments/prod/web.yaml"])
        },
        Tampering("a rollback that cannot be read", [.entries], .unproved) { $0[4].edit = nil },
        Tampering("the ledger begun anew", [.entries], .finding) { drafts in
            drafts[6].beginsAnew = true
            drafts[6].after = .present(EnvironmentRecord(environment: "prod").applying(drafts[6].entry))
        },
        Tampering("an entry that changes nothing", [.entries]) { $0[5].isIdle = true },
        Tampering("another author", [.signOffs]) { $0[2].remake(author: "Eve <eve@example.invalid>") },
        Tampering("another committer", [.signOffs]) { $0[5].remake(committer: "Eve <eve@example.invalid>") },
        Tampering("a signature missing where there was one before", [.signatures]) { drafts in
            for index in drafts.indices where index != 4 { drafts[index].sign() }
        },
        Tampering("a signature of somebody else", [.signatures]) { $0[0].sign("eve@example.invalid") },
        Tampering("a signature that does not count, after one that did", [.signatures]) { drafts in
            for index in drafts.indices { drafts[index].sign() }
            drafts[3].signature = .refused("the key is nobody's")
        },
        Tampering("a signature that never counted", [.signatures], .finding) {
            $0[3].signature = .refused("the key is nobody's")
        },
        Tampering("an OpenPGP key of nobody's", [.signatures], .finding) {
            $0[3].signature = .signed(
                CommitSignatory(principals: ["openpgp4fpr:1"], key: "openpgp4fpr:1", from: nil, until: nil))
        },
        Tampering("a signature that cannot be verified", [.signatures], .unproved) {
            $0[3].signature = .unverified("there is no keyring")
        },
        Tampering("an entry on another commit", [.order]) { $0[3].remake(parents: [Chronicle.id(99)]) },
        Tampering("an entry missing", [.order, .locks]) { drafts in
            drafts[6].remake(parents: drafts[5].commit.parents)
            drafts.remove(at: 5)
        },
        Tampering("an entry left behind", [.order]) { drafts in
            var lost = drafts[6]
            lost.isFollowed = false
            drafts.append(lost)
        },
        Tampering("two entries of a tick swapped", [.order]) { drafts in
            let first = drafts[0].commit
            drafts.swapAt(0, 1)
            drafts[1].remake(parents: [drafts[0].commit.id])
            drafts[0].remake(parents: first.parents)
        },
        Tampering("a commit of another date", [.times]) { $0[2].remake(committedAt: "2026-11-23T08:30:00Z") },
        Tampering("time that goes back", [.times]) { drafts in
            for index in 0...1 {
                let later: Timestamp = "2026-11-23T10:00:00Z"
                drafts[index].remake(authoredAt: later, committedAt: later)
            }
            drafts[6].remake(authoredAt: "2026-11-23T08:11:00Z", committedAt: "2026-11-23T08:11:00Z")
        },
        Tampering("a lock that says more", [.locks]) { drafts in
            guard case .present(var record) = drafts[3].after else { return }
            record.components["web"]?.health = .healthy
            drafts[3].after = .present(record)
        },
        Tampering("a lock that cannot be read", [.locks]) { drafts in
            drafts[6].after = .unreadable(Problem(Place(file: "environments/prod/environment.lock"), "no YAML"))
        },
        Tampering("no facts derived", [.contracts, .facts, .verdicts, .origins], .unproved) { drafts in
            drafts[3].derivation = .impossible(reason: "gone")
        },
        Tampering("another contract", [.contracts, .wording]) { drafts in
            drafts[3].entry.items[0].contract = "policies/to-prod.yaml@" + Chronicle.id(7)
        },
        Tampering("another digest of facts", [.facts]) { $0[3].entry.items[0].facts = .of("7") },
        Tampering("another result", [.verdicts]) { $0[3].derive { $0.items[0].result = .waiting } },
        Tampering("another source", [.verdicts]) { $0[3].derive { $0.items[0].source = nil } },
        Tampering("a gate that was shut", [.verdicts]) { drafts in
            drafts[3].derive { entry in
                entry.items[0].gates = entry.items[0].gates.map { GateResult($0.gate, .closed, "no") }
            }
        },
        Tampering("a promotion that is left out", [.verdicts]) { drafts in
            drafts[3].derive { entry in
                var other = entry.items[0]
                other.promotion = .of("prod", "9")
                entry.items.append(other)
            }
        },
        Tampering("a promotion that nobody asked for", [.verdicts]) { $0[3].derive { $0.items = [] } },
        Tampering("another reason", [.wording], .finding) { drafts in
            drafts[3].derive { entry in
                let gate = entry.items[0].gates[0]
                entry.items[0].gates[0] = GateResult(gate.gate, gate.state, "because")
            }
        },
        Tampering("other words", [.wording], .finding) { drafts in
            drafts[3].remake(message: drafts[3].commit.message.replacing("promote(prod)", with: "improve(prod)"))
        },
        Tampering("evidence that is lost", [.evidence]) { $0[3].evidence = .lost(branch: "towpath/evidence") },
        Tampering("no evidence here", [.evidence], .unproved) { $0[3].evidence = .noBranch("towpath/evidence") },
        Tampering("evidence that was older", [.evidence]) { drafts in
            drafts[2].evidence = .present(5, root: "r")
            drafts[3].evidence = .present(4, root: "r")
        },
        Tampering("a gate that rests on other evidence", [.evidence]) { drafts in
            drafts[3].derive { entry in
                let gate = entry.items[0].gates[0]
                entry.items[0].gates[0] = GateResult(gate.gate, gate.state, gate.reason, evidence: [.of("e")])
            }
        },
        Tampering("another consent", [.approvals]) { $0[3].derive { $0.items[0].approvedBy = ["eve"] } },
        Tampering("an emergency that does not say so", [.emergencies]) { drafts in
            drafts[3].derive {
                $0.items[0].emergency = Emergency(reason: "fire", by: ["eve"], reviewWithin: TimeSpan(seconds: 60))
            }
        },
        Tampering("a hold of another", [.holds]) { drafts in
            drafts[6].entry.holds[0] = .make(.environment, since: drafts[6].entry.at)
        },
        Tampering("a hold of old", [.holds]) { drafts in
            drafts[6].entry.holds[0] = Hold(
                scope: .environment, reason: "look", owner: Chronicle.identity, since: "2026-11-01T00:00:00Z",
                until: nil)
        },
        Tampering("a release of what is not held", [.holds]) { $0[5].entry.released.append(.component("api")) },
        Tampering("a rollback without a hold", [.holds]) { $0[4].entry.holds = [] },
        Tampering("a rollback to what never was here", [.origins, .promotions]) { drafts in
            drafts[4].entry.items[0].artifacts["web"] = Chronicle.web("8")
        },
        Tampering("a digest from nowhere", [.origins, .promotions]) { drafts in
            drafts[3].entry.items[0].artifacts["web"] = Chronicle.web("8")
        },
        Tampering("recorded as found a second time", [.origins]) { $0[1].beginsAnew = false },
        Tampering("an arrival twice", [.promotions]) { drafts in
            drafts[3].entry.items.append(drafts[3].entry.items[0])
            drafts.append(drafts[3])
        },
        Tampering("another promotion replaced", [.promotions]) { $0[3].entry.items[0].supersedes = [] },
        Tampering("a withdrawal of what did not wait", [.promotions]) { $0[3].entry.items[0].result = .withdrawn },
    ]

    private static func audit(_ drafts: [Draft], isStrict: Bool = false) -> Audit {
        var audit = Audit(at: "2026-12-01T00:00:00Z", isStrict: isStrict)
        for draft in drafts { audit.take(draft.step, judging: true) }
        audit.close(consents: [:], people: People())
        return audit
    }

    @Test func `a ledger that the planner wrote is sound`() {
        let audit = Self.audit(Chronicle().drafts, isStrict: true)
        #expect(audit.results.flatMap(\.remarks) == [])
        #expect(audit.checkedCommits == 7)
        #expect(audit.results.map(\.claim) == AuditClaim.allCases)
    }

    @Test(arguments: tamperings) func `what was tampered with is named`(_ tampering: Tampering) {
        var drafts = Chronicle().drafts
        tampering.change(&drafts)
        let found = Self.audit(drafts).results.flatMap(\.remarks)
        let claims = Set(found.filter { $0.kind == tampering.kind }.map(\.claim))
        #expect(tampering.claims.isSubset(of: claims.union(Self.loose(found))), "\(found)")
        if tampering.kind == .finding {
            #expect(!found.contains { $0.kind == .broken }, "\(found)")
            #expect(Self.audit(drafts, isStrict: true).results.contains { $0.outcome == .broken })
        }
    }

    /// Wording follows from nearly everything, and is a finding at most.
    private static func loose(_ found: [AuditRemark]) -> Set<AuditClaim> {
        Set(found.filter { $0.kind == .finding && $0.claim == .wording }.map(\.claim))
    }

    @Test func `what is believed is not judged, and counts all the same`() {
        var drafts = Chronicle().drafts
        drafts[0].remake(author: "Eve <eve@example.invalid>")
        var audit = Audit(at: "2026-12-01T00:00:00Z", isStrict: true)
        for (index, draft) in drafts.enumerated() { audit.take(draft.step, judging: index > 2) }
        #expect(audit.results.flatMap(\.remarks) == [])
        #expect(audit.checkedCommits == 4)
    }

    @Test func `one forged lock is told once`() throws {
        var drafts = Chronicle().drafts
        guard case .present(var record) = drafts[3].after else { return }
        record.components["web"]?.source = nil
        drafts[3].after = .present(record)
        // Whoever wrote on took the forged lock for what it is.
        for index in 4...6 {
            record = record.applying(drafts[index].entry)
            drafts[index].after = .present(record)
        }
        let locks = try #require(Self.audit(drafts).results.first { $0.claim == .locks })
        #expect(locks.broken == 1 && locks.first?.commit == drafts[3].commit.id && locks.checked == 7)
    }

    @Test func `an emergency has to be reviewed by another, once that is due`() {
        var drafts = Chronicle().drafts
        let leave = Emergency(reason: "fire", by: ["eve@example.invalid"], reviewWithin: TimeSpan(seconds: 3_600))
        drafts[3].entry.items[0].emergency = leave
        drafts[3].derive { $0.items[0].emergency = leave }
        let promotion = drafts[3].entry.items[0].promotion
        func outcome(_ consents: [PromotionID: [Consent]]?, at now: Timestamp) -> [AuditRemark.Kind] {
            var audit = Audit(at: now, isStrict: false)
            for draft in drafts { audit.take(draft.step, judging: true) }
            #expect(audit.emergencies == [promotion])
            audit.close(consents: consents, people: People())
            return audit.results.flatMap(\.remarks).filter { $0.claim == .emergencies }.map(\.kind)
        }
        func review(_ name: String) -> [PromotionID: [Consent]] {
            let signer = EvidenceSigner(principals: [name], roles: [], key: name)
            return [
                promotion: [
                    Consent(
                        id: .of("a"), kind: .review, promotion: promotion, signer: signer, reason: "seen",
                        firstSeen: "2026-11-23T10:00:00Z")
                ]
            ]
        }
        #expect(outcome([:], at: "2026-11-23T09:29:59Z") == [])
        #expect(outcome([:], at: "2026-11-23T09:30:00Z") == [.finding])
        #expect(outcome(review("eve@example.invalid"), at: "2026-12-01T00:00:00Z") == [.finding])
        #expect(outcome(review("ada@example.invalid"), at: "2026-12-01T00:00:00Z") == [])
        #expect(outcome(nil, at: "2026-12-01T00:00:00Z") == [.unproved])
    }
}
