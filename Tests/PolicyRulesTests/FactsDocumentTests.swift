import JSONText
import ModelBuilders
import PolicyRules
import PromotionModel
import TestSupport
import Testing

@Suite struct FactsDocumentTests {
    private static let ada = World.signer("ada", roles: ["rm"])

    /// A world in which every fact says something.
    private static let full = World { world in
        let survey = ManifestSurvey(
            settings: ["web.yaml#D/web:spec.replicas": "2", "web.yaml#D/web:env.PASSWORD": "hunter2"],
            plainSecrets: [
                .init(
                    place: Place(file: "environments/prod/web.yaml", line: 9, column: 3),
                    path: "web.yaml#D/web:env.PASSWORD", reason: "a password")
            ], secretNames: ["db"], resources: ["cpu": World.cpu], unstatedResources: ["memory": ["web"]],
            dependencies: ["web": ["db"]])
        world.changes.append(
            Promotion.Change(component: "api", from: "api:1", to: nil, supersedes: .of("prod", "b")))
        world.holds = [.make(.environment, rejected: .of("9"))]
        world.sources = [World.source("staging", ["web": World.web], declared: ["web": World.web], survey: survey)]
        world.residences = [World.stay("staging", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")]
        world.freezes = [.make("sale", ["prod"], until: "2026-12-01T00:00:00Z")]
        world.recorded = ["web": .pinned("web", "1.4", "4")]
        world.companions = [World.change("db", .pinned("db", "2", "2"))]
        world.evidence = [
            World.statement(
                "1", .tests, ["failed": World.number("0.0"), "final": .flag(true), "odd": .incomparable("[1]")])
        ]
        world.refusedEvidence = [World.refused(.strangeKey, reason: "unknown key")]
        world.consents = [World.consent("2", by: ada, reason: "looks good")]
        world.people = People(
            roles: ["rm": ["ada@example.org"]], aliases: [["ada@home.example", "ada@example.org"]])
        world.buildAuthors = ["ci@example.org"]
        world.survey = survey
        world.arrivalTimes = ["2026-11-20T00:00:00Z", "2026-11-19T00:00:00Z"]
        world.waitingSince = "2026-11-21T10:00:00Z"
        world.answers = [RegoRule(file: "prod.rego", query: "data.towpath.deny"): .denied(["no"])]
    }

    private static func text(_ world: World, at instant: Timestamp? = nil) -> String {
        FactsDocument.text(of: world.facts, contract: world.contract, at: instant)
    }

    @Test func `the document shows every fact`() {
        let value = FactsDocument.value(of: Self.full.facts, contract: Self.full.contract, at: World.now)
        #expect(Self.text(Self.full, at: World.now) == JSONWriter.line(value))
        Golden.expect(String(decoding: JSONWriter.document(value), as: UTF8.self), is: "facts.json")
    }

    @Test func `no secret is in it`() {
        #expect(!Self.text(Self.full).contains("hunter2"))
    }

    @Test func `it reads back as JSON, keys sorted`() throws {
        func expectSorted(_ value: JSONValue) {
            switch value {
            case .object(let members):
                let keys = members.map { Array($0.key.utf8) }
                #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
                for member in members { expectSorted(member.value) }
            case .array(let items): for item in items { expectSorted(item) }
            case .null, .bool, .number, .string: break
            }
        }
        expectSorted(try JSONReader.value(Self.text(Self.full)))
    }

    @Test func `the instant and the answers come in only where they are known`() throws {
        var unasked = Self.full
        unasked.answers = [:]
        let value = try JSONReader.value(Self.text(unasked))
        #expect(value["at"] == nil)
        #expect(value["answers"] == nil)
        #expect(try JSONReader.value(Self.text(unasked, at: World.now))["at"]?.string == "2026-11-21T12:00:00Z")
    }

    @Test func `the order of the facts does not matter`() {
        var world = Self.full
        world.evidence.append(World.statement("3", minutesAgo: 5))
        world.consents.append(World.consent("4", by: Self.ada, minutesAgo: 5))
        world.residences.append(World.stay("qa", "2026-11-01T00:00:00Z", nil))
        var reversed = world
        reversed.changes.reverse()
        reversed.evidence.reverse()
        reversed.consents.reverse()
        reversed.residences.reverse()
        reversed.arrivalTimes.reverse()
        #expect(Self.text(world) == Self.text(reversed))
    }

    /// Each change of a fact, one by one, changes the document: nothing that a gate sees is left out.
    @Test func `every fact counts`() {
        let changes: [(inout World) -> Void] = [
            { $0.changes.removeLast() }, { $0.holds = [] }, { $0.sources = [] }, { $0.residences = [] },
            { $0.freezes = [] }, { $0.zones = [:] }, { $0.recorded = [:] }, { $0.companions = [] },
            { $0.evidence = [] }, { $0.refusedEvidence = [] }, { $0.consents = [] }, { $0.people = People() },
            { $0.people = People(roles: $0.people.roles) }, { $0.changeAuthors = nil }, { $0.changeAuthors = [] },
            { $0.buildAuthors = [] }, { $0.survey = nil }, { $0.arrivalTimes = [] }, { $0.waitingSince = nil },
            { $0.answers = [:] }, { $0.sources = [World.unreadable("staging")] },
        ]
        let before = Self.text(Self.full)
        var seen: Set<String> = [before]
        for change in changes {
            var world = Self.full
            change(&world)
            #expect(seen.insert(Self.text(world)).inserted)
        }
    }
}

extension World {
    fileprivate static let cpu = Measure(2)
}
