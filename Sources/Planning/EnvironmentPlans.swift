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

    /// The plans of `environments` alone, with what they have in `common`; no contract goes by tags.
    private init(_ planner: Planner, _ common: Common, _ environments: ArraySlice<ObservedEnvironment>) {
        self.planner = planner
        (instant, index, book, goesByTags) = (common.instant, common.index, common.book, false)
        self.environments = Array(environments)
    }

    /// What the plans of all environments rest on.
    private struct Common: Sendable {
        let instant: Timestamp
        let index: ObservationIndex
        let book: ContractBook
    }

    /// All of them, made as `parts` says where none rests on those before it.
    func all(in parts: any PlanParts) -> [EnvironmentPlan] {
        guard !goesByTags, environments.count > parts.environments else { return Array(self) }
        let common = Common(instant: instant, index: index, book: book)
        let (planner, environments, width) = (planner, environments, parts.environments)
        let made = parts.make((environments.count + width - 1) / width) { part in
            let rest = environments.dropFirst(part * width)
            return Array(EnvironmentPlans(planner, common, rest.prefix(width)))
        }
        return made.flatMap(\.self)
    }

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
