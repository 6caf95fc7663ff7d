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
    /// How a plan is made in parts; `nil` for one after the other.
    private let parts: (any PlanParts)?

    package init(identity: String, repairs: Bool = false, parts: (any PlanParts)? = nil) {
        self.identity = identity
        self.repairs = repairs
        self.parts = parts
    }

    /// The plan for `observation` at `instant`.
    package func plan(for observation: Observation, at instant: Timestamp) -> Plan {
        let plans = environmentPlans(for: observation, at: instant)
        return Plan(
            basis: observation.basis, at: instant, environments: parts.map { plans.all(in: $0) } ?? Array(plans))
    }

    /// The parts of the plan for `observation` at `instant`, sorted by name, each made when it is asked for.
    package func environmentPlans(for observation: Observation, at instant: Timestamp) -> EnvironmentPlans {
        EnvironmentPlans(self, observation, at: instant)
    }

    /// The part of `environment` in a plan in which nothing moves, since what it would rest on is not the history that
    /// was seen.
    func standstill(
        _ environment: ObservedEnvironment, at basis: String, because broken: HistoryBreak, at instant: Timestamp
    ) -> EnvironmentPlan {
        EnvironmentPlan(
            environment: environment.name, actions: [],
            entry: LedgerEntry(environment: environment.name, at: instant, basis: basis, signedOffBy: identity),
            before: nil, record: nil, publication: nil,
            components: StatusDerivation(environment: environment, actions: [], stopped: broken, at: instant).statuses,
            wakeUps: [])
    }

    func plan(
        for environment: ObservedEnvironment, in index: ObservationIndex, by book: ContractBook,
        at instant: Timestamp, after tags: [TagRecord], texts: FactsTexts, remembering memory: inout JudgementMemory
    ) -> EnvironmentPlan {
        let observation = index.observation
        var entry = LedgerEntry(
            environment: environment.name, at: instant, basis: observation.basis, signedOffBy: identity)
        guard let record = environment.knownRecord else {
            return EnvironmentPlan(
                environment: environment.name, actions: [], entry: entry, before: nil, record: nil, publication: nil,
                components: StatusDerivation(environment: environment, actions: [], at: instant).statuses, wakeUps: [])
        }
        let scene = EnvironmentScene(environment, record: record, in: index, at: instant)
        let judged = judged(in: scene, by: book, after: tags, texts: texts, remembering: &memory)
        let actions = judged.map(\.action)
        entry.items = items(for: judged, in: scene, texts: texts)
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

    /// What the promotions of `plan` that are recorded say of tags.
    static func tags(arrivingBy plan: EnvironmentPlan) -> [TagRecord] {
        plan.actions.filter { $0.kind == .promote || $0.kind == .adopt }.flatMap { action in
            action.promotion.changes.compactMap { change in
                guard let artifact = change.to, artifact.tag != nil, artifact.digest != nil else { return nil }
                return TagRecord(
                    component: change.component, artifact: artifact, environment: plan.environment, at: plan.entry.at)
            }
        }
    }

    /// Every promotion that an environment asks for on top of its record, in the order in which they are recorded.
    ///
    /// - Parameter tags: What is recorded in other environments at the same instant, before it: the ledger says nothing
    ///   of that yet.
    func judged(
        in scene: EnvironmentScene, by book: ContractBook, after tags: [TagRecord] = [], texts: FactsTexts,
        remembering memory: inout JudgementMemory
    ) -> [Judged] {
        let isAdopted = scene.isAdopted
        let ground = scene.ground(texts)
        let promotions = scene.detection.promotions(in: scene.name, by: book, isAdopted: isAdopted)
        let ahead = judgedAhead(promotions, in: scene)
        func pass(_ coupling: ConfigurationCoupling?) -> [Judged] {
            // In order, since what arrives in this tick counts for what is limited in number.
            var arrivalCount = 0
            return promotions.indices.map { index in
                let (promotion, choice) = promotions[index]
                var action =
                    ahead.action(at: index, after: arrivalCount)
                    ?? action(
                        promotion, choice,
                        facts: FactsAssembly(promotion, on: ground, arrivalCount: arrivalCount),
                        isAdopted: isAdopted, remembering: &memory)
                if let coupling { action = coupling.restricted(action) }
                let clash = Self.clash(of: action, with: tags, repositories: scene.index.observation.repositories)
                if let clash { action = action.restricted(by: clash) }
                defer { if action.kind == .promote { arrivalCount += 1 } }
                return Judged(
                    action: action, choice: choice, arrivalCount: arrivalCount, isUnsettled: clash != nil)
            }
        }
        let judged = pass(nil)
        let coupling = ConfigurationCoupling(
            scene.environment, record: scene.record, isAdopted: isAdopted, actions: judged.lazy.map(\.action))
        return coupling.map { pass($0) } ?? judged
    }

    /// What keeps `action` from happening beside what else happens at the same instant; `nil` for nothing.
    private static func clash(
        of action: Action, with tags: [TagRecord], repositories: RepositoryMap
    ) -> GateResult? {
        guard action.kind == .promote, !tags.isEmpty, action.verdict.contract?.immutableTags != nil else { return nil }
        return TagMeaning.clash(of: action.promotion, with: tags, repositories: repositories)
    }

    /// When evidence counts that came ahead of the clock.
    private func evidenceInstants(_ actions: [Action], in observation: Observation) -> [Timestamp] {
        let shelves = [observation.evidence] + observation.formerPolicies.values.map(\.evidence)
        return actions.isEmpty ? [] : shelves.compactMap(\.nextChange)
    }

    /// A promotion with what it was judged by.
    struct Judged: Sendable {
        let action: Action
        let choice: ContractBook.Choice
        /// How many arrive before it at the same instant.
        let arrivalCount: Int
        /// Whether it is refused by what another environment only now records.
        ///
        /// The ledger does not know that yet, so nothing is recorded of it: the next tick finds the record, and refuses
        /// by it.
        var isUnsettled = false

        /// The facts that it was judged by.
        func facts(on ground: EnvironmentGround) -> Facts {
            FactsAssembly(action.promotion, on: ground, arrivalCount: arrivalCount).facts(for: choice)
        }

        /// What the ledger says of it.
        func item(on ground: EnvironmentGround) -> LedgerEntry.Item {
            var item = LedgerEntry.Item(action)
            guard case .contract(let contract) = choice, action.kind != .adopt else { return item }
            let facts = facts(on: ground)
            item.facts = Fingerprint.facts(ground.texts.digests(of: facts, contract: contract))
            let counted = Set(action.verdict.gates.filter { $0.gate == .approvals }.flatMap(\.evidence))
            item.approvedBy = Set(facts.consents.filter { counted.contains($0.id) }.map(\.signer.name)).sorted()
            return item
        }
    }

    /// Judges, in parts, as though no promotion arrived before another at this instant.
    private func judgedAhead(
        _ promotions: [(promotion: Promotion, choice: ContractBook.Choice)], in scene: EnvironmentScene
    ) -> JudgedAhead {
        let isAdopted = scene.isAdopted
        let countsArrivals =
            !scene.index.observation.formerPolicies.isEmpty || promotions.contains { $0.choice.countsArrivals }
        let actions = inParts(promotions) { promotions -> [Action?] in
            let ground = scene.ground()
            var memory = JudgementMemory()
            var actions: [Action?] = []
            for (promotion, choice) in promotions {
                let facts = FactsAssembly(promotion, on: ground)
                let action = action(promotion, choice, facts: facts, isAdopted: isAdopted, remembering: &memory)
                actions.append(action)
                // What comes behind it has to be judged again.
                if countsArrivals, action.kind == .promote { break }
            }
            return actions + Array(repeating: nil, count: promotions.count - actions.count)
        }
        return JudgedAhead(actions: actions ?? [], countsArrivals: countsArrivals)
    }

    /// What `body` makes of `items`, put together; `nil` where they are too few to be worth parts.
    private func inParts<Item: Sendable, Made: Sendable>(
        _ items: [Item], _ body: @Sendable (ArraySlice<Item>) -> [Made]
    ) -> [Made]? {
        guard let parts else { return nil }
        let count = min(parts.breadth, items.count / max(1, parts.promotions))
        guard count > 1 else { return nil }
        let width = (items.count + count - 1) / count
        return parts.make(count) { body(items.dropFirst($0 * width).prefix(width)) }.flatMap(\.self)
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
        return Action(promotion, judged: verdict)
    }

    /// What the ledger has to learn: every promotion that is permitted, every wait or refusal that is new or has new
    /// grounds, and what waited and is no longer declared.
    private func items(for judged: [Judged], in scene: EnvironmentScene, texts: FactsTexts) -> [LedgerEntry.Item] {
        let (record, environment) = (scene.record, scene.environment)
        let news = judged.filter { Self.isNews($0, to: record, isLedgerBegun: environment.record != .absent) }
        let made = inParts(news) { news in
            let ground = scene.ground()
            return news.map { $0.item(on: ground) }
        }
        let ground = scene.ground(texts)
        var items = made ?? news.map { $0.item(on: ground) }
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

    /// Whether the ledger has to learn of `judged`.
    private static func isNews(_ judged: Judged, to record: EnvironmentRecord, isLedgerBegun: Bool) -> Bool {
        let action = judged.action
        switch action.kind {
        case .adopt, .promote: return true
        case .wait where judged.isUnsettled, .refuse where judged.isUnsettled: return false
        case .wait, .refuse:
            let known = record.pending[action.promotion.id]
            let result = action.kind == .wait ? LedgerResult.waiting : .refused
            let hasGrounds = known.map { isShut(by: $0.gates, action.verdict) } ?? false
            // An environment that no contract guards has no ledger to begin.
            let isWorthBeginning = isLedgerBegun || action.verdict.contract != nil
            return isWorthBeginning && (known?.result != result || !hasGrounds)
        }
    }

    /// Whether `gates` are those that do not let `verdict` pass.
    private static func isShut(by gates: [GateName: String], _ verdict: Verdict) -> Bool {
        let all = verdict.gates
        return all.indices.allSatisfy { all[$0].passes || gates[all[$0].gate] != nil }
            && gates.keys.allSatisfy { name in all.indices.contains { all[$0].gate == name && !all[$0].passes } }
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
        var tip: String?
        var ground: String?
        var unrecorded: [PromotionID] = []
        let moved = entry.items.filter { $0.result == .promoted || $0.result == .adopted }.map(\.promotion)
        switch environment.published {
        case .none: return nil
        case .absent(let name): branch = name
        case .present(let state):
            (branch, tip, ground, unrecorded) = (state.branch, state.tip, state.ground, state.unrecorded)
        case .unreadable(let problem):
            // Nobody may believe in an arrival that was not published: this one fails, unless the branch is gone by
            // then, and so nothing is recorded.
            guard !moved.isEmpty else { return nil }
            branch = problem.place.file
        }
        // What was published and not recorded is no longer permitted, or it would arrive now.
        let isDue = !moved.isEmpty || ground != tip || (repairs && isDrifted(environment.published, after))
        // An environment that holds nothing yet needs no branch; one whose last component has gone keeps its own.
        guard tip == nil ? !after.components.isEmpty : isDue else { return nil }
        let takesConfiguration = environment.declared.configuration.map { $0 == after.configuration?.digest } ?? false
        // Where nothing that was published is recorded, something has to stand around the permitted artifacts.
        let needsTip = ground == nil && !takesConfiguration && !after.components.isEmpty
        return Publication(
            environment: environment.name, branch: branch, expected: tip, ground: needsTip ? tip : ground,
            artifacts: after.components.mapValues(\.artifact), takesConfiguration: takesConfiguration,
            promotions: moved.sorted(), withdrawn: unrecorded.filter { !moved.contains($0) })
    }

    private func isDrifted(_ published: PublishedReading?, _ record: EnvironmentRecord) -> Bool {
        guard case .present(let state) = published else { return false }
        return state.artifacts.mapValues(\.artifact) != record.components.mapValues(\.artifact)
    }
}

extension Action {
    /// What is done about `promotion` after `verdict`.
    init(_ promotion: Promotion, judged verdict: Verdict) {
        let kind: Kind =
            switch verdict.result {
            case .permitted: .promote
            case .waiting: .wait
            case .refused: .refuse
            }
        self.init(kind: kind, promotion: promotion, verdict: verdict)
    }
}

extension Action {
    /// The same, kept from happening by `gate` as well.
    func restricted(by gate: GateResult) -> Action {
        Action(
            promotion,
            judged: Verdict(
                contract: verdict.contract, source: verdict.source, gates: verdict.gates + [gate],
                emergency: verdict.emergency))
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
