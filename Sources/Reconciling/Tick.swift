package import Planning
package import Ports
package import PromotionModel

/// What one tick did.
package struct TickReport: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        /// There was nothing to record.
        case settled
        /// The commits that were made, oldest first.
        case recorded(commits: [String])
        /// Every attempt found that the branch had moved meanwhile.
        case exhausted(attempts: Int)
    }

    package let observation: Observation
    package let plan: Plan
    package let outcomes: [Outcome]
    package let result: Result
    /// How many observations it took: one, and another for each race that was lost.
    package let attempts: Int

    package init(
        observation: Observation, plan: Plan, outcomes: [Outcome], result: Result, attempts: Int = 1
    ) {
        self.observation = observation
        self.plan = plan
        self.outcomes = outcomes
        self.result = result
        self.attempts = attempts
    }

    /// Whether a ledger that was to begin did not, because an environment could not be published.
    package var isLedgerHeldBack: Bool {
        observation.isLedgerUnbegun && outcomes.contains(where: \.isFailure)
    }

    /// When something can change by itself after the tick: what has just arrived waits for no gate any more.
    package var nextChange: Timestamp? {
        guard case .recorded = result else { return plan.nextChange }
        let failed = Set(outcomes.filter(\.isFailure).map(\.environment))
        return plan.nextChange { action in
            action.verdict.result != .permitted || failed.contains(action.promotion.environment)
        }
    }
}

/// One pass: observe, plan, act, record.
///
/// Everything between observing and acting is pure. A race lost in acting or recording makes the plan void and the
/// pass begins again.
package struct Tick<Watching: Observer & ~Copyable, Acting: Actuator & ~Copyable, Writing: Recorder & ~Copyable>:
    ~Copyable
{
    private let observer: Watching
    private let actuator: Acting
    private let recorder: Writing
    private let planner: Planner

    /// How often a lost race is met with a new observation: twenty writers on one branch need four at the worst.
    package static var attempts: Int { 8 }

    package init(
        observer: consuming Watching, actuator: consuming Acting, recorder: consuming Writing, planner: Planner
    ) {
        self.observer = observer
        self.actuator = actuator
        self.recorder = recorder
        self.planner = planner
    }

    /// Runs the pass at the time of `clock`.
    ///
    /// - Throws: ``PortFailure`` where the world could not be observed or nothing could be written.
    package borrowing func run(at clock: some WallClock) throws(PortFailure) -> TickReport {
        var last: (Observation, Plan, [Outcome])?
        for attempt in 1...Self.attempts {
            let now = clock.now()
            let observation = try observer.observe(at: now)
            let plan = planner.plan(for: observation, at: now)
            guard !plan.isEmpty else {
                return TickReport(
                    observation: observation, plan: plan, outcomes: [], result: .settled, attempts: attempt)
            }
            // A window may have shut while all of this was read and judged.
            if let end = plan.stableUntil, clock.now() >= end {
                last = (observation, plan, [])
                continue
            }
            let outcomes = plan.environments.compactMap(\.publication).map { actuator.perform($0, of: plan) }
            guard !outcomes.contains(where: { $0.result == .lostRace }) else {
                last = (observation, plan, outcomes)
                continue
            }
            let failed = Set(outcomes.filter(\.isFailure).map(\.environment))
            // A ledger begins with all environments or not at all: who is left out then could not be adopted later.
            let isHeldBack = observation.isLedgerUnbegun && !failed.isEmpty
            let permitted = isHeldBack ? [] : plan.environments.filter { !failed.contains($0.environment) }
            switch try recorder.record(permitted, on: plan.basis) {
            case .recorded(_, let commits, let declined):
                return TickReport(
                    observation: observation, plan: plan, outcomes: outcomes.map { $0.declined(declined) },
                    result: commits.isEmpty ? .settled : .recorded(commits: commits), attempts: attempt)
            case .lostRace:
                last = (observation, plan, outcomes)
            }
        }
        guard let last else { preconditionFailure("a tick makes at least one attempt") }
        return TickReport(
            observation: last.0, plan: last.1, outcomes: last.2, result: .exhausted(attempts: Self.attempts),
            attempts: Self.attempts)
    }
}

extension Outcome {
    /// The outcome as it is where the branch was not accepted in the end.
    fileprivate func declined(_ reasons: [EnvironmentName: String]) -> Outcome {
        reasons[environment].map { Outcome(environment: environment, result: .failed($0)) } ?? self
    }

    /// Whether nothing may be recorded for the environment.
    package var isFailure: Bool {
        if case .failed = result { true } else { false }
    }
}
