import PolicyRules
import PromotionModel

/// An observation with what it takes to look things up in it, made once for all of its promotions.
final class ObservationIndex: Sendable {
    let observation: Observation
    private let environments: [EnvironmentName: ObservedEnvironment]
    private let residences: [Digest: [Residence]]
    private let formerBooks: [String: ContractBook]

    init(_ observation: Observation) {
        self.observation = observation
        environments = Dictionary(observation.environments.map { ($0.name, $0) }) { first, _ in first }
        residences = Dictionary(grouping: observation.residences, by: \.digest)
        let names = observation.formerPolicies.isEmpty ? [] : observation.names
        formerBooks = observation.formerPolicies.mapValues { ContractBook(policies: $0.policies, environments: names) }
    }

    /// What the gates see of the environments `names`, as far as the fleet has them.
    func sources(_ names: [EnvironmentName]) -> [Facts.Source] {
        names.compactMap { name in
            environments[name].map { source in
                Facts.Source(
                    name: name, record: source.knownRecord, declarations: source.declared.declarations,
                    survey: observation.surveys[name], surveyProblem: observation.surveyProblems[name])
            }
        }
    }

    /// Earlier stays of `digests`.
    func stays(of digests: [Digest]) -> [Digest: [Residence]] {
        var stays: [Digest: [Residence]] = [:]
        guard !residences.isEmpty else { return stays }
        for digest in digests { stays[digest] = residences[digest] }
        return stays
    }

    /// The policies that a change replaced, by the id of the root folder that held them; `nil` where they were not read.
    func former(_ id: String) -> (policies: FormerPolicies, book: ContractBook)? {
        guard let policies = observation.formerPolicies[id], let book = formerBooks[id] else { return nil }
        return (policies, book)
    }
}

/// What an observation says of one environment that promotions go to, put together once for all of them.
final class EnvironmentGround {
    let index: ObservationIndex
    let name: EnvironmentName
    /// The record of the environment.
    let record: EnvironmentRecord
    /// Everything that waits in the environment.
    let changes: [Promotion.Change]
    /// The instant to judge at.
    let instant: Timestamp
    let texts: FactsTexts
    /// By scope; made when the first promotion asks for it, as the rest.
    private(set) lazy var holds = record.holds.values.sorted { $0.scope < $1.scope }
    private(set) lazy var recorded = record.components.mapValues(\.artifact)
    /// When promotions arrived, as the ledger has it.
    private(set) lazy var arrivals = index.observation.arrivals[name] ?? []
    private(set) lazy var origins = index.observation.origins[name]
    /// What the promotions of late had in common; those by one contract follow each other.
    private var surroundings: [(ground: Ground, value: Surroundings)] = []

    /// What the surroundings of promotions follow from.
    private struct Ground: Equatable {
        let contract: Contract?
        let freezes: [Freeze]
        let people: People
        let repositories: RepositoryMap
    }

    /// So many contracts of one environment may take turns; the policies of then and those of now are two.
    private static let mostSurroundings = 8

    /// - Parameter texts: Of documents of the same observation; other environments may share them.
    init(
        _ index: ObservationIndex, environment: EnvironmentName, record: EnvironmentRecord,
        changes: [Promotion.Change], instant: Timestamp, texts: FactsTexts = FactsTexts()
    ) {
        self.index = index
        name = environment
        self.record = record
        self.changes = changes
        self.instant = instant
        self.texts = texts
    }
}

extension EnvironmentGround {
    /// What all promotions by `contract` have in common, as `policies` have it.
    func surroundings(
        for contract: Contract?, policies: Policies, repositories: RepositoryMap
    ) -> Surroundings {
        let ground = Ground(
            contract: contract, freezes: policies.freezes, people: policies.people, repositories: repositories)
        if let known = surroundings.last(where: { $0.ground == ground }) { return known.value }
        var values = Surroundings.Values()
        values.holds = holds
        values.sources = index.sources(contract?.from ?? [])
        values.freezes = policies.freezes
        values.zones = index.observation.zones
        values.repositories = repositories
        values.recorded = recorded
        values.people = policies.people
        values.survey = index.observation.surveys[name]
        values.surveyProblem = index.observation.surveyProblems[name]
        values.earlierArrivals = arrivals
        if let contract, contract.gates.contains(where: { $0.gate == .order || $0.gate == .rego }) {
            values.waiting = changes
        }
        let made = Surroundings(values)
        if surroundings.count == Self.mostSurroundings { surroundings.removeFirst() }
        surroundings.append((ground, made))
        return made
    }
}
