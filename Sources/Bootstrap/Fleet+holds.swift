import Git
import Ports
package import PromotionModel
import Recording

/// Why something is held, and until when.
package struct HoldTerms: Hashable, Sendable {
    /// Recorded for ever.
    package let reason: String
    /// First instant after the hold; `nil` until it is released.
    package let until: Timestamp?

    package init(reason: String, until: Timestamp?) {
        self.reason = reason
        self.until = until
    }
}

extension Fleet {
    /// Holds `scopes` of `environment`, and returns the commit that records it.
    ///
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    package borrowing func hold(
        _ scopes: [Hold.Scope], of environment: EnvironmentName, on terms: HoldTerms
    ) throws(Refusal) -> String {
        let holds = try scopes.map { (scope) throws(Refusal) in try hold(scope, on: terms) }
        return try record(environment, holds: holds)
    }

    /// Lifts the holds on `scopes` of `environment`, and returns the commit that records it.
    ///
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    package borrowing func release(
        _ scopes: [Hold.Scope], of environment: EnvironmentName
    ) throws(Refusal) -> String {
        try record(environment, released: scopes)
    }

    /// A hold by the operator.
    borrowing func hold(
        _ scope: Hold.Scope, on terms: HoldTerms, rejected: Digest? = nil
    ) throws(Refusal) -> Hold {
        Hold(
            scope: scope, reason: terms.reason, owner: try identity().description, since: clock.now(),
            until: terms.until, rejected: rejected)
    }

    /// Records a hold, or its release.
    ///
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    private borrowing func record(
        _ environment: EnvironmentName, holds: [Hold] = [], released: [Hold.Scope] = []
    ) throws(Refusal) -> String {
        for _ in 0..<Self.attempts {
            let observation = try observation()
            let observed = try self.environment(environment, in: observation)
            let before = try knownRecord(observed)
            for scope in released where before.holds[scope] == nil {
                throw Refusal(
                    .badInput, "\(scope == .environment ? environment.description : scope.description) is not held")
            }
            var entry = try entry(environment, basis: observation.basis)
            entry.holds = holds
            entry.released = released
            let plan = EnvironmentPlan(
                environment: environment, actions: [], entry: entry, before: before, record: before.applying(entry),
                publication: nil, components: [], wakeUps: [])
            let recorder = LedgerRecorder(
                repository: try reopened(), reference: reference, identity: try identity())
            do throws(PortFailure) {
                if case .recorded(_, let commits) = try recorder.record([plan], on: observation.basis) {
                    return commits.last ?? observation.basis
                }
            } catch {
                throw Refusal(error)
            }
        }
        throw Refusal(.lostRace, "\(reference) moved \(Self.attempts) times meanwhile", hint: "try again")
    }
}
