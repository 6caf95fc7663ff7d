import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

/// What must hold of the gates whatever the facts are.
@Suite struct GatePropertyTests {
    private static let failures = EvidenceRule.Condition(path: "failed", demand: .equals(.number(Measure(0))))

    /// Whether a statement passes what the worlds below ask of tests.
    private static func passes(_ statement: Evidence) -> Bool {
        statement.values["failed"] == .number(Measure(0)) && statement.values["result"] == .text("PASSED")
    }

    private static func statements(_ random: inout RandomModel) -> [Evidence] {
        (0..<random.number(0...5)).map { index in
            let kind = random.pick([EvidenceKind.tests, .tests, .provenance, .billOfMaterials])
            var values: [String: Evidence.Value] = [:]
            switch kind {
            case .tests:
                if random.chance(90) { values["failed"] = .number(Measure(random.chance(80) ? 0 : 2)) }
                values["result"] = .text(random.pick(["PASSED", "PASSED", "PASSED", "FAILED", "-"]))
            case .provenance:
                values["builder.id"] = .text(random.pick(["b1", "b1", "b2"]))
                if random.chance(80) { values["source.uri"] = .text(random.pick(["s1", "s1", "x"])) }
            default: values = ["format": .text("spdx"), "components": .number(Measure(random.number(0...2)))]
            }
            return World.statement(
                Character(String(index)), kind, values, name: random.pick(["unit", "unit", "load"]),
                by: [World.signer(random.pick(["ci", "bot"]), roles: random.chance(85) ? ["ci"] : [])],
                minutesAgo: random.number(0...90))
        }
    }

    private static func consents(_ random: inout RandomModel) -> [Consent] {
        (0..<random.number(0...5)).map { index in
            let name = random.pick(["ada", "grace", "lovelace", "dora", "ada,grace"])
            return World.consent(
                Character(String(index)),
                by: World.signer(
                    name, roles: random.chance(85) ? ["rm"] : [], key: random.chance(70) ? nil : "other"),
                random.pick([.approval, .approval, .approval, .revocation, .emergency]),
                minutesAgo: random.number(0...90), reason: random.pick(["", "down", "down"]))
        }
    }

    private static let rego = RegoRule(file: "a.rego", query: "data.a")

    private static func world(seed: UInt64) -> World {
        var random = RandomModel(seed: seed)
        let approval = ApprovalRule(
            count: random.number(1...2), role: "rm", notAuthor: random.chance(70),
            expiry: random.chance(50) ? "1h" : nil, escalation: nil, escalationRole: nil)
        let gates: [GateSpecification] = [
            .evidence([
                EvidenceRule(
                    kind: .tests, name: random.chance(50) ? "unit" : nil, conditions: [failures],
                    maximumAge: random.chance(50) ? "1h" : nil, role: random.chance(50) ? "ci" : nil)
            ]),
            .approvals([approval]),
            .provenance(
                ProvenanceRule(builders: ["b1"], sources: ["s*"], buildTypes: [], parameters: nil, role: nil)),
            .billOfMaterials(BillRule(formats: ["spdx"], minimumComponents: 1, maximumAge: nil, role: nil)),
            .signature(SignatureRule(role: "ci", count: random.number(1...2), kinds: [])),
            .configDrift(ConfigDriftRule(from: nil, maximum: random.number(0...1), ignored: [])),
            .secrets(SecretsRule(required: ["db"], allowed: [])),
            .quota(QuotaRule(limits: ["cpu": Measure(2)], texts: [:])),
            .order(OrderRule(followsDependencies: true, sets: [])), .rego(rego),
        ]
        return World { world in
            world.gates = [.pinned] + random.shuffled(gates).prefix(random.number(1...3))
            world.evidence = statements(&random)
            world.consents = consents(&random)
            world.people = People(aliases: random.chance(50) ? [["ada@example.org", "lovelace@example.org"]] : [])
            if random.chance(20) { world.changeAuthors = nil }
            let settings = random.chance(50) ? ["a": "1"] : [:]
            world.sources = [
                World.source("staging", ["web": World.web], survey: ManifestSurvey(settings: settings))
            ]
            if random.chance(85) {
                world.survey = ManifestSurvey(
                    settings: ["a": "1"], secretNames: random.chance(70) ? ["db"] : [],
                    resources: random.chance(70) ? ["cpu": Measure(random.number(1...3))] : [:],
                    unstatedResources: random.chance(20) ? ["cpu": ["api"]] : [:],
                    dependencies: random.chance(50) ? ["web": ["db"]] : [:])
            }
            if random.chance(50) { world.recorded = ["db": "db:1"] }
            world.answers = random.chance(60) ? [rego: random.chance(70) ? .denied([]) : .undefined] : [:]
            if random.chance(30) {
                world.emergency = EmergencyRule(
                    skips: [.approvals, .evidence], role: "rm", count: random.number(1...2), reviewWithin: "1d")
            }
        }
    }

    /// The world without one of its facts, in every way but the three that are there to speak against a promotion:
    /// a statement that does not pass, a revocation, an alias.
    private static func poorer(_ world: World) -> [World] {
        var result: [World] = []
        func add(_ change: (inout World) -> Void) {
            var copy = world
            change(&copy)
            result.append(copy)
        }
        for index in world.evidence.indices {
            let statement = world.evidence[index]
            if statement.kind != .tests || passes(statement) { add { $0.evidence.remove(at: index) } }
            for key in statement.values.keys.sorted() {
                add { poor in
                    poor.evidence[index] = Evidence(
                        id: statement.id, subject: statement.subject, kind: statement.kind, name: statement.name,
                        values: statement.values.filter { $0.key != key }, signers: statement.signers,
                        firstSeen: statement.firstSeen)
                }
            }
        }
        for index in world.consents.indices where world.consents[index].kind != .revocation {
            add { $0.consents.remove(at: index) }
        }
        add { $0.changeAuthors = nil }
        add { $0.changeAuthors = [] }
        add { $0.survey = nil }
        add { $0.sources = [World.source("staging", ["web": World.web])] }
        add { $0.sources = [] }
        add { $0.answers = [:] }
        add { $0.recorded = [:] }
        add { $0.emergency = nil }
        if let survey = world.survey {
            add {
                $0.survey = ManifestSurvey(
                    survey.settings, plainSecrets: [], secretNames: [], resources: [:],
                    unstatedResources: survey.unstatedResources, dependencies: survey.dependencies)
            }
        }
        return result
    }

    @Test(arguments: 0..<UInt64(256))
    func `knowing less never permits`(seed: UInt64) {
        for round in 0..<8 as Range<UInt64> {
            let world = Self.world(seed: seed * 8 + round)
            guard world.verdict().result != .permitted else { continue }
            for poorer in Self.poorer(world) {
                #expect(poorer.verdict().result != .permitted, "seed \(seed * 8 + round)")
            }
        }
    }

    @Test func `the worlds are of both sorts`() {
        let results = (0..<UInt64(2_048)).map { Self.world(seed: $0).verdict().result }
        #expect(results.count { $0 == .permitted } > 50)
        #expect(results.count { $0 != .permitted } > 500)
    }

    @Test(arguments: 0..<UInt64(256))
    func `the order of statements and consents does not matter`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let world = Self.world(seed: seed)
        var shuffled = world
        shuffled.evidence = random.shuffled(world.evidence)
        shuffled.consents = random.shuffled(world.consents)
        #expect(shuffled.verdict().gates == world.verdict().gates)
    }

    /// Time takes statements and approvals away and never brings any.
    @Test(arguments: 0..<UInt64(256))
    func `of statements and approvals, time alone permits nothing`(seed: UInt64) {
        let world = Self.world(seed: seed)
        guard world.verdict().result != .permitted else { return }
        for minutes in [1, 10, 31, 60, 61, 90, 1_440] as [Int64] {
            let later = Timestamp(seconds: World.now.seconds + minutes * 60)
            #expect(world.verdict(at: later).result != .permitted)
        }
    }

    @Test(arguments: 0..<UInt64(256))
    func `what is open stays open until it says`(seed: UInt64) {
        let world = Self.world(seed: seed)
        for gate in world.verdict().gates where gate.state == .open {
            let end = gate.nextChange ?? Timestamp(seconds: World.now.seconds + 864_000)
            func state(_ instant: Timestamp) -> GateResult.State? {
                world.verdict(at: instant).gates.first { $0.gate == gate.gate }?.state
            }
            #expect(state(Timestamp(seconds: end.seconds - 1)) == .open, "seed \(seed), \(gate.gate)")
            if gate.nextChange != nil { #expect(state(end) != .open, "seed \(seed), \(gate.gate)") }
        }
    }

    @Test(arguments: 0..<UInt64(64))
    func `what has soaked stays soaked`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        let world = World { world in
            world.gates = [.soak(random.pick(["0s", "30m", "2h", "1d"]))]
            world.residences = [
                World.stay("staging", "2026-11-01T00:00:00Z", random.chance(50) ? "2026-11-01T12:00:00Z" : nil)
            ]
        }
        var isPermitted = false
        for hours in 0..<72 as Range<Int64> {
            let result = world.verdict(at: Timestamp(seconds: World.now.seconds + hours * 3_600)).result
            #expect(!isPermitted || result == .permitted)
            isPermitted = result == .permitted
        }
    }
}
