package import PromotionModel

/// Something that happened in a simulated world.
package struct TraceEvent: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Somebody began something, or somebody changed the fleet.
        case action
        /// An effect of a process reached the world.
        case effect
        /// The world misbehaved.
        case fault
        /// What a process came to.
        case result
        /// A checker found something that must not be.
        case violation
    }

    /// Counts the choices of the scheduler, from 1; 0 is the beginning.
    package let step: Int
    /// The true time.
    package let at: Timestamp
    /// Who: a replica, a person, or `world`.
    package let actor: String
    package let kind: Kind
    /// One line.
    package let text: String
}

/// Something that must never be, found by a checker.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// What every history must satisfy.
    package enum Invariant: String, Sendable, CaseIterable {
        /// A promotion is recorded by one commit at most.
        case recordedOnce = "recorded-once"
        /// What was acknowledged, and what people pushed, stays on the branch.
        case nothingLost = "nothing-lost"
        /// A commit that was withdrawn does not come back.
        case notReturned = "not-returned"
        /// Nothing moves on a history that was set back before somebody accepts it.
        case accepted
        /// Every lock is what its ledger folds to.
        case foldsToLock = "folds-to-lock"
        /// Every commit can be read back, is signed off by its committer and touches only what it may.
        case wellFormed = "well-formed"
        /// What arrives is permitted by the contract.
        case contract
        /// A ledger begins once, with all environments.
        case adoption
        /// A published branch holds what is recorded or permitted, and in the end what is recorded.
        case published
        /// Without faults everything that is permitted lands in time, and the loop comes to rest.
        case liveness
    }

    package let invariant: Invariant
    package let message: String

    init(_ invariant: Invariant, _ message: String) {
        self.invariant = invariant
        self.message = message
    }

    package var description: String {
        "\(invariant.rawValue): \(message)"
    }
}

/// How much happened in a simulated world.
package struct Tally: Hashable, Sendable {
    package var ticks = 0
    /// Commits on the watched branch, by processes.
    package var commits = 0
    package var promotions = 0
    /// Moves of published branches.
    package var publications = 0
    package var consents = 0
    /// Commits by people.
    package var pushes = 0
    /// By kind.
    package var faults: [String: Int] = [:]

    package init() {}

    package static func += (left: inout Tally, right: Tally) {
        left.ticks += right.ticks
        left.commits += right.commits
        left.promotions += right.promotions
        left.publications += right.publications
        left.consents += right.consents
        left.pushes += right.pushes
        left.faults.merge(right.faults, uniquingKeysWith: +)
    }
}
