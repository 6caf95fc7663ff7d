import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

extension GateCase: CustomTestStringConvertible {
    var testDescription: String { name }
}

@Suite struct PinnedGateTests {
    @Test(arguments: [
        GateCase("pinned", "open: every artifact carries a digest") { _ in },
        GateCase("by tag", "closed: web declares web:1 without a digest; add @sha256:…") { world in
            world.changes = [World.change("web", "web:1")]
        },
        GateCase("several", "closed: api declares api without a digest (and 1 more); add @sha256:…") { world in
            world.changes = [
                World.change("api", "api"), World.change("new", World.web), World.change("web", "web:1"),
            ]
        },
        GateCase("a component that goes needs none", "open: every artifact carries a digest") { world in
            world.changes = [World.change("web", nil)]
        },
        GateCase(
            "a chart",
            "closed: web declares chart::web:1.2.3 without a digest; a chart has none: only \"pinned: tag\" lets its version pass"
        ) { world in
            world.changes = [World.change("web", "chart::web:1.2.3")]
        },
        GateCase("a commit of git", "open: every artifact carries a digest") { world in
            world.changes = [World.change("web", .git(String(repeating: "a", count: 40)))]
        },
        GateCase("nothing is asked", "") { world in
            world.gates = []
            world.changes = [World.change("web", "web:1"), World.change("x", .git("main")), World.change("y", "y")]
        },
        GateCase(
            "latest passes nowhere",
            "closed: web declares web:1.2-Latest by a tag that is meant to move; name a version, or add @sha256:…"
        ) { world in
            world.gates = []
            world.changes = [World.change("web", "web:1.2-Latest")]
        },
    ])
    func `what arrives carries a digest`(_ row: GateCase) {
        #expect(row.world.result(of: .pinned) == row.expected)
    }
}

@Suite struct HoldGateTests {
    private static let held = "is held by Ada <ada@example.invalid> since 2026-11-01T00:00:00Z"

    @Test(arguments: [
        GateCase("none", "open: no hold") { _ in },
        GateCase("another component", "open: no hold") { $0.holds = [.make(.component("api"))] },
        GateCase("past", "open: no hold") { $0.holds = [.make(.component("web"), until: World.now)] },
        GateCase("without end", "closed: web \(held): incident 7") { $0.holds = [.make(.component("web"))] },
        GateCase(
            "with an end",
            "pending: web \(held) until 2026-11-21T12:00:01Z: incident 7 [2026-11-21T12:00:01Z]"
        ) { $0.holds = [.make(.component("web"), until: "2026-11-21T12:00:01Z")] },
        GateCase("the environment", "closed: prod \(held): incident 7") { $0.holds = [.make(.environment)] },
        GateCase(
            "several with ends last until the last",
            "pending: prod \(held) until 2026-11-22T00:00:00Z: incident 7 [2026-11-23T00:00:00Z]"
        ) { world in
            world.holds = [
                .make(.component("web"), until: "2026-11-23T00:00:00Z"),
                .make(.environment, until: "2026-11-22T00:00:00Z"),
            ]
        },
        GateCase(
            "one without end outlasts the others",
            "closed: prod \(held) until 2026-11-22T00:00:00Z: incident 7"
        ) { world in
            world.holds = [.make(.environment, until: "2026-11-22T00:00:00Z"), .make(.component("web"))]
        },
        GateCase("a component that goes is held too", "closed: web \(held): incident 7") { world in
            world.changes = [World.change("web", nil)]
            world.holds = [.make(.component("web"))]
        },
    ])
    func `nothing moves that somebody holds`(_ row: GateCase) {
        #expect(row.world.result(of: .hold) == row.expected)
    }
}

@Suite struct FreezeGateTests {
    private static let frozen = "(Ada <ada@example.invalid>) until"

    @Test(arguments: [
        GateCase("none", "open: no freeze") { _ in },
        GateCase("elsewhere", "open: no freeze") { $0.freezes = [.make("x", ["dev"], until: "2026-12-01T00:00:00Z")] },
        GateCase("over", "open: no freeze") { $0.freezes = [.make("x", ["prod"], until: World.now)] },
        GateCase("ahead", "open: no freeze [2026-11-21T12:00:01Z]") { world in
            world.freezes = [
                .make("later", ["prod"], from: "2026-11-25T00:00:00Z", until: "2026-12-01T00:00:00Z"),
                .make("soon", ["pr*"], from: "2026-11-21T12:00:01Z", until: "2026-12-01T00:00:00Z"),
            ]
        },
        GateCase(
            "begins now",
            "pending: frozen by \"x\" \(frozen) 2026-12-01T00:00:00Z: year end [2026-12-01T00:00:00Z]"
        ) { $0.freezes = [.make("x", ["prod"], from: World.now, until: "2026-12-01T00:00:00Z")] },
        GateCase(
            "the last to end counts",
            "pending: frozen by \"b\" \(frozen) 2027-01-02T00:00:00Z: year end [2027-01-02T00:00:00Z]"
        ) { world in
            world.freezes = [
                .make("a", ["*"], until: "2026-12-01T00:00:00Z"), .make("c", ["prod"], until: "2027-01-02T00:00:00Z"),
                .make("b", ["prod"], until: "2027-01-02T00:00:00Z"),
            ]
        },
    ])
    func `nothing arrives in a frozen environment`(_ row: GateCase) {
        #expect(row.world.result(of: .freeze) == row.expected)
        var reversed = row.world
        reversed.freezes.reverse()
        #expect(reversed.result(of: .freeze) == row.expected)
    }
}

@Suite struct SourceGateTests {
    @Test(arguments: [
        GateCase("recorded", "open: recorded in staging") { _ in },
        GateCase("recorded under another name", "open: recorded in staging") { world in
            world.sources = [World.source("staging", ["other": .pinned("elsewhere", "x", "5")])]
        },
        GateCase("an entry environment", "open: builds arrive here") { $0.from = [] },
        GateCase("nothing arrives", "open: no artifact arrives") { $0.changes = [World.change("web", nil)] },
        GateCase(
            "never recorded", "closed: web 1.5 (555555555555) was never recorded in staging; promote it there first"
        ) { $0.sources = [World.source("staging", ["web": .pinned("web", "1.5", "4")])] },
        GateCase(
            "never recorded in any",
            "closed: web 1.5 (555555555555) was never recorded in staging or qa; promote it there first"
        ) { world in
            world.from = ["staging", "qa"]
            world.sources = [World.source("staging", [:]), World.source("qa", [:])]
        },
        GateCase("declared there", "pending: web 1.5 is declared in staging and not recorded there yet") { world in
            world.sources = [World.source("staging", [:], declared: ["web": World.web])]
        },
        GateCase("unreadable", "pending: staging could not be read") { $0.sources = [World.unreadable("staging")] },
        GateCase("no such environment", "pending: staging could not be read") { $0.sources = [] },
        GateCase("one of two unreadable", "pending: qa could not be read") { world in
            world.from = ["staging", "qa"]
            world.sources.append(World.unreadable("qa"))
        },
        GateCase("degraded", "closed: web 1.5 is degraded in staging") { world in
            world.sources = [World.source("staging", ["web": World.web], health: .degraded)]
        },
        GateCase("degraded in one of two", "closed: web 1.5 is degraded in qa") { world in
            world.from = ["staging", "qa"]
            world.sources.append(World.source("qa", ["web": World.web], health: .degraded))
        },
        GateCase("rolled back", "closed: web 1.5 was rolled back in staging: incident 7") { world in
            let hold = Hold.make(.component("web"), until: "2026-11-02T00:00:00Z", rejected: .of("5"))
            world.sources = [World.source("staging", ["web": .pinned("web", "1.4", "4")], holds: [hold])]
            world.residences = [World.stay("staging", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")]
        },
        GateCase("moved on", "open: recorded in staging") { world in
            world.sources = [World.source("staging", ["web": .pinned("web", "1.6", "6")])]
            world.residences = [World.stay("staging", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")]
        },
        GateCase(
            "a stay elsewhere does not count",
            "closed: web 1.5 (555555555555) was never recorded in staging; promote it there first"
        ) { world in
            world.sources = [World.source("staging", [:])]
            world.residences = [World.stay("dev", "2026-11-01T00:00:00Z", nil)]
        },
        GateCase(
            "a degraded stay does not count",
            "closed: web 1.5 (555555555555) was never recorded in staging; promote it there first"
        ) { world in
            world.sources = [World.source("staging", [:])]
            world.residences = [World.stay("staging", "2026-11-01T00:00:00Z", nil, health: .degraded)]
        },
        GateCase("without a digest the text counts", "open: recorded in staging") { world in
            world.changes = [World.change("web", "web:1")]
            world.sources = [World.source("staging", ["web": "web:1"])]
        },
        GateCase("two artifacts from two sources", "open: recorded in qa and staging") { world in
            world.from = ["staging", "qa"]
            world.changes.append(World.change("api", .pinned("api", "2", "2")))
            world.sources.append(World.source("qa", ["api": .pinned("api", "2", "2")]))
        },
    ])
    func `what arrives was recorded in a source`(_ row: GateCase) {
        #expect(row.world.result(of: .source) == row.expected)
        var reversed = row.world
        reversed.sources.reverse()
        reversed.residences.reverse()
        #expect(reversed.result(of: .source) == row.expected)
    }

    @Test func `the source that counted is named if it is one`() {
        #expect(World().verdict().source == "staging")
        #expect(World { $0.from = [] }.verdict().source == nil)
    }
}

@Suite struct SoakGateTests {
    private static func soak(
        _ name: String, _ expected: String, at instant: Timestamp = World.now,
        _ change: (inout World) -> Void = { _ in }
    ) -> GateCase {
        GateCase(name, expected, at: instant) { world in
            world.gates = [.soak("1h")]
            change(&world)
        }
    }

    private static let since =
        "web 1.5 has been in staging since 2026-11-21T11:00:00Z; 1h are full at 2026-11-21T12:00:00Z"

    @Test(arguments: [
        soak("exactly full", "open: web 1.5 in staging since 2026-11-21T11:00:00Z, for 1h or more"),
        soak(
            "a second before", "pending: \(since) [2026-11-21T12:00:00Z]", at: "2026-11-21T11:59:59Z"),
        soak(
            "long after", "open: web 1.5 in staging since 2026-11-21T11:00:00Z, for 1h or more",
            at: "2030-01-01T00:00:00Z"),
        soak(
            "a clock that went backwards only delays", "pending: \(since) [2026-11-21T12:00:00Z]",
            at: "2020-01-01T00:00:00Z"),
        soak("an entry environment", "open: builds arrive here: there is no source to soak in") { $0.from = [] },
        soak("nothing arrives", "open: nothing to soak") { $0.changes = [World.change("web", nil)] },
        soak("no source", "pending: 1h count from its record in a source environment") { $0.sources = [] },
        soak(
            "never recorded", "pending: 1h count from its record in a source environment"
        ) { $0.sources = [World.source("staging", [:])] },
        soak("degraded", "pending: 1h count from its record in a source environment") { world in
            world.sources = [World.source("staging", ["web": World.web], health: .degraded)]
        },
        soak(
            "moved on too early",
            "closed: web 1.5 stayed in staging for 59m59s only, from 2026-11-20T00:00:00Z until "
                + "2026-11-20T00:59:59Z; 1h are needed"
        ) { world in
            world.sources = [World.source("staging", ["web": .pinned("web", "1.6", "6")])]
            world.residences = [World.stay("staging", "2026-11-20T00:00:00Z", "2026-11-20T00:59:59Z")]
        },
        soak("moved on in time", "open: web 1.5 in staging since 2026-11-20T00:00:00Z, for 1h or more") { world in
            world.sources = [World.source("staging", ["web": .pinned("web", "1.6", "6")])]
            world.residences = [World.stay("staging", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z")]
        },
        soak(
            "came back after a long stay", "open: web 1.5 in staging since 2026-11-20T00:00:00Z, for 1h or more"
        ) { world in
            world.sources = [World.source("staging", ["web": World.web], at: "2026-11-21T11:59:00Z")]
            world.residences = [World.stay("staging", "2026-11-20T00:00:00Z", "2026-11-20T01:00:00Z")]
        },
        soak(
            "came back after a short stay",
            "pending: web 1.5 has been in staging since 2026-11-21T11:59:00Z; 1h are full at 2026-11-21T12:59:00Z "
                + "[2026-11-21T12:59:00Z]"
        ) { world in
            world.sources = [World.source("staging", ["web": World.web], at: "2026-11-21T11:59:00Z")]
            world.residences = [World.stay("staging", "2026-11-20T00:00:00Z", "2026-11-20T00:59:00Z")]
        },
        soak("the earlier of two sources", "open: web 1.5 in qa since 2026-11-20T00:00:00Z, for 1h or more") { world in
            world.from = ["staging", "qa"]
            world.sources.append(World.source("qa", ["web": World.web], at: "2026-11-20T00:00:00Z"))
        },
        soak(
            "the last of several artifacts",
            "pending: api 2 has been in staging since 2026-11-21T11:30:00Z; 1h are full at 2026-11-21T12:30:00Z "
                + "[2026-11-21T12:30:00Z]"
        ) { world in
            let api = Artifact.pinned("api", "2", "2")
            world.changes = [World.change("api", api), World.change("web", World.web)]
            world.sources[0].add("api", api, at: "2026-11-21T11:30:00Z")
        },
        soak("recorded before 1970", "open: web 1.5 in staging since 0001-01-01T00:00:00Z, for 1h or more") { world in
            world.sources = [World.source("staging", ["web": World.web], at: "0001-01-01T00:00:00Z")]
            world.residences = [World.stay("staging", "0002-01-01T00:00:00Z", nil)]
        },
    ])
    func `what arrives has soaked`(_ row: GateCase) {
        #expect(row.world.result(of: .soak, at: row.instant) == row.expected)
    }
}

extension Facts.Source {
    fileprivate mutating func add(_ component: ComponentName, _ artifact: Artifact, at instant: Timestamp) {
        var record = record
        record?.components[component] = EnvironmentRecord.Component(
            artifact: artifact, promotion: .of("staging", "c"), source: nil, at: instant, previous: nil,
            health: .assumed)
        self = Facts.Source(name: name, record: record, declarations: declarations)
    }
}
