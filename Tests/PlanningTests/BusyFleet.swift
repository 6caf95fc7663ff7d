import ModelBuilders
import PolicyRules
import PromotionModel

/// A fleet in which much waits, with everything that gates look at beside the promotion itself.
struct BusyFleet: Sendable {
    static let now: Timestamp = "2026-11-21T12:00:00Z"
    static let targets: [EnvironmentName] = ["prod-eu", "prod-us"]

    let observation: Observation

    init(seed: UInt64) {
        var draw = Draw(random: RandomModel(seed: seed))
        let environments = draw.environments()
        let policies = draw.policies()
        var observation = Observation(
            basis: String(repeating: "b", count: 40),
            environments: draw.random.chance(30) ? draw.random.shuffled(environments) : environments,
            policies: policies, zones: ["UTC": .utc, "Europe/Berlin": .berlin], residences: draw.residences())
        for environment in environments where draw.random.chance(90) {
            observation.surveys[environment.name] = draw.survey()
        }
        observation.evidence = draw.shelf()
        for name in Self.targets {
            observation.arrivals[name] = (0..<draw.random.number(0...5)).map { _ in
                Timestamp(seconds: Self.now.seconds - Int64(draw.random.number(-600...7_200)))
            }.sorted()
            observation.origins[name] = draw.origins()
        }
        if draw.random.chance(80) {
            observation.formerPolicies[Draw.formerID] = FormerPolicies(
                policies: draw.policies(), evidence: draw.shelf())
        }
        self.observation = observation
    }
}

/// Makes the parts of a ``BusyFleet``.
private struct Draw {
    static let formerID = String(repeating: "f", count: 40)
    private static let components: [ComponentName] = ["api", "db", "edge-a", "edge-b", "mail", "search", "web"]

    var random: RandomModel

    private mutating func digest() -> Digest { .of(random.pick(Array("12345"))) }

    private mutating func artifact(_ component: ComponentName) -> Artifact {
        guard random.chance(95) else { return Artifact(repository: component.description, tag: "latest", digest: nil) }
        return Artifact(repository: component.description, tag: "1.\(random.number(0...3))", digest: digest())
    }

    private mutating func instant() -> Timestamp {
        Timestamp(seconds: BusyFleet.now.seconds - Int64(random.number(0...10_000)))
    }

    mutating func environments() -> [ObservedEnvironment] {
        (["dev", "prod-eu", "prod-us", "staging"] as [EnvironmentName]).map { name in
            var recorded: [ComponentName: Artifact] = [:]
            var declared: [ComponentName: Artifact] = [:]
            for component in Self.components {
                if random.chance(90) { recorded[component] = artifact(component) }
                if random.chance(90) { declared[component] = artifact(component) }
            }
            var sample = SampleEnvironment(name, declared: declared, configuration: random.chance(50) ? digest() : nil)
            var record = EnvironmentRecord.make(
                name, recorded, at: instant(), health: random.chance(90) ? .assumed : .degraded)
            for _ in 0..<random.number(0...2) {
                let scope = random.chance(20) ? Hold.Scope.environment : .component(random.pick(Self.components))
                record.holds[scope] = .make(
                    scope, until: random.chance(50) ? "2026-11-22T00:00:00Z" : nil,
                    rejected: random.chance(40) ? digest() : nil)
            }
            sample.record = .present(record)
            return sample.observed
        }
    }

    mutating func residences() -> [Residence] {
        (0..<random.number(0...8)).map { _ in
            let from = instant()
            return Residence(
                environment: random.pick(["dev", "staging"]), digest: digest(), from: from,
                until: random.chance(50) ? Timestamp(seconds: from.seconds + Int64(random.number(60...5_000))) : nil,
                health: random.pick([.assumed, .assumed, .degraded]))
        }
    }

    mutating func survey() -> ManifestSurvey {
        var settings: [String: String] = [:]
        for index in 0..<8 where random.chance(90) {
            settings["web.yaml#A/b:key\(index)"] = random.chance(80) ? "v" : "other"
        }
        var dependencies: [ComponentName: [ComponentName]] = [:]
        for component in Self.components where random.chance(60) {
            dependencies[component] = (0..<random.number(0...3)).map { _ in random.pick(Self.components) }
        }
        return ManifestSurvey(
            settings: settings, secretNames: random.chance(80) ? ["db"] : [],
            resources: ["cpu": Measure(random.number(1...3))],
            unstatedResources: random.chance(20) ? ["cpu": ["x", "a"]] : [:], dependencies: dependencies)
    }

    mutating func shelf() -> EvidenceShelf {
        var evidence: [Digest: [Evidence]] = [:]
        var refused: [Digest: [RefusedEvidence]] = [:]
        for index in 0..<random.number(0...20) {
            let subject = digest()
            let kind = random.pick([EvidenceKind.tests, .tests, .provenance])
            evidence[subject, default: []].append(
                Evidence(
                    id: .of(Array("0123456789abcdef")[index % 16]), subject: subject, kind: kind,
                    name: random.pick(["unit", nil]),
                    values: kind == .tests
                        ? ["result": .text(random.pick(["PASSED", "PASSED", "FAILED"]))] : ["builder.id": .text("b1")],
                    signers: [EvidenceSigner(principals: ["ci@example.org"], roles: ["ci"], key: "SHA256:ci")],
                    firstSeen: instant()))
        }
        for _ in 0..<random.number(0...4) {
            let subject = digest()
            refused[subject, default: []].append(
                RefusedEvidence(
                    id: digest(), subject: subject, cause: random.pick(RefusedEvidence.Cause.allCases),
                    reason: "no signature counts", path: "x/\(subject)"))
        }
        return EvidenceShelf(basis: String(repeating: "e", count: 40), evidence: evidence, refused: refused)
    }

    mutating func origins() -> EnvironmentOrigins {
        var components: [ComponentName: ChangeOrigin] = [:]
        for component in Self.components where random.chance(90) {
            components[component] = ChangeOrigin(
                commit: String(repeating: "c", count: 40), at: BusyFleet.now, authors: ["ada@example.org"],
                formerPolicies: random.chance(30) ? [Self.formerID] : [])
        }
        return EnvironmentOrigins(components: components)
    }

    private mutating func gates() -> [GateSpecification] {
        let all: [GateSpecification] = [
            .pinned, .soak(random.pick(["0s", "30m", "2h"])),
            .windows([Window(days: Set(1...7), from: 0, to: random.pick([60, 1_440]), zone: "Europe/Berlin")]),
            .evidence([EvidenceRule(kind: .tests, name: random.pick(["unit", nil]), role: "ci")]),
            .signature(SignatureRule(role: "ci", count: 1, kinds: [])),
            .provenance(ProvenanceRule(builders: ["b1"], sources: [], buildTypes: [], parameters: nil, role: nil)),
            .configDrift(ConfigDriftRule(from: nil, maximum: random.number(0...3), ignored: ["key1"])),
            .secrets(SecretsRule(required: ["db"], allowed: [])),
            .quota(QuotaRule(limits: ["cpu": Measure(2)], texts: [:])),
            .order(
                OrderRule(
                    followsDependencies: random.chance(80),
                    sets: random.pick([[], [["edge-*"]], [["*"]], [["web", "api"]]]))),
            .rate(RateRule(maximum: random.number(1...6), span: "1h")),
            .rego(RegoRule(file: "prod.rego", query: "data.towpath.deny")),
        ]
        return all.filter { _ in random.chance(60) }
    }

    mutating func policies() -> Policies {
        var policies = Policies(contracts: [.make("to-dev", to: ["dev"], from: [])])
        policies.contracts.append(.make("to-staging", to: ["staging"], from: ["dev"]))
        let from: [EnvironmentName] = random.chance(30) ? ["staging", "dev"] : ["staging"]
        policies.contracts.append(
            .make("to-prod", to: ["prod-*"], from: from, unit: random.pick([.each, .each, .together]), gates: gates()))
        if random.chance(40) {
            policies.contracts.append(
                .make("web-to-prod", to: ["prod-*"], from: ["staging"], components: ["web", "edge-*"], gates: gates()))
        }
        if random.chance(20) {
            policies.contracts.append(.make("to-eu", to: ["prod-eu"], from: ["staging"], gates: gates()))
        }
        if random.chance(30) { policies.freezes = [.make("x", ["prod-us"], until: "2026-12-01T00:00:00Z")] }
        policies.people = People(roles: ["ci": ["ci@example.org"]])
        policies.modules = [
            "prod.rego": Policies.Module(blob: String(repeating: "a", count: 40), text: "package towpath")
        ]
        return policies
    }
}
