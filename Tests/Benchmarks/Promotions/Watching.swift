import Bootstrap
import JSONText
import PromotionModel

/// What a process that goes on running needs from a change of one manifest to a plan.
enum Watching {
    /// Plans in `repository` after each of so many changes, everything before it recorded.
    ///
    /// - Returns: what each plan took.
    static func run(in repository: String, cache: String, rounds: Int) throws -> JSONValue {
        let clock = Soak.JumpingClock(at: 1_800_000_000)
        var settings = OperatorSettings(repository: repository, identity: Soak.identity, cacheDirectory: cache)
        settings.memory = FleetMemory()
        func settle() throws {
            while true {
                if case .unchanged = try Fleet(settings, clock: clock).reconcile(ReconcileOptions()) { return }
            }
        }
        try settle()
        let manifests = try Soak.manifests(in: repository)
        var times: [JSONValue] = []
        for number in 1...rounds {
            clock.jump(by: 60)
            try Soak.promote(manifests[number % manifests.count], number, in: repository, at: clock.now())
            var review: Review?
            times.append(
                try Benchmark.seconds {
                    review = try Fleet(settings, clock: clock).review(withDrift: false, leavingResting: true)
                })
            guard let review, review.plan.environments.flatMap(\.actions).count == 1 else {
                throw Benchmark.Unexpected(description: "change \(number) is not one promotion")
            }
            try settle()
        }
        return .array(times)
    }
}
