import ModelBuilders
import Planning
import PromotionModel
import TestSupport
import Testing

/// A fleet and the golden file that its plan is compared with.
struct PlanCase: Sendable, CustomTestStringConvertible {
    let name: String
    let fleet: SampleFleet

    init(_ name: String, _ fleet: SampleFleet = Fleets.settled, _ change: (inout SampleFleet) -> Void) {
        self.name = name
        var fleet = fleet
        change(&fleet)
        self.fleet = fleet
    }

    var testDescription: String { name }

    static let broken = Problem(Place(file: "environments/prod/api.yaml", line: 3, column: 7), "no mapping")
}

@Suite struct PlannerTests {
    private static let soaked: Timestamp = "2026-11-21T10:00:00Z"
    private static let fresh: Timestamp = "2026-11-21T11:30:00Z"

    private static let cases: [PlanCase] = [
        PlanCase("settled") { _ in },
        PlanCase("promote", Fleets.promoting(since: soaked)) { _ in },
        PlanCase("wait", Fleets.promoting(since: fresh)) { _ in },
        PlanCase("refuse", Fleets.settled) { fleet in
            fleet.environments[2].declared["web"] = Fleets.web("9")
            fleet.environments[2].declared["api"] = "api:latest"
        },
        PlanCase("no-contract", Fleets.promoting(since: soaked)) { $0.policies.contracts.removeLast() },
        PlanCase("tie", Fleets.promoting(since: soaked)) { fleet in
            fleet.policies.contracts.append(.make("again", to: ["prod"], from: ["dev"]))
        },
        PlanCase("held", Fleets.promoting(since: soaked)) { fleet in
            fleet.environments[2].edit { record in
                record.holds[.component("web")] = .make(.component("web"), until: "2026-11-25T00:00:00Z")
            }
        },
        PlanCase("frozen", Fleets.promoting(since: soaked)) { fleet in
            fleet.policies.freezes = [.make("year-end", ["prod"], until: "2027-01-02T00:00:00Z")]
        },
        PlanCase("retire") { fleet in
            fleet.environments[2].declared["api"] = nil
            fleet.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("2")])
        },
        PlanCase("retire-last") { fleet in
            fleet.environments[2].declared = [:]
            fleet.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("2")])
        },
        PlanCase("incomplete", Fleets.promoting(since: soaked)) { fleet in
            fleet.environments[2].declared["api"] = nil
            fleet.environments[2].problems = [PlanCase.broken]
        },
        PlanCase("unreadable-lock", Fleets.promoting(since: soaked)) { fleet in
            fleet.environments[2].record = .unreadable(
                Problem(Place(file: "environments/prod/environment.lock"), "edited"))
        },
        PlanCase("unreadable-source", Fleets.promoting(since: soaked)) { fleet in
            fleet.environments[1].record = .unreadable(
                Problem(Place(file: "environments/staging/environment.lock"), "edited"))
        },
        PlanCase("configuration") { fleet in
            for index in 0...2 { fleet.environments[index].configuration = .of("c") }
            fleet.environments[2].edit { record in
                record.configuration = EnvironmentRecord.Configuration(
                    digest: .of("b"), promotion: .of("prod", "b"), at: "2026-11-01T00:00:00Z")
            }
        },
        PlanCase("publish-first", Fleets.promoting(since: fresh)) { fleet in
            fleet.environments[2].published = .absent(branch: "refs/heads/live/prod")
        },
        PlanCase("publish-drifted") { fleet in
            fleet.environments[2].publish(["web": Fleets.web("7"), "extra": Fleets.web("8")])
        },
        PlanCase("adopt") { fleet in
            fleet.environments[2].record = .absent
            fleet.environments[2].configuration = .of("c")
            fleet.environments[1].record = .absent
            fleet.adoptable = ["prod"]
        },
        PlanCase("adopt-unpinned") { fleet in
            fleet.environments[2].record = .absent
            fleet.environments[2].declared["api"] = "api:latest"
            fleet.adoptable = ["prod"]
        },
        PlanCase("published-unreadable") { fleet in
            fleet.environments[2].published = .unreadable(Problem(Place(file: "refs/heads/live/prod"), "broken"))
        },
    ]

    @Test(arguments: cases)
    func `a plan says all that it decides`(_ row: PlanCase) {
        Golden.expect(Fleets.plan(row.fleet).text, is: "plan-\(row.name).txt")
    }

    /// web has soaked, api has not.
    private static func set(_ unit: Contract.Unit) -> SampleFleet {
        var fleet = Fleets.promoting(since: soaked)
        fleet.environments[1].settle("api", Fleets.api("6"), at: fresh)
        fleet.environments[2].declared["api"] = Fleets.api("6")
        fleet.policies.contracts[2] = .make(
            "to-prod", to: ["prod"], from: ["staging"], unit: unit, gates: [.pinned, .soak("1h")])
        return fleet
    }

    @Test func `each component moves as soon as it may`() throws {
        let prod = try #require(Fleets.plan(Self.set(.each)).environments.first { $0.environment == "prod" })
        #expect(prod.actions.map(\.kind) == [.wait, .promote])
        #expect(prod.actions.map { $0.promotion.changes.map(\.component) } == [["api"], ["web"]])
    }

    @Test func `together everything moves or nothing`() throws {
        let fleet = Self.set(.together)
        let prod = try #require(Fleets.plan(fleet).environments.first { $0.environment == "prod" })
        #expect(prod.actions.map(\.kind) == [.wait])
        #expect(prod.actions.first?.promotion.changes.map(\.component) == ["api", "web"])
        let later = try #require(
            Fleets.plan(fleet, at: "2026-11-21T12:30:00Z").environments.first { $0.environment == "prod" })
        #expect(later.actions.map(\.kind) == [.promote])
        #expect(Set(later.record?.components.values.map(\.promotion) ?? []).count == 1)
    }

    @Test func `what waits is recorded once, and again only for new grounds`() throws {
        var fleet = Fleets.promoting(since: Self.fresh)
        fleet = fleet.after(Fleets.plan(fleet))
        #expect(Fleets.plan(fleet).isEmpty)
        #expect(Fleets.plan(fleet, at: "2026-11-21T12:29:59Z").isEmpty, "the time left is no new ground")
        // Another gate shuts: new grounds, the same promotion, waiting since the same instant.
        fleet.policies.freezes = [.make("x", ["prod"], until: "2026-12-01T00:00:00Z")]
        let frozen = Fleets.plan(fleet, at: "2026-11-21T12:01:00Z")
        let prod = try #require(frozen.environments.first { $0.environment == "prod" })
        #expect(prod.entry.items.map(\.result) == [.waiting])
        #expect(prod.record?.pending.values.map(\.since) == [Fleets.now])
        #expect(prod.record?.pending.values.flatMap { $0.gates.keys.sorted() } == [.freeze, .soak])
        fleet = fleet.after(frozen)
        #expect(Fleets.plan(fleet, at: "2026-11-21T12:02:00Z").isEmpty)
        // It opens: the promotion arrives under the name it waited under.
        fleet.policies.freezes = []
        let open = Fleets.plan(fleet, at: "2026-11-21T12:30:00Z").environments.first { $0.environment == "prod" }
        #expect(open?.entry.items.map(\.result) == [.promoted])
        #expect(open?.entry.items.map(\.promotion) == prod.entry.items.map(\.promotion))
        #expect(open?.record?.pending.isEmpty == true)
    }

    @Test func `what waited and is declared no more is withdrawn`() {
        var fleet = Fleets.promoting(since: Self.fresh)
        fleet = fleet.after(Fleets.plan(fleet))
        fleet.environments[2].declared["web"] = Fleets.web("1")
        let withdrawn = Fleets.plan(fleet).environments.first { $0.environment == "prod" }
        #expect(withdrawn?.entry.items.map(\.result) == [.withdrawn])
        #expect(withdrawn?.record?.pending.isEmpty == true)
        fleet.environments[2].declared["web"] = Fleets.web("6")
        let replaced = Fleets.plan(fleet).environments.first { $0.environment == "prod" }
        #expect(replaced?.entry.items.map(\.result) == [.refused, .withdrawn])
        #expect(replaced?.record?.pending.count == 1)
    }

    @Test func `a file that cannot be read withdraws nothing`() {
        var fleet = Fleets.promoting(since: Self.fresh)
        fleet = fleet.after(Fleets.plan(fleet))
        fleet.environments[2].declared["web"] = nil
        fleet.environments[2].problems = [PlanCase.broken]
        #expect(Fleets.plan(fleet).isEmpty)
        fleet.environments[2].declared["web"] = Fleets.web("1")
        let prod = Fleets.plan(fleet).environments.first { $0.environment == "prod" }
        #expect(prod?.entry.items.map(\.result) == [.withdrawn])
    }

    @Test func `a fleet without contracts begins no ledger`() {
        let fleet = SampleFleet(
            [SampleEnvironment("prod", declared: ["web": Fleets.web("1")])], contracts: [])
        let plan = Fleets.plan(fleet)
        #expect(plan.isEmpty)
        #expect(plan.hasRefusals)
    }

    @Test func `rolling a digest back and forth names a new promotion each time`() {
        var fleet = SampleFleet(
            [.settled("dev", ["web": Fleets.web("1")])], contracts: [.make("to-dev", to: ["dev"], from: [])])
        var seen: Set<PromotionID> = []
        for round in 0..<8 as Range<Int64> {
            fleet.environments[0].declared["web"] = Fleets.web(round % 2 == 0 ? "2" : "1")
            let plan = Fleets.plan(fleet, at: Timestamp(seconds: Fleets.now.seconds + round))
            let ids = plan.environments.flatMap { $0.entry.items.map(\.promotion) }
            #expect(ids.count == 1 && seen.insert(ids[0]).inserted)
            fleet = fleet.after(plan)
        }
    }

    @Test func `configuration is not published while it is not known or not permitted`() {
        func takes(_ declared: Digest?, _ recorded: Digest?) -> Bool? {
            var fleet = Fleets.promoting(since: Self.soaked)
            fleet.environments[2].publish(["web": Fleets.web("1"), "api": Fleets.api("2")])
            fleet.environments[2].configuration = declared
            fleet.environments[2].edit { record in
                record.configuration = recorded.map {
                    EnvironmentRecord.Configuration(digest: $0, promotion: .of("prod", "b"), at: Self.soaked)
                }
                record.holds[.environment] = nil
            }
            if declared == nil { fleet.environments[2].problems = [PlanCase.broken] }
            // Configuration is judged by a contract that only speaks of web: nothing permits it.
            fleet.policies.contracts[2] = .make("web", to: ["prod"], from: ["staging"], components: ["web"])
            return Fleets.plan(fleet).environments.first { $0.environment == "prod" }?.publication?.takesConfiguration
        }
        #expect(takes(.of("c"), .of("c")) == true)
        #expect(takes(.of("c"), .of("b")) == false)
        #expect(takes(.of("c"), nil) == false)
        #expect(takes(nil, .of("c")) == false)
        #expect(takes(nil, nil) == false)
    }
}

@Suite struct FingerprintTests {
    private static func id(_ changes: [Promotion.Change], _ digest: Digest? = nil, in name: EnvironmentName = "prod")
        -> PromotionID
    {
        Fingerprint.promotion(
            environment: name, changes: changes,
            configuration: digest.map { Promotion.ConfigurationChange(from: nil, to: $0, supersedes: nil) })
    }

    private static let web = Promotion.Change(component: "web", from: nil, to: Fleets.web("1"), supersedes: nil)
    private static let api = Promotion.Change(component: "api", from: nil, to: Fleets.api("1"), supersedes: nil)

    @Test func `an id is derived from the content and nothing else`() {
        #expect(Self.id([Self.web]).description == "prod.c9885cd730f44e46")
        #expect(Self.id([Self.web, Self.api]) == Self.id([Self.api, Self.web]))
        let retagged = Promotion.Change(
            component: "web", from: Fleets.api("2"), to: .pinned("web", "other", "1"), supersedes: nil)
        #expect(Self.id([retagged]) == Self.id([Self.web]), "the content is the digest")
    }

    @Test func `every part of the content counts`() {
        let superseding = Promotion.Change(
            component: "web", from: nil, to: Fleets.web("1"), supersedes: .of("prod", "a"))
        let retired = Promotion.Change(component: "web", from: nil, to: nil, supersedes: nil)
        let unpinned = Promotion.Change(component: "web", from: nil, to: "web:1", supersedes: nil)
        let ids = [
            Self.id([Self.web]), Self.id([Self.api]), Self.id([Self.web, Self.api]), Self.id([superseding]),
            Self.id([retired]), Self.id([unpinned]), Self.id([]), Self.id([], .of("1")), Self.id([Self.web], .of("1")),
            Self.id([Self.web], in: "dev"),
        ]
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { PromotionID($0.description) == $0 })
    }
}
