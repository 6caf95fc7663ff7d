import PolicyRules
import PromotionModel

/// Gathers, from an observation, what the gates judge one promotion by.
struct FactsAssembly {
    let ground: EnvironmentGround
    let promotion: Promotion
    /// How many promotions are permitted before it at the same instant.
    private let arrivalCount: Int
    /// Who brought each part of it, as far as that is known.
    private let origins: [ChangeOrigin?]

    init(_ promotion: Promotion, on ground: EnvironmentGround, arrivalCount: Int = 0) {
        self.ground = ground
        self.promotion = promotion
        self.arrivalCount = arrivalCount
        origins = ground.origins?.origins(of: promotion) ?? []
    }

    private var observation: Observation { ground.index.observation }

    /// The instant to judge at.
    var instant: Timestamp { ground.instant }

    /// The facts for judging by the contract of `choice`, as the present policies and signers have it.
    func facts(for choice: ContractBook.Choice) -> Facts {
        facts(
            for: choice, policies: observation.policies, shelf: observation.evidence,
            repositories: observation.repositories)
    }

    /// The verdicts by the policies that the change itself replaced; none where it touched none.
    ///
    /// Those policies are taken as they were: contracts, freezes, roles and signers.
    func formerVerdicts(remembering memory: inout JudgementMemory) -> [Verdict] {
        let ids = formerIDs
        guard !ids.isEmpty else { return [] }
        var verdicts = ids.filter { observation.formerPolicies[$0] == nil }.map { id in
            let reason = "the policies before this change (\(id.prefix(12))) could not be read"
            return Verdict(contract: nil, source: nil, gates: [GateResult(.contract, .pending, reason)])
        }
        for (former, choice) in formerChoices {
            let facts = facts(
                for: choice, policies: former.policies, shelf: former.evidence, repositories: former.repositories)
            verdicts.append(Judgement.verdict(on: facts, by: choice, at: instant, remembering: &memory))
        }
        return verdicts
    }

    private var formerIDs: [String] {
        // Hardly any change touches policies.
        guard origins.contains(where: { $0.map { !$0.formerPolicies.isEmpty } ?? false }) else { return [] }
        return Set(origins.flatMap { $0?.formerPolicies ?? [] }).sorted()
    }

    /// What guarded the parts of the promotion before the change, in a stable order.
    private var formerChoices: [(former: FormerPolicies, choice: ContractBook.Choice)] {
        let ids = formerIDs
        guard !ids.isEmpty else { return [] }
        let slots = promotion.changes.map { Optional($0.component) } + (promotion.configuration == nil ? [] : [nil])
        return ids.compactMap { ground.index.former($0) }.flatMap { former, book in
            let claims = book.claims(to: promotion.environment)
            let choices = Set(slots.map(claims.choice))
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

    private func facts(
        for choice: ContractBook.Choice, policies: Policies, shelf: EvidenceShelf, repositories: RepositoryMap
    ) -> Facts {
        var contract: Contract?
        if case .contract(let chosen) = choice { contract = chosen }
        var arriving: [Digest] = []
        for change in promotion.changes {
            if let digest = change.to?.digest { arriving.append(digest) }
        }
        if arriving.count > 1 { arriving = Set(arriving).sorted() }
        var facts = Facts(
            promotion: promotion,
            in: ground.surroundings(for: contract, policies: policies, repositories: repositories),
            stays: ground.index.stays(of: arriving))
        facts.waitingSince = ground.record.pending[promotion.id]?.since
        for digest in arriving {
            facts.statements[digest] = shelf.evidence[digest]
            if let refused = shelf.refused[digest] { facts.refused[digest] = refused }
        }
        if let contract, contract.immutableTags != nil { facts.tagRecords = tagRecords }
        if let contract, contract.gates.contains(where: { $0.gate == .signedCommits }) {
            facts.changeCommits = changeCommits
        }
        if !shelf.consents.isEmpty { facts.consents = shelf.consents[promotion.id] ?? [] }
        if !shelf.strayApprovals.isEmpty {
            facts.strayApprovals = arriving.flatMap { shelf.strayApprovals[$0] ?? [] }.filter {
                $0.promotion.isOf(promotion.environment)
            }
        }
        if !shelf.refusedConsents.isEmpty { facts.refusedConsents = shelf.refusedConsents[promotion.id] ?? [] }
        facts.changeAuthors = changeAuthors
        facts.buildAuthors = buildAuthors(facts)
        let asked = observation.answers.isEmpty ? [] : questions(facts, choice, modules: policies.modules)
        for question in asked {
            facts.answers[RegoRule(file: question.file, query: question.query)] = observation.answers[question]
        }
        // The engine was asked before anybody could know what arrives at this very instant.
        facts.presentArrivals.count = arrivalCount
        facts.presentArrivals.instant = instant
        return facts
    }

    /// What the tags of the promotion meant before.
    private var tagRecords: TagRecords? {
        guard var tags = observation.tagRecords else { return nil }
        let arriving = Dictionary(promotion.changes.map { ($0.component, $0.to?.tag) }) { first, _ in first }
        tags.records.removeAll { record in arriving[record.component] != .some(record.artifact.tag) }
        return tags
    }

    /// Everything that the Rego engine has to be asked about the promotion, by present and by former policies.
    func questions(for choice: ContractBook.Choice) -> [RegoQuestion] {
        let policies = observation.policies
        let present = facts(for: choice)
        return questions(present, choice, modules: policies.modules)
            + formerChoices.flatMap { former, choice in
                questions(
                    facts(
                        for: choice, policies: former.policies, shelf: former.evidence,
                        repositories: former.repositories), choice,
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
        let input = ground.texts.input(of: facts, contract: contract, at: instant)
        return rules.compactMap { rule in
            modules[rule.file].map { module in
                RegoQuestion(
                    promotion: promotion.id, file: rule.file, blob: module.blob, query: rule.query, input: input)
            }
        }
    }

    /// Everybody who had a part in the change; `nil` where that is not known of every part of it.
    private var changeAuthors: Set<String>? {
        if origins.count == 1 { return origins[0]?.authors }
        guard !origins.isEmpty, !origins.contains(nil) else { return nil }
        return origins.compactMap(\.self).reduce(into: []) { $0.formUnion($1.authors) }
    }

    /// The commits that brought the change; `nil` where that is not known of every part of it.
    private var changeCommits: [ChangeCommit]? {
        let commits = origins.map { $0?.commits }
        guard !commits.isEmpty, !commits.contains(nil) else { return nil }
        return Set(commits.compactMap(\.self).joined()).sorted {
            ($0.id, $0.place.rawValue) < ($1.id, $1.place.rawValue)
        }
    }

    /// Whoever signed for the build of what arrives, with all of their addresses.
    private func buildAuthors(_ facts: Facts) -> Set<String> {
        var authors: Set<String> = []
        for statements in facts.statements.values {
            for statement in statements where statement.kind == .provenance {
                for signer in statement.signers {
                    for principal in signer.principals { authors.insert(principal) }
                }
            }
        }
        return authors
    }
}
