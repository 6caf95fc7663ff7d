/// What became of a promotion in one ledger entry.
package enum LedgerResult: String, Sendable, CaseIterable {
    /// Recorded as found when the ledger began.
    case adopted
    case promoted
    case waiting
    case refused
    /// It was pending and is no longer declared.
    case withdrawn
    case rolledBack = "rolled-back"
    case held
    case released
}

/// The meaning of one result commit: what towpath recorded for one environment in one tick.
package struct LedgerEntry: Hashable, Sendable {
    /// One promotion in the entry and what became of it.
    package struct Item: Hashable, Sendable {
        package var promotion: PromotionID
        package var result: LedgerResult
        package var source: EnvironmentName?
        /// What arrived or would arrive; sorted by component.
        package var artifacts: [ComponentName: Artifact]
        /// Components that went or would go, sorted.
        package var retired: [ComponentName]
        package var configuration: Digest?
        /// The promotions whose place it takes, sorted.
        package var supersedes: [PromotionID]
        /// File and blob of the contract it was judged by.
        package var contract: String?
        package var gates: [GateResult]
        /// Whose consent counted, by name, sorted.
        package var approvedBy: [String]
        /// Set where a gate was skipped.
        package var emergency: Emergency?
        /// SHA-256 of the facts document that it was judged by.
        package var facts: Digest?

        package init(promotion: PromotionID, result: LedgerResult) {
            self.promotion = promotion
            self.result = result
            source = nil
            artifacts = [:]
            retired = []
            configuration = nil
            supersedes = []
            contract = nil
            gates = []
            approvedBy = []
            emergency = nil
            facts = nil
        }
    }

    package let environment: EnvironmentName
    package let at: Timestamp
    /// The commit that was observed, 40 hexadecimal digits.
    package let basis: String
    /// The commit of the evidence branch that was read, 40 hexadecimal digits; `nil` where there was none.
    package var evidenceBasis: String?
    package var items: [Item]
    package var holds: [Hold]
    package var released: [Hold.Scope]
    /// Set where the entry begins the environment's ledger anew, since that of the history before proves nothing.
    package var acceptance: HistoryAcceptance?
    /// The identity that signed off, as `Name <email>`; it equals the committer.
    package let signedOffBy: String

    package init(environment: EnvironmentName, at: Timestamp, basis: String, signedOffBy: String) {
        self.environment = environment
        self.at = at
        self.basis = basis
        self.signedOffBy = signedOffBy
        items = []
        holds = []
        released = []
        acceptance = nil
    }

    package var isEmpty: Bool {
        items.isEmpty && holds.isEmpty && released.isEmpty
    }
}

extension EnvironmentRecord {
    /// The record after `entry`: the only way a record ever changes.
    ///
    /// Pure: the same record and entry give the same result, so folding a ledger gives its locks.
    package func applying(_ entry: LedgerEntry) -> EnvironmentRecord {
        var record = self
        for item in entry.items {
            record.apply(item, at: entry.at)
        }
        for scope in entry.released {
            record.holds[scope] = nil
        }
        for hold in entry.holds {
            record.holds[hold.scope] = hold
        }
        return record
    }

    private mutating func apply(_ item: LedgerEntry.Item, at instant: Timestamp) {
        switch item.result {
        case .waiting, .refused:
            pending[item.promotion] = Pending(
                result: item.result, since: pending[item.promotion]?.since ?? instant, artifacts: item.artifacts,
                retired: item.retired, configuration: item.configuration,
                gates: Dictionary(
                    item.gates.filter { !$0.passes }.map { ($0.gate, $0.reason) },
                    uniquingKeysWith: { old, _ in old }))
        case .withdrawn:
            pending[item.promotion] = nil
        case .adopted, .promoted, .rolledBack:
            pending[item.promotion] = nil
            for (name, artifact) in item.artifacts {
                components[name] = Component(
                    artifact: artifact, promotion: item.promotion, source: item.source, at: instant,
                    previous: components[name].flatMap { $0.artifact.digest?.description ?? $0.artifact.tag },
                    health: .assumed)
            }
            for name in item.retired {
                components[name] = nil
            }
            if let digest = item.configuration {
                configuration = Configuration(digest: digest, promotion: item.promotion, at: instant)
            }
        case .held, .released:
            break
        }
    }
}
