import PolicyRules
package import PromotionModel

/// Turns an observation into a plan.
///
/// Pure: the same observation, instant and identity give the same plan, whatever the order in which the observation's
/// parts were collected.
package struct Planner: Sendable {
    /// Who signs off what the plan records, as `Name <email>`.
    private let identity: String
    /// Whether a published branch that differs from the record is brought back without a promotion.
    private let repairs: Bool

    package init(identity: String, repairs: Bool = false) {
        self.identity = identity
        self.repairs = repairs
    }

    /// The plan for `observation` at `instant`.
    package func plan(for observation: Observation, at instant: Timestamp) -> Plan {
        if let broken = observation.historyBreak { return standstill(observation, because: broken, at: instant) }
        let book = ContractBook(policies: observation.policies, environments: observation.environments.map(\.name))
        let index = ObservationIndex(observation)
        let texts = FactsTexts()
        var memory = JudgementMemory()
        let environments = observation.environments.sorted { $0.name < $1.name }.map { environment in
            plan(for: environment, in: index, by: book, at: instant, texts: texts, remembering: &memory)
        }
        return Plan(basis: observation.basis, at: instant, environments: environments)
    }

    /// The plan in which nothing moves, since what it would rest on is not the history that was seen.
    private func standstill(
        _ observation: Observation, because broken: HistoryBreak, at instant: Timestamp
    ) -> Plan {
        let environments = observation.environments.sorted { $0.name < $1.name }.map { environment in
            EnvironmentPlan(
                environment: environment.name, actions: [],
                entry: LedgerEntry(
                    environment: environment.name, at: instant, basis: observation.basis, signedOffBy: identity),
                before: nil, record: nil, publication: nil,
                components: StatusDerivation(environment: environment, actions: [], stopped: broken, at: instant)
                    .statuses,
                wakeUps: [])
        }
        return Plan(basis: observation.basis, at: instant, environments: environments)
    }

    private func plan(
        for environment: ObservedEnvironment, in index: ObservationIndex, by book: ContractBook,
        at instant: Timestamp, texts: FactsTexts, remembering memory: inout JudgementMemory
    ) -> EnvironmentPlan {
        let observation = index.observation
        var entry = LedgerEntry(
            environment: environment.name, at: instant, basis: observation.basis, signedOffBy: identity)
        guard let record = environment.knownRecord else {
            return EnvironmentPlan(
                environment: environment.name, actions: [], entry: entry, before: nil, record: nil, publication: nil,
                components: StatusDerivation(environment: environment, actions: [], at: instant).statuses, wakeUps: [])
        }
        let judged = judged(
            environment, record: record, in: index, by: book, at: instant, texts: texts, remembering: &memory)
        let actions = judged.map(\.action)
        entry.items = items(for: judged, record: record, environment: environment)
        if entry.items.contains(where: { $0.contract != nil }) { entry.evidenceBasis = observation.evidence.basis }
        let after = record.applying(entry)
        let evidence = evidenceInstants(actions, in: observation)
        return EnvironmentPlan(
            environment: environment.name, actions: actions, entry: entry, before: record, record: after,
            publication: publication(of: environment, after: after, entry: entry),
            components: StatusDerivation(environment: environment, actions: actions, at: instant).statuses,
            wakeUps: (record.holds.values.compactMap(\.until) + evidence).filter { $0 > instant }.sorted(),
            evidenceDue: evidence.filter { $0 > instant }.min())
    }

    /// Every promotion that `environment` asks for on top of `record`, in the order in which they are recorded.
    func judged(
        _ environment: ObservedEnvironment, record: EnvironmentRecord, in index: ObservationIndex,
        by book: ContractBook, at instant: Timestamp, texts: FactsTexts, remembering memory: inout JudgementMemory
    ) -> [Judged] {
        let observation = index.observation
        let isAdopted = environment.record == .absent && observation.adoptable.contains(environment.name)
        let detection = ChangeDetection(declared: environment.declared, record: record)
        let ground = EnvironmentGround(
            index, environment: environment.name, record: record, changes: detection.changes, instant: instant,
            texts: texts)
        var judged: [Judged] = []
        // In order, since what arrives in this tick counts for what is limited in number.
        var arrivalCount = 0
        for (promotion, choice) in detection.promotions(in: environment.name, by: book, isAdopted: isAdopted) {
            let facts = FactsAssembly(promotion, on: ground, arrivalCount: arrivalCount)
            let action = action(promotion, choice, facts: facts, isAdopted: isAdopted, remembering: &memory)
            if action.kind == .promote { arrivalCount += 1 }
            judged.append(Judged(action: action, facts: facts, choice: choice))
        }
        return judged
    }

    /// When evidence counts that came ahead of the clock.
    private func evidenceInstants(_ actions: [Action], in observation: Observation) -> [Timestamp] {
        let shelves = [observation.evidence] + observation.formerPolicies.values.map(\.evidence)
        return actions.isEmpty ? [] : shelves.compactMap(\.nextChange)
    }

    /// A promotion with what it was judged by.
    struct Judged {
        let action: Action
        let facts: FactsAssembly
        let choice: ContractBook.Choice

        /// What the ledger says of it.
        var item: LedgerEntry.Item {
            var item = LedgerEntry.Item(action)
            guard case .contract(let contract) = choice, action.kind != .adopt else { return item }
            let texts = facts.ground.texts
            let facts = facts.facts(for: choice)
            item.facts = Fingerprint.facts(texts.digests(of: facts, contract: contract))
            let counted = Set(action.verdict.gates.filter { $0.gate == .approvals }.flatMap(\.evidence))
            item.approvedBy = Set(facts.consents.filter { counted.contains($0.id) }.map(\.signer.name)).sorted()
            return item
        }
    }

    private func action(
        _ promotion: Promotion, _ choice: ContractBook.Choice, facts: FactsAssembly, isAdopted: Bool,
        remembering memory: inout JudgementMemory
    ) -> Action {
        if isAdopted {
            let verdict = Judgement.adoption(of: facts.facts(for: choice), by: choice)
            return Action(
                kind: verdict.result == .permitted ? .adopt : .refuse, promotion: promotion, verdict: verdict)
        }
        var verdict = Judgement.verdict(
            on: facts.facts(for: choice), by: choice, at: facts.instant, remembering: &memory)
        for former in facts.formerVerdicts(remembering: &memory) {
            verdict = verdict.restricted(by: former)
        }
        let kind: Action.Kind =
            switch verdict.result {
            case .permitted: .promote
            case .waiting: .wait
            case .refused: .refuse
            }
        return Action(kind: kind, promotion: promotion, verdict: verdict)
    }

    /// What the ledger has to learn: every promotion that is permitted, every wait or refusal that is new or has new
    /// grounds, and what waited and is no longer declared.
    private func items(
        for judged: [Judged], record: EnvironmentRecord, environment: ObservedEnvironment
    ) -> [LedgerEntry.Item] {
        let isLedgerBegun = environment.record != .absent
        var items: [LedgerEntry.Item] = []
        for judged in judged {
            let action = judged.action
            switch action.kind {
            case .adopt, .promote:
                items.append(judged.item)
            case .wait, .refuse:
                let known = record.pending[action.promotion.id]
                let result = action.kind == .wait ? LedgerResult.waiting : .refused
                let hasGrounds = known.map { Self.isShut(by: $0.gates, action.verdict) } ?? false
                // An environment that no contract guards has no ledger to begin.
                let isWorthBeginning = isLedgerBegun || action.verdict.contract != nil
                if isWorthBeginning, known?.result != result || !hasGrounds {
                    items.append(judged.item)
                }
            }
        }
        let current = Set(judged.map(\.action.promotion.id))
        let left = record.pending.filter { !current.contains($0.key) }.sorted { $0.key < $1.key }
        let declared = Set(left.isEmpty ? [] : environment.declared.declarations.map(\.component))
        for (id, pending) in left
        where environment.declared.isComplete || Self.isReplaced(pending, among: declared) {
            var item = LedgerEntry.Item(promotion: id, result: .withdrawn)
            item.artifacts = pending.artifacts
            item.retired = pending.retired
            item.configuration = pending.configuration
            items.append(item)
        }
        return items
    }

    /// Whether `gates` are those that do not let `verdict` pass.
    private static func isShut(by gates: [GateName: String], _ verdict: Verdict) -> Bool {
        let shut = verdict.gates.filter { !$0.passes }
        return shut.allSatisfy { gates[$0.gate] != nil }
            && gates.keys.allSatisfy { name in shut.contains { $0.gate == name } }
    }

    /// Whether something else is known to be declared in the place of a promotion that nothing brings about any more.
    ///
    /// Where a file could not be read it may still be declared, and only another declaration in its place tells.
    private static func isReplaced(
        _ pending: EnvironmentRecord.Pending, among declared: Set<ComponentName>
    ) -> Bool {
        pending.artifacts.keys.contains(where: declared.contains) || pending.retired.contains(where: declared.contains)
    }

    private func publication(
        of environment: ObservedEnvironment, after: EnvironmentRecord, entry: LedgerEntry
    ) -> Publication? {
        let branch: String
        let tip: String?
        let moved = entry.items.filter { $0.result == .promoted || $0.result == .adopted }.map(\.promotion)
        switch environment.published {
        case .none: return nil
        case .absent(let name): (branch, tip) = (name, nil)
        case .present(let state): (branch, tip) = (state.branch, state.tip)
        case .unreadable(let problem):
            // Nobody may believe in an arrival that was not published: this one fails, unless the branch is gone by
            // then, and so nothing is recorded.
            guard !moved.isEmpty else { return nil }
            (branch, tip) = (problem.place.file, nil)
        }
        let isDue = !moved.isEmpty || (repairs && isDrifted(environment.published, after))
        // An environment that holds nothing yet needs no branch; one whose last component has gone keeps its own.
        guard tip == nil ? !after.components.isEmpty : isDue else { return nil }
        return Publication(
            environment: environment.name, branch: branch, expected: tip,
            artifacts: after.components.mapValues(\.artifact),
            takesConfiguration: environment.declared.configuration.map { $0 == after.configuration?.digest } ?? false,
            promotions: moved.sorted())
    }

    private func isDrifted(_ published: PublishedReading?, _ record: EnvironmentRecord) -> Bool {
        guard case .present(let state) = published else { return false }
        return state.artifacts.mapValues(\.artifact) != record.components.mapValues(\.artifact)
    }
}

extension LedgerEntry.Item {
    /// The item that records `action`.
    init(_ action: Action) {
        let promotion = action.promotion
        let result: LedgerResult =
            switch action.kind {
            case .adopt: .adopted
            case .promote: .promoted
            case .wait: .waiting
            case .refuse: .refused
            }
        self.init(promotion: promotion.id, result: result)
        source = action.verdict.source
        for change in promotion.changes {
            if let artifact = change.to {
                artifacts[change.component] = artifact
            } else {
                retired.append(change.component)
            }
        }
        retired.sort()
        configuration = promotion.configuration?.to
        supersedes = Set(
            promotion.changes.compactMap(\.supersedes) + [promotion.configuration?.supersedes].compactMap(\.self)
        )
        .sorted()
        contract = action.verdict.contract?.reference
        gates = action.verdict.gates.map(\.recorded)
        emergency = action.verdict.emergency
    }
}
