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
        let names = observation.names
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
    func stays(of digests: Set<Digest>) -> [Digest: [Residence]] {
        var stays: [Digest: [Residence]] = [:]
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
