import JSONText
import ModelBuilders
import PolicyRules
import PromotionModel
import Testing

@testable import Planning

/// What is kept from one promotion for the next changes no judgement: the plan is the one that judges each by itself.
@Suite struct StraightforwardTests {
    private static let identity = "Towpath <towpath@example.invalid>"

    @Test(arguments: 0..<UInt64(48))
    func `every promotion of a plan is judged as if it were alone`(seed: UInt64) throws {
        let observation = BusyFleet(seed: seed).observation
        let plan = Planner(identity: Self.identity).plan(for: observation, at: BusyFleet.now)
        for environment in plan.environments {
            var arrivals = 0
            for action in environment.actions {
                let straight = try Straightforward(action.promotion, in: observation, arrivals: arrivals)
                #expect(action.verdict == straight.verdict, "seed \(seed), \(action.promotion.id)")
                let item = environment.entry.items.first { $0.promotion == action.promotion.id }
                if let item, item.contract != nil {
                    #expect(try item.facts == straight.factsDigest, "seed \(seed), \(action.promotion.id)")
                }
                if action.kind == .promote { arrivals += 1 }
            }
        }
    }

    @Test(arguments: 0..<UInt64(24))
    func `the engine is asked with the whole document`(seed: UInt64) throws {
        var observation = BusyFleet(seed: seed).observation
        let waiting = WaitingPromotions(in: observation)
        let questions = waiting.questions(in: observation, at: BusyFleet.now)
        let known = Dictionary(waiting.members.map { ($0.promotion.id, $0.promotion) }) { first, _ in first }
        for question in questions {
            let promotion = try #require(known[question.promotion])
            let texts = try Straightforward(promotion, in: observation, arrivals: 0).documents
            #expect(texts.contains(question.input.text), "seed \(seed), \(question.promotion)")
            #expect(question.input.isObject)
        }
        // Each answer finds its way back to the promotion that was asked about, and to no other.
        for (index, question) in questions.enumerated() { observation.answers[question] = .denied(["answer \(index)"]) }
        let actions = Planner(identity: Self.identity).plan(for: observation, at: BusyFleet.now).environments
            .flatMap(\.actions)
        for action in actions {
            let mine = questions.indices.filter { questions[$0].promotion == action.promotion.id }
            for gate in action.verdict.gates where gate.gate == .rego {
                #expect(mine.contains { gate.reason.hasSuffix("answer \($0)") }, "seed \(seed): \(gate.reason)")
            }
        }
    }

    @Test func `the fleets have all that is compared`() {
        var gates: [GateName: Set<GateResult.State>] = [:]
        var counts = (former: 0, together: 0, digests: 0, questions: 0)
        for seed in 0..<UInt64(48) {
            let observation = BusyFleet(seed: seed).observation
            for environment in Planner(identity: Self.identity).plan(for: observation, at: BusyFleet.now).environments {
                for action in environment.actions {
                    for gate in action.verdict.gates { gates[gate.gate, default: []].insert(gate.state) }
                    if action.verdict.gates.contains(where: { $0.reason.contains("before this change") }) {
                        counts.former += 1
                    }
                    if action.promotion.changes.count > 3 { counts.together += 1 }
                }
                counts.digests += environment.entry.items.count { $0.facts != nil }
            }
            counts.questions += WaitingPromotions(in: observation).questions(in: observation, at: BusyFleet.now).count
        }
        for gate in GateName.allCases where ![.approvals, .billOfMaterials, .contract, .signedCommits].contains(gate) {
            #expect((gates[gate]?.count ?? 0) > 1 || gate == .rego, "\(gate): \(gates[gate] ?? [])")
        }
        #expect(counts.former > 20 && counts.together > 10 && counts.digests > 200 && counts.questions > 100)
    }
}

/// A promotion judged with nothing kept: every fact is gathered, and every list is walked, for it alone.
private struct Straightforward {
    private let observation: Observation
    private let promotion: Promotion
    private let arrivals: Int
    private let record: EnvironmentRecord
    private let changes: [Promotion.Change]
    private let choice: ContractBook.Choice

    init(_ promotion: Promotion, in observation: Observation, arrivals: Int) throws {
        self.observation = observation
        self.promotion = promotion
        self.arrivals = arrivals
        let environment = try #require(observation[promotion.environment])
        record = try #require(environment.knownRecord)
        let detection = ChangeDetection(declared: environment.declared, record: record)
        changes = detection.changes
        let book = ContractBook(policies: observation.policies, environments: observation.environments.map(\.name))
        choice = book.choice(for: promotion.changes.first?.component, in: promotion.environment)
    }

    var verdict: Verdict {
        var verdict = Judgement.verdict(on: facts, by: choice, at: BusyFleet.now)
        for id in formerIDs where observation.formerPolicies[id] == nil {
            let reason = "the policies before this change (\(id.prefix(12))) could not be read"
            verdict = verdict.restricted(
                by: Verdict(contract: nil, source: nil, gates: [GateResult(.contract, .pending, reason)]))
        }
        for (former, choice) in formerChoices {
            let facts = facts(for: choice, policies: former.policies, shelf: former.evidence)
            verdict = verdict.restricted(by: Judgement.verdict(on: facts, by: choice, at: BusyFleet.now))
        }
        return verdict
    }

    /// Over the members of the document as it is written out whole, with all that waits for companions.
    var factsDigest: Digest? {
        get throws {
            guard case .contract(let contract) = choice,
                case .object(let members) = try JSONReader.value(FactsDocument.text(of: facts, contract: contract))
            else { return nil }
            var texts = Dictionary(uniqueKeysWithValues: members.map { ($0.key, JSONWriter.line($0.value)) })
            let waiting = Self.looksAround(contract) ? FactsDocument.companionTexts(of: changes) : []
            texts["companions"] = "[\(waiting.joined(separator: ","))]"
            return Fingerprint.facts(Fingerprint.digests(of: texts))
        }
    }

    private static func looksAround(_ contract: Contract) -> Bool {
        contract.gates.contains { $0.gate == .order || $0.gate == .rego }
    }

    /// What a rule of the present contract is asked with, and one of each former.
    var documents: [String] {
        let former = formerChoices.map { former, choice in
            (facts(for: choice, policies: former.policies, shelf: former.evidence), choice)
        }
        return ([(facts, choice)] + former).compactMap { facts, choice in
            guard case .contract(let contract) = choice else { return nil }
            return FactsDocument.text(of: facts, contract: contract, at: BusyFleet.now)
        }
    }

    private var facts: Facts {
        facts(for: choice, policies: observation.policies, shelf: observation.evidence)
    }

    private var origins: [ChangeOrigin?] {
        observation.origins[promotion.environment]?.origins(of: promotion) ?? []
    }

    private var formerIDs: [String] {
        Set(origins.flatMap { $0?.formerPolicies ?? [] }).sorted()
    }

    private var formerChoices: [(FormerPolicies, ContractBook.Choice)] {
        let slots = promotion.changes.map { Optional($0.component) } + (promotion.configuration == nil ? [] : [nil])
        return formerIDs.compactMap { observation.formerPolicies[$0] }.flatMap { former in
            let book = ContractBook(policies: former.policies, environments: observation.environments.map(\.name))
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
        var looksAround = false
        if case .contract(let contract) = choice {
            sources = contract.from.compactMap { name in
                observation[name].map { source in
                    Facts.Source(
                        name: name, record: source.knownRecord, declarations: source.declared.declarations,
                        survey: observation.surveys[name])
                }
            }
            looksAround = Self.looksAround(contract)
        }
        let arriving = Set(promotion.changes.compactMap { $0.to?.digest })
        var facts = Facts(
            promotion: promotion, holds: record.holds.values.sorted { $0.scope < $1.scope }, sources: sources,
            residences: observation.residences.filter { arriving.contains($0.digest) }, freezes: policies.freezes,
            zones: observation.zones)
        facts.recorded = record.components.mapValues(\.artifact)
        facts.people = policies.people
        facts.survey = observation.surveys[promotion.environment]
        facts.waitingSince = record.pending[promotion.id]?.since
        let mine = Set(promotion.changes.map(\.component))
        if looksAround { facts.companions = changes.filter { !mine.contains($0.component) } }
        let digests = arriving.sorted()
        facts.evidence = digests.flatMap { shelf.evidence[$0] ?? [] }
        facts.refusedEvidence = digests.flatMap { shelf.refused[$0] ?? [] }
        facts.consents = shelf.consents[promotion.id] ?? []
        facts.changeAuthors =
            origins.isEmpty || origins.contains(nil) ? nil : Set(origins.compactMap(\.self).flatMap(\.authors))
        facts.buildAuthors = Set(
            facts.evidence.filter { $0.kind == .provenance }.flatMap(\.signers).flatMap(\.principals))
        facts.arrivalTimes =
            (observation.arrivals[promotion.environment] ?? []) + Array(repeating: BusyFleet.now, count: arrivals)
        return facts
    }
}
