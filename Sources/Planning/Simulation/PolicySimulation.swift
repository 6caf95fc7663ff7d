import PolicyRules
package import PromotionModel

/// A promotion of the past, judged once more.
package struct SimulatedPromotion: Hashable, Sendable {
    /// What would have become of it.
    package enum Outcome: Hashable, Sendable {
        case same
        /// It would have waited; `until` is when time alone would have permitted it.
        case delayed(until: Timestamp?)
        case refused
        /// It cannot be judged any more.
        case unknown(reason: String)
    }

    /// The commit of the ledger that records it, 40 hexadecimal digits.
    package let commit: String
    package let environment: EnvironmentName
    package let at: Timestamp
    /// The commit that was observed, 40 hexadecimal digits.
    package let basis: String
    package let promotion: PromotionID
    package let recorded: LedgerResult
    package let changes: [Promotion.Change]
    package let configuration: Digest?
    package let outcome: Outcome
    /// The gates that would not have passed.
    package let gates: [GateResult]
    /// The contracts that would have judged it, in order of place.
    package let contracts: [Contract]

    /// `item` of `entry`, recorded by `commit` on top of `before`, with what the new policies would have made of it.
    package init(
        _ item: LedgerEntry.Item, of entry: LedgerEntry, commit: String, before: EnvironmentRecord,
        judgement: PolicySimulation.Judged
    ) {
        self.commit = commit
        environment = entry.environment
        at = entry.at
        basis = entry.basis
        promotion = item.promotion
        recorded = item.result
        let arriving = item.artifacts.map { component, artifact in
            Promotion.Change(
                component: component, from: before.components[component]?.artifact, to: artifact, supersedes: nil)
        }
        let going = item.retired.map { component in
            Promotion.Change(
                component: component, from: before.components[component]?.artifact, to: nil, supersedes: nil)
        }
        changes = (arriving + going).sorted { $0.component < $1.component }
        configuration = item.configuration
        outcome = judgement.outcome
        gates = judgement.gates
        contracts = judgement.contracts
    }
}

/// Judges promotions of the past by other policies than those of then.
///
/// Pure. Each promotion is judged by the facts of its own time, whatever became of the ones before it. What a change
/// did to policies itself plays no part: the new ones are taken to have been in force already.
package enum PolicySimulation {
    /// The outcome of one promotion, and by what.
    package struct Judged: Hashable, Sendable {
        package let outcome: SimulatedPromotion.Outcome
        package let gates: [GateResult]
        package let contracts: [Contract]

        package init(_ outcome: SimulatedPromotion.Outcome, gates: [GateResult] = [], contracts: [Contract] = []) {
            self.outcome = outcome
            self.gates = gates
            self.contracts = contracts
        }

        /// The judgement where `former`, by the policies of then, still permits; else nobody can tell.
        ///
        /// What was permitted then and is not by the very same policies now has lost a fact, not met another gate.
        package func confirmed(by former: Judged) -> Judged {
            switch (outcome, former.outcome) {
            case (.same, _), (.unknown, _), (_, .same): return self
            case (_, .unknown(let reason)): return Judged(.unknown(reason: reason), contracts: contracts)
            case (_, .delayed), (_, .refused):
                let lost = former.gates.first.map { ": \($0.gate.rawValue): \($0.reason)" } ?? ""
                return Judged(
                    .unknown(reason: "what it was judged by then cannot be read any more\(lost)"),
                    contracts: contracts)
            }
        }
    }

    /// Whether `item` is a promotion of the past that gates have, or could have, judged.
    package static func concerns(_ item: LedgerEntry.Item) -> Bool {
        item.result == .promoted || item.result == .rolledBack
    }

    /// What becomes of `item`, a promotion to `environment`, at `instant` by the policies of `observation`.
    ///
    /// - Parameter observation: Taken at the basis of the entry that records it.
    package static func judgement(
        of item: LedgerEntry.Item, to environment: EnvironmentName, in observation: Observation, at instant: Timestamp
    ) -> Judged {
        let slots: Slots
        do {
            slots = try Slots(item, environment, observation)
        } catch {
            return Judged(.unknown(reason: error.reason))
        }
        let verdicts = slots.verdicts(in: observation, at: instant)
        let contracts = Set(verdicts.compactMap(\.contract)).sorted { $0.place < $1.place }
        guard verdicts.contains(where: { $0.result != .permitted }) else { return Judged(.same, contracts: contracts) }
        let isRefused = verdicts.contains { $0.result == .refused }
        let waiting = verdicts.filter { $0.result == .waiting }.map(\.nextChange)
        let until = waiting.contains(nil) ? nil : waiting.compactMap(\.self).max()
        return Judged(
            isRefused ? .refused : .delayed(until: until), gates: verdicts.flatMap(\.shut), contracts: contracts)
    }

    /// Why a promotion cannot be judged any more.
    private struct Unjudgeable: Error {
        let reason: String
    }

    /// The parts of an environment that a promotion moved.
    private struct Slots {
        let environment: EnvironmentName
        let record: EnvironmentRecord
        let detection: ChangeDetection
        let components: Set<ComponentName>
        let hasConfiguration: Bool

        /// - Throws: ``Unjudgeable`` where the observation does not show what was recorded.
        init(
            _ item: LedgerEntry.Item, _ environment: EnvironmentName, _ observation: Observation
        ) throws(Unjudgeable) {
            guard let observed = observation[environment] else {
                throw Unjudgeable(reason: "its basis has no environment \(environment)")
            }
            guard let record = observed.knownRecord else {
                throw Unjudgeable(reason: observed.record.problem.map(\.description) ?? "its lock cannot be read")
            }
            let detection = ChangeDetection(declared: observed.declared, record: record)
            let declared = Dictionary(detection.changes.map { ($0.component, $0.to) }) { first, _ in first }
            for (component, artifact) in item.artifacts.sorted(by: { $0.key < $1.key })
            where declared[component] != .some(artifact) {
                throw Unjudgeable(reason: "its basis does not declare \(component) \(artifact.version)")
            }
            for component in item.retired where declared[component] != .some(nil) {
                throw Unjudgeable(reason: "its basis still declares \(component)")
            }
            if let digest = item.configuration, detection.configuration?.to != digest {
                throw Unjudgeable(reason: "its basis has another configuration than the one that was recorded")
            }
            self.environment = environment
            self.record = record
            self.detection = detection
            components = Set(item.artifacts.keys).union(item.retired)
            hasConfiguration = item.configuration != nil
        }

        /// The verdicts on every promotion that would have moved one of the parts: other policies may divide otherwise.
        func verdicts(in observation: Observation, at instant: Timestamp) -> [Verdict] {
            let book = ContractBook(
                policies: observation.policies, environments: observation.names)
            let promotions = detection.promotions(in: environment, by: book, isAdopted: false)
            let ground = EnvironmentGround(
                ObservationIndex(observation), environment: environment, record: record, changes: detection.changes,
                instant: instant)
            return promotions.filter { promotion, _ in
                promotion.changes.contains { components.contains($0.component) }
                    || (hasConfiguration && promotion.configuration != nil)
            }.map { promotion, choice in
                let facts = FactsAssembly(promotion, on: ground).facts(for: choice)
                return Judgement.verdict(on: facts, by: choice, at: instant)
            }
        }
    }
}
