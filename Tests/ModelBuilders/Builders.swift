package import PromotionModel

extension Contract {
    /// A contract in `policies/<name>.yaml` whose blob is forty zeros.
    package static func make(
        _ name: String, to: [NameGlob], from: [EnvironmentName], components: [NameGlob] = ["*"], unit: Unit = .each,
        gates: [GateSpecification] = [.pinned]
    ) -> Contract {
        Contract(
            name: name, place: Place(file: "policies/\(name).yaml", line: 1, column: 1),
            blob: String(repeating: "0", count: 40), to: to, from: from, components: components, unit: unit,
            gates: gates)
    }
}

extension Freeze {
    package static func make(
        _ name: String, _ environments: [NameGlob], from: Timestamp? = nil, until: Timestamp
    ) -> Freeze {
        Freeze(
            name: name, place: Place(file: "policies/freezes.yaml", line: 1, column: 1), environments: environments,
            reason: "year end", owner: "Ada <ada@example.invalid>", from: from, until: until)
    }
}

extension Hold {
    package static func make(
        _ scope: Scope, since: Timestamp = "2026-11-01T00:00:00Z", until: Timestamp? = nil, rejected: Digest? = nil
    ) -> Hold {
        Hold(
            scope: scope, reason: "incident 7", owner: "Ada <ada@example.invalid>", since: since, until: until,
            rejected: rejected)
    }
}

extension EnvironmentRecord {
    /// A record of `artifacts`, all brought by one promotion at `at`.
    package static func make(
        _ environment: EnvironmentName, _ artifacts: [ComponentName: Artifact], at: Timestamp = "2026-11-01T00:00:00Z",
        promotion: Character = "a", health: Health = .assumed, holds: [Hold] = []
    ) -> EnvironmentRecord {
        var record = EnvironmentRecord(environment: environment)
        for (name, artifact) in artifacts {
            record.components[name] = Component(
                artifact: artifact, promotion: .of(environment, promotion), source: nil, at: at, previous: nil,
                health: health)
        }
        for hold in holds { record.holds[hold.scope] = hold }
        return record
    }
}

extension Declaration {
    /// A declaration in `environments/<environment>/<component>.yaml`.
    package static func make(
        _ environment: EnvironmentName, _ component: ComponentName, _ artifact: Artifact
    ) -> Declaration {
        Declaration(
            component: component, artifact: artifact, format: "kubernetes",
            place: Place(file: "environments/\(environment)/\(component).yaml", line: 9, column: 11))
    }
}

/// One environment of a fleet in a test; everything has a harmless default.
package struct SampleEnvironment: Sendable {
    package let name: EnvironmentName
    package var declared: [ComponentName: Artifact]
    package var configuration: Digest?
    package var problems: [Problem] = []
    package var record: ObservedEnvironment.RecordReading
    package var published: PublishedReading?

    package init(
        _ name: EnvironmentName, declared: [ComponentName: Artifact], record: EnvironmentRecord? = nil,
        configuration: Digest? = nil
    ) {
        self.name = name
        self.declared = declared
        self.configuration = configuration
        self.record = record.map { .present($0) } ?? .absent
    }

    /// An environment in which everything declared has been recorded.
    package static func settled(
        _ name: EnvironmentName, _ artifacts: [ComponentName: Artifact], at: Timestamp = "2026-11-01T00:00:00Z",
        holds: [Hold] = []
    ) -> SampleEnvironment {
        SampleEnvironment(name, declared: artifacts, record: .make(name, artifacts, at: at, holds: holds))
    }

    package var observed: ObservedEnvironment {
        ObservedEnvironment(
            declared: DeclaredEnvironment(
                name: name,
                declarations: declared.sorted { $0.key < $1.key }.map { .make(name, $0.key, $0.value) },
                configuration: configuration, problems: problems.sorted()),
            record: record, published: published)
    }
}

/// A fleet in a test.
package struct SampleFleet: Sendable {
    package var basis = String(repeating: "b", count: 40)
    package var environments: [SampleEnvironment]
    package var policies: Policies
    package var zones: [String: ZoneRules] = ["UTC": .utc]
    package var residences: [Residence] = []
    package var adoptable: Set<EnvironmentName> = []
    package var problems: [Problem] = []

    package var evidence = EvidenceShelf()

    package init(_ environments: [SampleEnvironment], contracts: [Contract]) {
        self.environments = environments
        policies = Policies(contracts: contracts)
    }

    package var observation: Observation {
        var observation = Observation(
            basis: basis, environments: environments.map(\.observed), policies: policies, zones: zones,
            residences: residences, adoptable: adoptable, problems: problems)
        observation.evidence = evidence
        return observation
    }
}

/// Zones written down by hand from the rules in force: the European Union and the United States change on fixed
/// Sundays of the year.
extension ZoneRules {
    /// 2026: summer time from 29 March 01:00Z to 25 October 01:00Z; 2027 from 28 March to 31 October.
    package static let berlin = ZoneRules(
        name: "Europe/Berlin", firstOffset: 3_600,
        transitions: [
            Transition(at: "2026-03-29T01:00:00Z", offset: 7_200),
            Transition(at: "2026-10-25T01:00:00Z", offset: 3_600),
            Transition(at: "2027-03-28T01:00:00Z", offset: 7_200),
            Transition(at: "2027-10-31T01:00:00Z", offset: 3_600),
        ])

    /// 2026: summer time from 8 March 07:00Z to 1 November 06:00Z.
    package static let newYork = ZoneRules(
        name: "America/New_York", firstOffset: -18_000,
        transitions: [
            Transition(at: "2026-03-08T07:00:00Z", offset: -14_400),
            Transition(at: "2026-11-01T06:00:00Z", offset: -18_000),
        ])
}
