import PromotionModel

/// What is permitted and has not landed, and when the next thing can be.
struct RestCheck {
    let chronicle: Chronicle

    /// Everything that differs from the record, as the contracts make promotions of it.
    private var waiting: [ContractOracle.Arrival] {
        chronicle.tip.state.names.flatMap { name -> [ContractOracle.Arrival] in
            guard let state = chronicle.tip.state.environments[name] else { return [] }
            let environment = chronicle.tip.snapshot[name]
            let recorded = environment.recorded.mapValues(\.artifact)
            let declared = state.readable.mapValues(\.build.artifact)
            var changes: [String: String?] = [:]
            for (component, artifact) in declared where recorded[component] != artifact {
                changes[component] = artifact
            }
            if state.broken == nil {
                for component in recorded.keys where declared[component] == nil { changes[component] = .some(nil) }
            }
            let hasConfiguration = state.configurationKey.map { $0 != environment.configurationKey } ?? false
            let isTogether = chronicle.tip.state.policies.contracts[name]?.isTogether ?? false
            let groups: [([String: String?], Bool)] =
                isTogether
                ? [(changes, hasConfiguration)]
                : changes.sorted { $0.key < $1.key }.map { ([$0.key: $0.value], false) } + [([:], hasConfiguration)]
            return groups.filter { !$0.0.isEmpty || $0.1 }.map { changes, hasConfiguration in
                arrival(of: changes, hasConfiguration, in: name, environment)
            }
        }
    }

    private func arrival(
        of changes: [String: String?], _ hasConfiguration: Bool, in name: String, _ environment: Snapshot.Environment
    ) -> ContractOracle.Arrival {
        let artifacts = changes.compactMapValues { $0 }
        let gone = changes.filter { $0.value == nil }.keys.sorted()
        // The newest that says the same: an id also tells what it supersedes.
        let pending = environment.folded?.pending.filter { _, pending in
            Dictionary(uniqueKeysWithValues: pending.artifacts.map { ($0.key.description, $0.value.description) })
                == artifacts && pending.retired.map(\.description) == gone
                && (pending.configuration != nil) == hasConfiguration
        }.max { $0.value.since < $1.value.since }
        return ContractOracle.Arrival(
            environment: name, changes: changes, hasConfiguration: hasConfiguration,
            isWithConfiguration: hasConfiguration || chronicle.tip.isConfigurationRecorded(in: name),
            promotion: pending?.key.description ?? "")
    }

    /// What waits and is surely permitted at `instant`, as texts.
    func permitted(at instant: Timestamp) -> [String] {
        let oracle = ContractOracle(
            chronicle: chronicle, index: chronicle.chain.count - 1, consentCount: chronicle.consents.count,
            doubt: .againstArrival)
        func isPermitted(_ arrival: ContractOracle.Arrival) -> Bool {
            let arrivals = chronicle.tip.snapshot[arrival.environment].arrivals
            return oracle.obstacles(to: arrival, at: instant, after: arrivals).isEmpty
        }
        let waiting = waiting
        let configured = Set(waiting.filter { $0.hasConfiguration && isPermitted($0) }.map(\.environment))
        return waiting.filter { arrival in
            var arrival = arrival
            if configured.contains(arrival.environment) { arrival.isWithConfiguration = true }
            return isPermitted(arrival)
        }.map { arrival in
            let words = arrival.changes.keys.sorted() + (arrival.hasConfiguration ? ["configuration"] : [])
            return "\(arrival.environment): \(words.joined(separator: ", "))"
        }
    }

    /// The first instant after `instant`, two weeks ahead at most, at which something that waits is surely permitted.
    func nextArrival(after instant: Timestamp) -> Timestamp? {
        guard !waiting.isEmpty else { return nil }
        let horizon = instant + TimeSpan(seconds: 14 * 86_400)
        return edges(from: instant).filter { $0 > instant && $0 <= horizon }.sorted().first {
            !permitted(at: $0).isEmpty
        }
    }

    /// Every instant at which some rule can begin to permit.
    private func edges(from instant: Timestamp) -> Set<Timestamp> {
        var edges: Set<Timestamp> = []
        let policies = Set([chronicle.tip.state.policies] + chronicle.chain.compactMap(\.formerPolicies))
        let contracts = policies.flatMap(\.contracts.values)
        edges.formUnion(policies.flatMap(\.freezes).map(\.until))
        for environment in chronicle.tip.snapshot.environments.values {
            edges.formUnion(environment.holds.values.compactMap(\.until))
            for contract in contracts {
                if let soak = contract.soak { edges.formUnion(environment.stays.map { $0.from + soak }) }
                if let rate = contract.rate { edges.formUnion(environment.arrivals.map { $0 + rate.span }) }
            }
        }
        let today = instant.seconds / 86_400
        for hours in contracts.compactMap(\.hours) {
            for day in today...today + 14 {
                edges.insert(Timestamp(seconds: day * 86_400 + Int64(hours.from) * 60))
            }
        }
        return edges
    }
}
