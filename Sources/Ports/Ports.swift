package import PromotionModel

/// Where a tick learns what is.
package protocol Observer: ~Copyable {
    /// A snapshot of everything that a plan depends on.
    ///
    /// - Throws: ``PortFailure`` where nothing could be observed; trouble of one environment is in the observation.
    borrowing func observe(at instant: Timestamp) throws(PortFailure) -> Observation
}

/// What brings an environment to what a plan permits.
package protocol Actuator: ~Copyable {
    /// Performs `publication`, or finds it already performed: the same publication twice changes nothing.
    borrowing func perform(_ publication: Publication, of plan: Plan) -> Outcome
}

/// What writes the ledger.
package protocol Recorder: ~Copyable {
    /// Records the entries of `environments` on top of `basis`, all or none.
    ///
    /// - Returns: what became of it; a lost race is an answer, not a failure.
    /// - Throws: ``PortFailure`` where nothing could be written.
    borrowing func record(_ environments: [EnvironmentPlan], on basis: String) throws(PortFailure) -> Recording
}

/// What became of an attempt to record.
package enum Recording: Hashable, Sendable {
    /// The new tip and the commits that were made, oldest first; for environments whose branch was not accepted
    /// nothing was recorded, and the reason is here.
    case recorded(tip: String, commits: [String], declined: [EnvironmentName: String] = [:])
    /// The branch is no longer where the plan saw it: the plan is void.
    case lostRace
}

/// The wall clock; the only way to the present time.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}

/// Why a port could not do its work, in terms of what the loop is to do about it.
package struct PortFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the loop does about a failure.
    package enum Consequence: String, Sendable, CaseIterable {
        /// Try again, later each time.
        case retry
        /// Nothing helps until the repository or its configuration changes.
        case waitForChange
        /// Stop: a person has to look at it.
        case halt
    }

    /// What was being done: a word.
    package let phase: String
    package let consequence: Consequence
    package let message: String
    /// What to do about it, for people.
    package let hint: String?

    package init(phase: String, consequence: Consequence, message: String, hint: String? = nil) {
        self.phase = phase
        self.consequence = consequence
        self.message = message
        self.hint = hint
    }

    /// The phase of a failure that has its cause on the way to a server.
    package static let reachingPhase = "reach"

    package var description: String {
        "\(phase): \(message)"
    }
}
