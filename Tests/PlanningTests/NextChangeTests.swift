import ModelBuilders
import Planning
import PromotionModel
import Testing

/// Which instant people are told to look forward to, and until when nothing at all changes by itself.
@Suite struct NextChangeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let next: Timestamp?
        let stableUntil: Timestamp?
        let fleet: SampleFleet

        init(
            _ name: String, next: Timestamp?, stableUntil: Timestamp?, since: Timestamp = "2026-11-21T10:00:00Z",
            gates: [GateSpecification] = [], _ change: (inout SampleFleet) -> Void = { _ in }
        ) {
            testDescription = name
            self.next = next
            self.stableUntil = stableUntil
            var fleet = Fleets.promoting(since: since)
            fleet.policies.contracts[2] = .make(
                "to-prod", to: ["prod"], from: ["staging"], gates: [.pinned, .soak("1h")] + gates)
            change(&fleet)
            self.fleet = fleet
        }
    }

    /// It is Saturday noon.
    private static let noon: GateSpecification = .windows([
        Window(days: [6], from: 11 * 60, to: 14 * 60, zone: "UTC")
    ])
    private static let weekdays: GateSpecification = .windows([
        Window(days: [1, 2, 3, 4, 5], from: 9 * 60, to: 16 * 60, zone: "UTC")
    ])
    private static func approvals(escalation: TimeSpan? = nil) -> GateSpecification {
        .approvals([
            ApprovalRule(
                count: 1, role: "rm", notAuthor: false, expiry: nil, escalation: escalation,
                escalationRole: escalation == nil ? nil : "oncall")
        ])
    }
    private static let two: Timestamp = "2026-11-21T14:00:00Z"
    private static let monday: Timestamp = "2026-11-23T09:00:00Z"
    private static let later: Timestamp = "2026-11-25T00:00:00Z"

    private static func roles(_ fleet: inout SampleFleet) {
        fleet.policies.people = People(roles: ["rm": ["ada@example.org"], "oncall": ["otto@example.org"]])
    }

    private static let rows = [
        Row("nothing waits", next: nil, stableUntil: nil) { $0 = Fleets.settled },
        Row("permitted, without an end", next: nil, stableUntil: nil),
        Row("permitted until the window closes", next: two, stableUntil: two, gates: [noon]),
        Row(
            "waits for time", next: "2026-11-21T12:30:00Z", stableUntil: "2026-11-21T12:30:00Z",
            since: "2026-11-21T11:30:00Z", gates: [noon]),
        Row("waits for a window", next: monday, stableUntil: monday, gates: [weekdays]),
        Row("waits for people in an open window", next: nil, stableUntil: two, gates: [noon, approvals()], roles),
        Row("waits for people and a window", next: monday, stableUntil: monday, gates: [weekdays, approvals()], roles),
        Row(
            "waits for people, of whom there will be more", next: "2026-11-21T13:00:00Z",
            stableUntil: "2026-11-21T13:00:00Z", gates: [noon, approvals(escalation: "2h")]
        ) { fleet in
            roles(&fleet)
            let waiting = Fleets.plan(fleet).environments.flatMap(\.entry.items)[0]
            fleet.environments[2].edit { record in
                let pending = EnvironmentRecord.Pending(
                    result: .waiting, since: "2026-11-21T11:00:00Z", artifacts: waiting.artifacts, retired: [],
                    configuration: nil, gates: [:])
                record.pending[waiting.promotion] = pending
            }
        },
        Row("refused in an open window", next: nil, stableUntil: two, gates: [noon]) { fleet in
            fleet.environments[2].declared["web"] = Fleets.web("9")
        },
        Row("refused, and the window will open", next: nil, stableUntil: monday, gates: [weekdays]) { fleet in
            fleet.environments[2].declared["web"] = Fleets.web("9")
        },
        Row("held without an end", next: nil, stableUntil: monday, gates: [weekdays]) { fleet in
            fleet.environments[2].edit { $0.holds[.component("web")] = .make(.component("web")) }
        },
        Row("held until an instant", next: later, stableUntil: later) { fleet in
            fleet.environments[2].edit { $0.holds[.component("web")] = .make(.component("web"), until: later) }
        },
        Row("a hold ends where nothing waits", next: nil, stableUntil: later) { fleet in
            fleet = Fleets.settled
            fleet.environments[2].edit { $0.holds[.component("web")] = .make(.component("web"), until: later) }
        },
        Row("evidence will count", next: later, stableUntil: two, gates: [noon, approvals()]) { fleet in
            roles(&fleet)
            fleet.evidence = EvidenceShelf(nextChange: later)
        },
        Row("evidence will count, and all is permitted", next: two, stableUntil: two, gates: [noon]) { fleet in
            fleet.evidence = EvidenceShelf(nextChange: later)
        },
        Row("one is refused, another waits", next: monday, stableUntil: monday, gates: [weekdays]) { fleet in
            fleet.environments[2].declared["api"] = Fleets.api("9")
        },
    ]

    @Test(arguments: rows)
    func `the next change is one that permits more, or ends a permission`(_ row: Row) {
        let plan = Fleets.plan(row.fleet)
        #expect(plan.nextChange == row.next, "next change")
        #expect(plan.stableUntil == row.stableUntil, "stable until")
    }

    @Test(arguments: 0..<UInt64(256))
    func `until then the plan of the same observation stays the same`(seed: UInt64) {
        let fleet = SampleFleet.random(seed: seed)
        let plan = Fleets.plan(fleet)
        let end = plan.stableUntil ?? plan.at + TimeSpan(seconds: 40 * 86_400)
        #expect(end > plan.at)
        if let next = plan.nextChange { #expect(end <= next) }
        let last = Fleets.plan(fleet, at: Timestamp(seconds: end.seconds - 1))
        for (now, then) in zip(plan.environments, last.environments) {
            #expect(now.actions == then.actions && now.components == then.components)
            #expect(now.entry.items.map(\.result) == then.entry.items.map(\.result))
        }
    }
}
