import ModelBuilders
import Planning
import PromotionModel
import TestSupport
import Testing

@Suite struct DriftDetectionTests {
    /// Everything recorded has arrived by a promotion.
    private static func evidence(_ fleet: SampleFleet) -> LedgerEvidence {
        var evidence = LedgerEvidence()
        for environment in fleet.environments {
            guard case .present(let record) = environment.record else { continue }
            evidence.folded[environment.name] = record
            evidence.arrivals[environment.name] = Set(record.components.values.map(\.artifact))
        }
        return evidence
    }

    private static func findings(
        _ fleet: SampleFleet, _ change: (inout LedgerEvidence) -> Void = { _ in }
    ) -> [DriftFinding] {
        var evidence = evidence(fleet)
        change(&evidence)
        return DriftDetection.findings(in: fleet.observation, evidence: evidence, plan: Fleets.plan(fleet))
    }

    private static func text(_ findings: [DriftFinding]) -> String {
        findings.map { finding in
            "\(finding.kind.rawValue) \(finding.environment?.description ?? "-") "
                + "\(finding.component?.description ?? "-") \(finding.place?.description ?? "-")\n"
                + "  expected \(finding.expected ?? "-")\n  actual \(finding.actual ?? "-")\n  \(finding.message)\n"
        }.joined()
    }

    private static let cases: [PlanCase] = [
        PlanCase("undeclared") { fleet in
            fleet.environments[2].declared["api"] = nil
            fleet.policies.contracts.removeLast()
        },
        PlanCase("unpinned") { $0.environments[0].declared["api"] = "api:latest" },
        PlanCase("mismatched") { $0.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("9")]) },
        PlanCase("missing") { $0.environments[2].publish(["web": Fleets.web("1")]) },
        PlanCase("unexpected") { fleet in
            fleet.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("2"), "extra": Fleets.web("3")])
        },
        PlanCase("tampered-lock") { fleet in
            fleet.environments[2].record = .unreadable(
                Problem(Place(file: "environments/prod/environment.lock"), "edited"))
        },
        PlanCase("skewed") { $0.environments[2].declared["web"] = Fleets.web("9") },
        PlanCase("expired-ignore") { fleet in
            fleet.policies.ignores = [ignore(kind: .unpinned, until: Fleets.now)]
        },
        PlanCase("unknown-file") { $0.environments[2].problems = [PlanCase.broken] },
        PlanCase("unknown-branch") { fleet in
            fleet.environments[2].published = .unreadable(Problem(Place(file: "refs/heads/live/prod"), "broken"))
        },
        PlanCase("unknown-policy") { fleet in
            let problem = Problem(Place(file: "policies/x.yaml", line: 5), "unknown gate \"sook\"")
            fleet.policies.defects = [Policies.Defect(problem: problem, environments: nil)]
            fleet.policies.contracts.append(.make("lost", to: ["prod"], from: ["gone"], components: ["x"]))
            fleet.problems = [Problem(Place(file: "link"), "a symbolic link, never followed")]
        },
        PlanCase("pending-is-no-drift", Fleets.promoting(since: "2026-11-21T10:00:00Z")) { fleet in
            fleet.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("2")])
        },
        PlanCase("published-and-not-yet-recorded", Fleets.promoting(since: "2026-11-21T10:00:00Z")) { fleet in
            fleet.environments[2].publish(["web": Fleets.web("5"), "api": Fleets.api("2")])
        },
        PlanCase("notes-are-no-drift") { fleet in
            fleet.environments[2].problems = [
                Problem(Place(file: "a.yaml"), "a template", severity: .skipped),
                Problem(Place(file: "b.yaml"), "a key twice", severity: .warning),
            ]
        },
    ]

    private static func ignore(
        id: String? = nil, kind: DriftFinding.Kind? = nil, environment: NameGlob? = nil, component: NameGlob? = nil,
        until: Timestamp = "2026-12-01T00:00:00Z"
    ) -> DriftIgnore {
        DriftIgnore(
            id: id, kind: kind, environment: environment, component: component, reason: "known", expires: until,
            place: Place(file: "policies/ignores.yaml", line: 7, column: 7))
    }

    @Test(arguments: cases)
    func `each kind of drift is found with both sides`(_ row: PlanCase) {
        Golden.expect(Self.text(Self.findings(row.fleet)), is: "drift-\(row.name).txt")
    }

    @Test func `what no promotion brought is found`() {
        var fleet = Fleets.settled
        fleet.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("9")])
        let findings = Self.findings(fleet) { evidence in
            evidence.arrivals["prod"] = [Fleets.api("2")]
            evidence.folded["prod"]?.pending = [:]
            evidence.folded["prod"]?.components["web"]?.previous = "what the ledger says"
            evidence.intrusions = [
                LedgerEvidence.Intrusion(
                    environment: "prod", commit: String(repeating: "e", count: 40), message: "no ledger entry, by Eve")
            ]
        }
        Golden.expect(Self.text(findings), is: "drift-bypassed.txt")
    }

    @Test func `a lock that was put back as it was is no drift, one that began anew is`() {
        let intrusion = LedgerEvidence.Intrusion(
            environment: "prod", commit: String(repeating: "e", count: 40), message: "no ledger entry, by Eve")
        #expect(Self.findings(Fleets.settled) { $0.intrusions = [intrusion] }.isEmpty)
        let findings = Self.findings(Fleets.settled) { evidence in
            evidence.intrusions = [intrusion]
            evidence.restarted = ["prod"]
        }
        #expect(findings.map(\.kind) == [.tampered])
    }

    @Test(
        arguments: [
            ("2026-11-21T00:00:01Z", "grace@example.invalid", Consent.Kind.review, []),
            ("2026-11-20T00:00:00Z", "grace@example.invalid", .review, []),
            ("2026-11-20T00:00:00Z", "eve@example.invalid", .review, [DriftFinding.Kind.unreviewed]),
            ("2026-11-20T00:00:00Z", "grace@example.invalid", .approval, [.unreviewed]),
        ] as [(Timestamp, String, Consent.Kind, [DriftFinding.Kind])])
    func `an emergency wants a review by somebody else in time`(
        at: Timestamp, reviewer: String, kind: Consent.Kind, kinds: [DriftFinding.Kind]
    ) {
        var fleet = Fleets.settled
        let id = PromotionID.of("prod", "e")
        let signer = EvidenceSigner(principals: [reviewer], roles: [], key: "SHA256:x")
        fleet.evidence = EvidenceShelf(consents: [
            id: [Consent(id: .of("1"), kind: kind, promotion: id, signer: signer, reason: "R", firstSeen: at)]
        ])
        let emergency = Emergency(
            reason: "down", by: ["eve@example.invalid"], reviewWithin: TimeSpan(seconds: 86_400))
        let findings = Self.findings(fleet) { evidence in
            evidence.emergencies = [
                .init(environment: "prod", promotion: id, at: at, emergency: emergency)
            ]
        }
        #expect(findings.map(\.kind) == kinds)
    }

    @Test(
        arguments: [
            (.rewound(count: 1), "was set back from aaaaaaaaaaaa to cccccccccccc, 1 commit is gone"),
            (
                .rewritten(from: String(repeating: "b", count: 40), count: 2),
                "was rewritten: cccccccccccc does not follow from aaaaaaaaaaaa, seen last; "
                    + "2 commits are gone since bbbbbbbbbbbb"
            ),
            (.unrelated, "was replaced: cccccccccccc has no commit in common with aaaaaaaaaaaa, seen last"),
            (.untold(reason: "R"), "cannot be told to follow from aaaaaaaaaaaa, seen last: R"),
        ] as [(HistoryBreak.Kind, String)])
    func `a rewritten history is found, whatever the rules that came with it say`(
        kind: HistoryBreak.Kind, account: String
    ) {
        var fleet = Fleets.settled
        fleet.policies.ignores = [Self.ignore(kind: .rewritten), Self.ignore(environment: "*")]
        func ids(tip: Character) -> [String] {
            var observation = fleet.observation
            let seen = String(repeating: "a", count: 40)
            observation.historyBreak = HistoryBreak(
                branch: "refs/heads/main", seen: seen, tip: String(repeating: tip, count: 40), kind: kind)
            let plan = Fleets.planner.plan(for: observation, at: Fleets.now)
            let findings = DriftDetection.findings(in: observation, evidence: Self.evidence(fleet), plan: plan)
            #expect(findings.map(\.kind) == [.rewritten] && findings[0].expected == seen)
            if tip == "c" {
                #expect(
                    findings[0].message == "refs/heads/main \(account); put it back (git update-ref refs/heads/main "
                        + "\(seen)), or accept it as it is (towpath accept-history)")
            }
            return findings.map(\.id)
        }
        #expect(ids(tip: "c") == ids(tip: "d"), "the cause is the same, wherever the branch goes from there")
    }

    @Test func `a settled fleet has no drift`() {
        #expect(Self.findings(Fleets.settled).isEmpty)
    }

    @Test(arguments: [
        (ignore(kind: .unpinned), true), (ignore(kind: .missing), false), (ignore(environment: "dev"), true),
        (ignore(environment: "d*"), true), (ignore(environment: "prod"), false), (ignore(component: "api"), true),
        (ignore(component: "a*"), true), (ignore(component: "web"), false),
        (ignore(kind: .unpinned, environment: "dev", component: "api"), true),
        (ignore(kind: .unpinned, environment: "prod", component: "api"), false), (ignore(id: "drift-0"), false),
        (ignore(kind: .unpinned, until: "2026-11-21T12:00:01Z"), true),
        (ignore(kind: .unpinned, until: Fleets.now), false),
    ])
    func `a rule hides what it speaks of until it expires`(_ rule: DriftIgnore, _ hides: Bool) throws {
        var fleet = Fleets.settled
        fleet.environments[0].declared["api"] = "api:latest"
        let id = try #require(Self.findings(fleet).first { $0.kind == .unpinned }).id
        fleet.policies.ignores = [rule]
        #expect(Self.findings(fleet).contains { $0.kind == .unpinned } != hides)
        fleet.policies.ignores = [Self.ignore(id: id)]
        #expect(!Self.findings(fleet).contains { $0.kind == .unpinned })
    }

    @Test func `a rule about a component leaves findings without one alone`() {
        var fleet = Fleets.settled
        fleet.environments[2].problems = [PlanCase.broken]
        fleet.policies.ignores = [Self.ignore(component: "*")]
        #expect(Self.findings(fleet).map(\.kind) == [.unknown])
    }

    @Test func `an expired rule cannot be hidden`() {
        var fleet = Fleets.settled
        fleet.policies.ignores = [Self.ignore(kind: .unpinned, until: Fleets.now), Self.ignore(kind: .expiredIgnore)]
        #expect(Self.findings(fleet).map(\.kind) == [.expiredIgnore])
    }

    @Test(arguments: 0..<UInt64(256))
    func `findings do not depend on the order in which a fleet was read`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        var fleet = SampleFleet.random(seed: seed)
        fleet.problems = [Problem(Place(file: "a"), "x"), Problem(Place(file: "a", line: 2), "y")]
        var shuffled = fleet
        shuffled.environments = random.shuffled(fleet.environments)
        shuffled.policies.contracts = random.shuffled(fleet.policies.contracts)
        shuffled.problems = random.shuffled(fleet.problems)
        #expect(Self.findings(shuffled) == Self.findings(fleet))
    }

    @Test(arguments: 0..<UInt64(256))
    func `an id stays while the difference does`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        var later = fleet
        later.basis = String(repeating: "f", count: 40)
        let ids = Self.findings(fleet).map(\.id)
        #expect(Self.findings(later).map(\.id) == ids)
        #expect(Set(ids).count == ids.count, "\(Self.text(Self.findings(fleet)))")
        #expect(ids.allSatisfy { $0.hasPrefix("drift-") && $0.utf8.count == 22 })
    }

    @Test(arguments: 0..<UInt64(256))
    func `what could not be read is always reported`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        let findings = Self.findings(fleet)
        for environment in fleet.environments {
            let kinds = findings.filter { $0.environment == environment.name }.map(\.kind)
            if !environment.problems.isEmpty { #expect(kinds.contains(.unknown)) }
            if case .unreadable = environment.published { #expect(kinds.contains(.unknown)) }
            if case .unreadable = environment.record { #expect(kinds.contains(.tampered)) }
        }
    }
}
