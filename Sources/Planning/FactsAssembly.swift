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

    /// The facts for judging by the contract of `choice`, as the present policies and signers have it.
    func facts(for choice: ContractBook.Choice) -> Facts {
        facts(for: choice, policies: observation.policies, shelf: observation.evidence)
    }

    /// The verdicts by the policies that the change itself replaced; none where it touched none.
    ///
    /// Those policies are taken as they were: contracts, freezes, roles and signers.
    func formerVerdicts(at instant: Timestamp) -> [Verdict] {
        guard let origins = observation.origins[promotion.environment] else { return [] }
        let ids = Set(origins.origins(of: promotion).flatMap { $0?.formerPolicies ?? [] })
        let names = observation.environments.map(\.name)
        return ids.sorted().flatMap { id -> [Verdict] in
            guard let former = observation.formerPolicies[id] else {
                let reason = "the policies before this change (\(id.prefix(12))) could not be read"
                return [Verdict(contract: nil, source: nil, gates: [GateResult(.contract, .pending, reason)])]
            }
            let book = ContractBook(policies: former.policies, environments: names)
            let slots = promotion.changes.map { Optional($0.component) } + (promotion.configuration == nil ? [] : [nil])
            let choices = slots.map { book.choice(for: $0, in: promotion.environment) }
            return Set(choices).sorted { Self.name($0) < Self.name($1) }.map { choice in
                let facts = facts(for: choice, policies: former.policies, shelf: former.evidence)
                return Judgement.verdict(on: facts, by: choice, at: instant)
            }
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
        var facts = Facts(
            promotion: promotion, holds: record.holds.values.sorted { $0.scope < $1.scope }, sources: sources,
            residences: observation.residences, freezes: policies.freezes, zones: observation.zones)
        facts.recorded = record.components.mapValues(\.artifact)
        facts.people = policies.people
        facts.survey = observation.surveys[promotion.environment]
        facts.arrivalTimes = observation.arrivals[promotion.environment] ?? []
        facts.waitingSince = record.pending[promotion.id]?.since
        if case .contract(let contract) = choice, contract.gates.contains(where: Self.looksAround) {
            facts.companions = companions
        }
        let digests = Set(facts.arrivals.compactMap(\.artifact.digest)).sorted()
        facts.evidence = digests.flatMap { shelf.evidence[$0] ?? [] }
        facts.refusedEvidence = digests.flatMap { shelf.refused[$0] ?? [] }
        facts.consents = shelf.consents[promotion.id] ?? []
        facts.changeAuthors = changeAuthors
        facts.buildAuthors = buildAuthors(facts)
        for (question, answer) in observation.answers where question.promotion == promotion.id {
            facts.answers[RegoRule(file: question.file, query: question.query)] = answer
        }
        return facts
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

    /// Whoever signed for the build of what arrives, with all of their addresses.
    private func buildAuthors(_ facts: Facts) -> Set<String> {
        let signers = facts.evidence.filter { $0.kind == .provenance }.flatMap(\.signers)
        return signers.reduce(into: []) { $0.formUnion($1.principals) }
    }
}
