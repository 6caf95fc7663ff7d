import PolicyRules
import PromotionModel

/// Gathers, from an observation, what the gates judge one promotion by.
struct FactsAssembly {
    let observation: Observation
    let promotion: Promotion
    /// The record of the environment that the promotion goes to.
    let record: EnvironmentRecord
    /// Everything that waits in that environment.
    let changes: [Promotion.Change]
    /// The instant to judge at.
    let instant: Timestamp
    /// How many promotions are permitted before it at the same instant.
    var arrivalCount = 0

    /// The facts for judging by the contract of `choice`, as the present policies and signers have it.
    func facts(for choice: ContractBook.Choice) -> Facts {
        facts(for: choice, policies: observation.policies, shelf: observation.evidence)
    }

    /// The verdicts by the policies that the change itself replaced; none where it touched none.
    ///
    /// Those policies are taken as they were: contracts, freezes, roles and signers.
    func formerVerdicts() -> [Verdict] {
        formerIDs.filter { observation.formerPolicies[$0] == nil }.map { id in
            let reason = "the policies before this change (\(id.prefix(12))) could not be read"
            return Verdict(contract: nil, source: nil, gates: [GateResult(.contract, .pending, reason)])
        }
            + formerChoices.map { former, choice in
                let facts = facts(for: choice, policies: former.policies, shelf: former.evidence)
                return Judgement.verdict(on: facts, by: choice, at: instant)
            }
    }

    private var formerIDs: [String] {
        let origins = observation.origins[promotion.environment]?.origins(of: promotion) ?? []
        return Set(origins.flatMap { $0?.formerPolicies ?? [] }).sorted()
    }

    /// What guarded the parts of the promotion before the change, in a stable order.
    private var formerChoices: [(former: FormerPolicies, choice: ContractBook.Choice)] {
        let names = observation.environments.map(\.name)
        let slots = promotion.changes.map { Optional($0.component) } + (promotion.configuration == nil ? [] : [nil])
        return formerIDs.compactMap { observation.formerPolicies[$0] }.flatMap { former in
            let book = ContractBook(policies: former.policies, environments: names)
            let choices = Set(slots.map { book.choice(for: $0, in: promotion.environment) })
            return choices.sorted { Self.name($0) < Self.name($1) }.map { (former, $0) }
        }
    }

    private static func name(_ choice: ContractBook.Choice) -> String {
        switch choice {
        case .contract(let contract): contract.reference
        case .none: ""
        case .unusable(let reason): reason
        }
    }

    private func facts(for choice: ContractBook.Choice, policies: Policies, shelf: EvidenceShelf) -> Facts {
        var sources: [Facts.Source] = []
        if case .contract(let contract) = choice {
            sources = contract.from.compactMap { name in
                observation[name].map { source in
                    Facts.Source(
                        name: name, record: source.knownRecord, declarations: source.declared.declarations,
                        survey: observation.surveys[name])
                }
            }
        }
        let arriving = Set(promotion.changes.compactMap { $0.to?.digest })
        var facts = Facts(
            promotion: promotion, holds: record.holds.values.sorted { $0.scope < $1.scope }, sources: sources,
            residences: observation.residences.filter { arriving.contains($0.digest) }, freezes: policies.freezes,
            zones: observation.zones)
        facts.recorded = record.components.mapValues(\.artifact)
        facts.people = policies.people
        facts.survey = observation.surveys[promotion.environment]
        facts.arrivalTimes = observation.arrivals[promotion.environment] ?? []
        facts.waitingSince = record.pending[promotion.id]?.since
        if case .contract(let contract) = choice, contract.gates.contains(where: Self.looksAround) {
            facts.companions = companions
        }
        if case .contract(let contract) = choice, contract.gates.contains(where: { $0.gate == .signedCommits }) {
            facts.changeCommits = changeCommits
        }
        let digests = Set(facts.arrivals.compactMap(\.artifact.digest)).sorted()
        facts.evidence = digests.flatMap { shelf.evidence[$0] ?? [] }
        facts.refusedEvidence = digests.flatMap { shelf.refused[$0] ?? [] }
        facts.consents = shelf.consents[promotion.id] ?? []
        facts.strayApprovals = digests.flatMap { shelf.strayApprovals[$0] ?? [] }.filter {
            $0.promotion.isOf(promotion.environment)
        }
        facts.refusedConsents = shelf.refusedConsents[promotion.id] ?? []
        facts.changeAuthors = changeAuthors
        facts.buildAuthors = buildAuthors(facts)
        for question in questions(facts, choice, modules: policies.modules) {
            facts.answers[RegoRule(file: question.file, query: question.query)] = observation.answers[question]
        }
        // The engine was asked before anybody could know what arrives at this very instant.
        facts.arrivalTimes += Array(repeating: instant, count: arrivalCount)
        return facts
    }

    /// Everything that the Rego engine has to be asked about the promotion, by present and by former policies.
    func questions(for choice: ContractBook.Choice) -> [RegoQuestion] {
        let policies = observation.policies
        let present = facts(for: choice, policies: policies, shelf: observation.evidence)
        return questions(present, choice, modules: policies.modules)
            + formerChoices.flatMap { former, choice in
                questions(
                    facts(for: choice, policies: former.policies, shelf: former.evidence), choice,
                    modules: former.policies.modules)
            }
    }

    private func questions(
        _ facts: Facts, _ choice: ContractBook.Choice, modules: [String: Policies.Module]
    ) -> [RegoQuestion] {
        guard case .contract(let contract) = choice else { return [] }
        let rules = contract.gates.compactMap { gate -> RegoRule? in
            if case .rego(let rule) = gate { rule } else { nil }
        }
        guard !rules.isEmpty else { return [] }
        let input = FactsDocument.text(of: facts, contract: contract, at: instant)
        return rules.compactMap { rule in
            modules[rule.file].map { module in
                RegoQuestion(
                    promotion: promotion.id, file: rule.file, blob: module.blob, query: rule.query, input: input)
            }
        }
    }

    /// Whether a gate asks what else waits.
    private static func looksAround(_ gate: GateSpecification) -> Bool {
        gate.gate == .order || gate.gate == .rego
    }

    /// What else waits in the environment.
    private var companions: [Promotion.Change] {
        let mine = Set(promotion.changes.map(\.component))
        return changes.filter { !mine.contains($0.component) }
    }

    /// Everybody who had a part in the change; `nil` where that is not known of every part of it.
    private var changeAuthors: Set<String>? {
        let origins = observation.origins[promotion.environment]?.origins(of: promotion) ?? []
        guard !origins.isEmpty, !origins.contains(nil) else { return nil }
        return origins.compactMap(\.self).reduce(into: []) { $0.formUnion($1.authors) }
    }

    /// The commits that brought the change; `nil` where that is not known of every part of it.
    private var changeCommits: [ChangeCommit]? {
        let origins = observation.origins[promotion.environment]?.origins(of: promotion) ?? []
        let commits = origins.map { $0?.commits }
        guard !commits.isEmpty, !commits.contains(nil) else { return nil }
        return Set(commits.compactMap(\.self).joined()).sorted {
            ($0.id, $0.place.rawValue) < ($1.id, $1.place.rawValue)
        }
    }

    /// Whoever signed for the build of what arrives, with all of their addresses.
    private func buildAuthors(_ facts: Facts) -> Set<String> {
        let signers = facts.evidence.filter { $0.kind == .provenance }.flatMap(\.signers)
        return signers.reduce(into: []) { $0.formUnion($1.principals) }
    }
}
