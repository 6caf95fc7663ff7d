package import Planning
package import PromotionModel

/// The state of every component of a fleet, worked out environment by environment while it is printed.
package struct FleetStatus: Sendable {
    private let observation: Observation
    package let at: Timestamp
    private let planner: Planner
    private let name: EnvironmentName?

    init(observation: Observation, at: Timestamp, planner: Planner, only name: EnvironmentName?) {
        self.observation = observation
        self.at = at
        self.planner = planner
        self.name = name
    }

    /// The commit that was observed, 40 hexadecimal digits.
    package var basis: String {
        observation.basis
    }

    /// Sorted by name; each is made when it is asked for, and again by who asks again.
    package var environments: LazyFilterSequence<EnvironmentPlans> {
        planner.environmentPlans(for: observation, at: at).lazy.filter { [name] plan in
            name.map { $0 == plan.environment } ?? true
        }
    }

    /// Everything that could not be read, sorted.
    package var problems: [Problem] {
        observation.allProblems
    }
}
