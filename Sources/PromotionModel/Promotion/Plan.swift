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

    /// The first instant at which any gate can change by itself; never before `at`.
    ///
    /// Also where that permits nothing yet: that a window opened while something else is missing is recorded.
    package var nextChange: Timestamp? {
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
    /// Instants at which something other than a gate changes: a hold or a freeze ends.
    package let wakeUps: [Timestamp]

    package init(
        environment: EnvironmentName, actions: [Action], entry: LedgerEntry, before: EnvironmentRecord?,
        record: EnvironmentRecord?, publication: Publication?, components: [ComponentStatus], wakeUps: [Timestamp]
    ) {
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
