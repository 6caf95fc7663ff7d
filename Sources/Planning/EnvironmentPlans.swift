import PolicyRules
package import PromotionModel

/// The plans of all environments of an observation, one after the other.
///
/// Whoever prints each and lets it go needs no room for all of them.
package struct EnvironmentPlans: Sequence, IteratorProtocol {
    private let planner: Planner
    private let instant: Timestamp
    private let index: ObservationIndex
    private let book: ContractBook
    private let environments: [ObservedEnvironment]
    private var position = 0
    /// Whether some contract goes by tags.
    private let goesByTags: Bool
    private let texts = FactsTexts()
    private var memory = JudgementMemory()
    /// What those before record of tags.
    private var tags: [TagRecord] = []

    init(_ planner: Planner, _ observation: Observation, at instant: Timestamp) {
        self.planner = planner
        self.instant = instant
        index = ObservationIndex(observation)
        book = ContractBook(policies: observation.policies, environments: observation.names)
        environments = observation.environments.sorted { $0.name < $1.name }
        goesByTags = observation.policies.contracts.contains { $0.immutableTags != nil }
    }

    package mutating func next() -> EnvironmentPlan? {
        guard position < environments.count else { return nil }
        let environment = environments[position]
        position += 1
        let observation = index.observation
        if let broken = observation.historyBreak {
            return planner.standstill(environment, at: observation.basis, because: broken, at: instant)
        }
        let plan = planner.plan(
            for: environment, in: index, by: book, at: instant, after: tags, texts: texts, remembering: &memory)
        if goesByTags { tags += Planner.tags(arrivingBy: plan) }
        return plan
    }
}
