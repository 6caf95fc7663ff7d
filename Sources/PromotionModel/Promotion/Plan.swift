/// What one tick will do, and what it will not, from one observation: a value that leaves no choice to its execution.
///
/// Ids, artifacts, messages and order are fixed in it. The command line, the loop and the tests print the same value.
package struct Plan: Hashable, Sendable {
    /// The commit that was observed; nothing is recorded unless it is still the tip.
    package let basis: String
    package let at: Timestamp
    /// Sorted by name.
    package let environments: [EnvironmentPlan]

    package init(basis: String, at: Timestamp, environments: [EnvironmentPlan]) {
        self.basis = basis
        self.at = at
        self.environments = environments
    }

    /// Whether a tick would change nothing.
    package var isEmpty: Bool {
        environments.allSatisfy { $0.entry.isEmpty && $0.publication == nil }
    }

    /// The first instant at which something can become more permitted by itself, or a permission can end; always
    /// after `at`.
    package var nextChange: Timestamp? {
        nextChange { _ in true }
    }

    /// ``nextChange``, of those actions only for which `isLeft`.
    package func nextChange(of isLeft: (Action) -> Bool) -> Timestamp? {
        environments.flatMap { environment in
            let actions = environment.actions.filter(isLeft)
            let isWaiting = actions.contains { $0.verdict.result != .permitted }
            return actions.flatMap(\.changes) + [isWaiting ? environment.evidenceDue : nil].compactMap(\.self)
        }.filter { $0 > at }.min()
    }

    /// The first instant at which another plan can come of the same observation; always after `at`.
    ///
    /// Sooner than ``nextChange`` where something changes that permits nothing: that a window opened or closed while
    /// something else is missing is recorded.
    package var stableUntil: Timestamp? {
        environments.flatMap { environment in
            environment.actions.flatMap(\.verdict.gates).compactMap(\.nextChange) + environment.wakeUps
        }.filter { $0 > at }.min()
    }

    /// Whether a promotion is refused.
    package var hasRefusals: Bool {
        environments.contains { $0.actions.contains { $0.kind == .refuse } }
    }
}

/// One environment's part of a plan.
package struct EnvironmentPlan: Hashable, Sendable {
    package let environment: EnvironmentName
    /// Every promotion that is declared, permitted or not, in the order in which they are recorded.
    package let actions: [Action]
    /// What is to be recorded; empty where the record stays as it is.
    package let entry: LedgerEntry
    /// The record that was read; `nil` where it is unreadable, or nothing moves since the history was rewritten.
    package let before: EnvironmentRecord?
    /// The record after the entry; `nil` where there is none before it.
    package let record: EnvironmentRecord?
    /// What is to be published; `nil` where the branch stays as it is.
    package let publication: Publication?
    /// Each component's state, sorted by name.
    package let components: [ComponentStatus]
    /// Instants at which something other than a gate changes: a hold ends, or evidence counts.
    package let wakeUps: [Timestamp]
    /// When evidence begins to count that came in a commit ahead of the clock; `nil` where there is none.
    package let evidenceDue: Timestamp?

    package init(
        environment: EnvironmentName, actions: [Action], entry: LedgerEntry, before: EnvironmentRecord?,
        record: EnvironmentRecord?, publication: Publication?, components: [ComponentStatus], wakeUps: [Timestamp],
        evidenceDue: Timestamp? = nil
    ) {
        self.evidenceDue = evidenceDue
        self.environment = environment
        self.actions = actions
        self.entry = entry
        self.before = before
        self.record = record
        self.publication = publication
        self.components = components
        self.wakeUps = wakeUps
    }
}

/// One promotion and what the tick does about it.
package struct Action: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case adopt
        case promote
        case wait
        case refuse
    }

    package let kind: Kind
    package let promotion: Promotion
    package let verdict: Verdict

    package init(kind: Kind, promotion: Promotion, verdict: Verdict) {
        self.kind = kind
        self.promotion = promotion
        self.verdict = verdict
    }

    /// When time alone makes it more permitted, or ends that it is permitted.
    ///
    /// A promotion that waits is more permitted when a gate opens that waits for time, even if another waits for people.
    /// One that is refused needs people first, so nothing that opens or closes meanwhile is a change of it.
    fileprivate var changes: [Timestamp] {
        let state: GateResult.State
        switch verdict.result {
        case .permitted where kind == .adopt: return []
        case .permitted: state = .open
        case .waiting: state = .pending
        case .refused: return []
        }
        return verdict.gates.filter { $0.state == state }.compactMap(\.nextChange)
    }
}

/// The state of an environment that its published branch is to hold.
package struct Publication: Hashable, Sendable {
    package let environment: EnvironmentName
    /// Full name of the branch, `refs/heads/…`.
    package let branch: String
    /// The branch's tip that was observed; `nil` where it did not exist.
    package let expected: String?
    /// What each component is to hold.
    package let artifacts: [ComponentName: Artifact]
    /// Whether the rest of the manifests may be published as they are declared.
    package let takesConfiguration: Bool
    /// The promotions that bring it about, sorted.
    package let promotions: [PromotionID]

    package init(
        environment: EnvironmentName, branch: String, expected: String?, artifacts: [ComponentName: Artifact],
        takesConfiguration: Bool, promotions: [PromotionID]
    ) {
        self.environment = environment
        self.branch = branch
        self.expected = expected
        self.artifacts = artifacts
        self.takesConfiguration = takesConfiguration
        self.promotions = promotions
    }
}

/// The one state that a component is in, with its reason.
package struct ComponentStatus: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Declared, recorded and observed agree.
        case inSync
        /// Changed and permitted; the next tick records it.
        case pending
        /// Changed; a gate will open by time or by something on its way.
        case waiting
        /// Changed; a gate is closed until somebody does something.
        case refused
        /// Something differs that no promotion explains.
        case drifted
        /// Changed; a hold stops it.
        case held
        /// What is declared could not be read.
        case unknown
    }

    package let component: ComponentName
    package let declared: Artifact?
    package let recorded: Artifact?
    /// `nil` where nothing observes the environment.
    package let observed: Artifact?
    package let state: State
    package let reason: String
    /// Since when the state holds, where it is known.
    package let since: Timestamp?
    package let nextChange: Timestamp?
    package let promotion: PromotionID?

    package init(
        component: ComponentName, declared: Artifact?, recorded: Artifact?, observed: Artifact?, state: State,
        reason: String, since: Timestamp?, nextChange: Timestamp?, promotion: PromotionID?
    ) {
        self.component = component
        self.declared = declared
        self.recorded = recorded
        self.observed = observed
        self.state = state
        self.reason = reason
        self.since = since
        self.nextChange = nextChange
        self.promotion = promotion
    }
}

/// What performing one environment's part of a plan did.
package struct Outcome: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        case done
        /// The world was already as the plan wants it.
        case alreadyDone
        /// Somebody else was there first with something else: the plan is void.
        case lostRace
        /// Nothing is recorded for the environment; the next tick tries again.
        case failed(String)
    }

    package let environment: EnvironmentName
    package let result: Result

    package init(environment: EnvironmentName, result: Result) {
        self.environment = environment
        self.result = result
    }
}
