/// The state of one gate, with a reason for people and the next instant at which it can change.
package struct GateResult: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case open
        /// Not yet; it opens by time or by something that is on its way.
        case pending
        /// No; somebody has to do something.
        case closed
        /// Not open, and passed over in an emergency, as the contract allows.
        case skipped
    }

    package let gate: GateName
    package let state: State
    /// A sentence that stays the same while nothing changes: instants in it are absolute.
    package let reason: String
    /// `nil` where no passing of time alone changes the gate.
    package let nextChange: Timestamp?
    /// The evidence that it rests on, sorted.
    package let evidence: [Digest]
    /// What people who want to do something about the gate have to know; the ledger does not keep it.
    package let lack: Lack

    /// What a gate misses.
    package struct Lack: Hashable, Sendable {
        /// The statements that would open it, in order of the contract.
        package var statements: [MissingStatement] = []
        /// The consents that were looked at and do not count, each with why.
        package var objections: [Digest: String] = [:]

        package init() {}
    }

    package init(
        _ gate: GateName, _ state: State, _ reason: String, nextChange: Timestamp? = nil, evidence: [Digest] = [],
        lack: Lack = Lack()
    ) {
        self.gate = gate
        self.state = state
        self.reason = reason
        self.nextChange = nextChange
        self.evidence = evidence.count > 1 ? evidence.sorted() : evidence
        self.lack = lack
    }

    /// As the ledger keeps it.
    package var recorded: GateResult {
        GateResult(gate, state, reason, nextChange: nextChange, evidence: evidence)
    }

    /// Whether it lets the promotion pass.
    package var passes: Bool {
        state == .open || state == .skipped
    }
}

/// A statement that a gate waits for.
package struct MissingStatement: Hashable, Sendable {
    /// The component whose artifact it has to be about.
    package let component: ComponentName
    /// `nil` means any.
    package let kind: EvidenceKind?
    /// `nil` means any.
    package let name: String?
    /// The role that has to sign it; `nil` means any allowed signer.
    package let role: String?
    /// Whether there is one, and it speaks against the artifact.
    package let hasFailed: Bool

    package init(component: ComponentName, kind: EvidenceKind?, name: String?, role: String?, hasFailed: Bool) {
        self.component = component
        self.kind = kind
        self.name = name
        self.role = role
        self.hasFailed = hasFailed
    }
}

/// The leave to skip gates, and who gave it.
package struct Emergency: Hashable, Sendable {
    /// In the words of the first who asked for it.
    package let reason: String
    /// Who consented, by name, sorted.
    package let by: [String]
    /// First instant at which the absence of a review is drift, counted from the promotion.
    package let reviewWithin: TimeSpan

    package init(reason: String, by: [String], reviewWithin: TimeSpan) {
        self.reason = reason
        self.by = by
        self.reviewWithin = reviewWithin
    }
}

/// The result of judging a promotion: never a bare yes or no.
package struct Verdict: Hashable, Sendable {
    package enum Result: String, Sendable, CaseIterable {
        case permitted
        case waiting
        case refused
    }

    /// The contract it was judged by; `nil` where there is none.
    package let contract: Contract?
    /// The source environment whose record counted; `nil` in an entry environment or where none did.
    package let source: EnvironmentName?
    /// Sorted by gate.
    package let gates: [GateResult]
    /// Set where a gate was skipped.
    package let emergency: Emergency?

    package init(contract: Contract?, source: EnvironmentName?, gates: [GateResult], emergency: Emergency? = nil) {
        self.contract = contract
        self.source = source
        let isSorted = gates.indices.dropFirst().allSatisfy { gates[$0 - 1].gate <= gates[$0].gate }
        self.gates = isSorted ? gates : gates.sorted { $0.gate < $1.gate }
        self.emergency = emergency
    }

    /// Refused if a gate is closed, waiting if one is pending, permitted only if there are gates and all are open.
    package var result: Result {
        var isOpen = true
        for index in gates.indices {
            switch gates[index].state {
            case .closed: return .refused
            case .pending: isOpen = false
            case .open, .skipped: continue
            }
        }
        return gates.isEmpty ? .refused : isOpen ? .permitted : .waiting
    }

    /// The gates that are not open, closed ones first: they are what somebody has to do something about.
    package var shut: [GateResult] {
        var shut: [GateResult] = []
        for index in gates.indices where gates[index].state == .closed { shut.append(gates[index]) }
        for index in gates.indices where gates[index].state == .pending { shut.append(gates[index]) }
        return shut
    }

    /// The first instant at which the promotion can be permitted by the passing of time alone.
    ///
    /// `nil` where it is permitted already, and where some gate waits for more than time.
    package var nextChange: Timestamp? {
        Self.nextChange(of: shut)
    }

    /// ``nextChange``, given ``shut``.
    package static func nextChange(of shut: [GateResult]) -> Timestamp? {
        let instants = shut.map(\.nextChange)
        return instants.contains(nil) ? nil : instants.compactMap(\.self).max()
    }
}
