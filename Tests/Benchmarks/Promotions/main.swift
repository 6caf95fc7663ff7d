import Bootstrap
import Git
import Glibc
import JSONText
import Observing
import Planning
import PromotionModel

/// Measures what no command does alone, and prints JSON: seconds for each repetition.
///
///     promotions plan ROUNDS COUNT…       plans so many promotions that wait, in memory
///     promotions evidence ROUNDS REPO     verifies all statements of a repository, and again
///     promotions watch ROUNDS REPO CACHE  plans after a change of one manifest, in a process that goes on
///     promotions soak TICKS REPO CACHE    records a promotion in each of so many ticks of one process
enum Benchmark {
    /// What `body` takes on the clock, and of the processor.
    static func seconds(_ body: () throws -> Void) rethrows -> JSONValue {
        let start = (wall: now(CLOCK_MONOTONIC), cpu: now(CLOCK_PROCESS_CPUTIME_ID))
        try body()
        let end = (wall: now(CLOCK_MONOTONIC), cpu: now(CLOCK_PROCESS_CPUTIME_ID))
        return ["wall": .number(String(end.wall - start.wall)), "cpu": .number(String(end.cpu - start.cpu))]
    }

    /// What `body` takes on the clock.
    static func wallSeconds(_ body: () throws -> Void) rethrows -> Double {
        let start = now(CLOCK_MONOTONIC)
        try body()
        return now(CLOCK_MONOTONIC) - start
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The first plan records every promotion, the second one finds each as it was recorded.
    static func plan(_ counts: [Int], rounds: Int) throws -> JSONValue {
        let planner = Planner(identity: "Bench <bench@example.org>", parts: PlanOnAllCores())
        let rows = try counts.map { count -> JSONValue in
            let fleet = SyntheticFleet(count: count)
            let fresh = try fleet.observation()
            let recorded = planner.plan(for: fresh, at: SyntheticFleet.now).environments.first?.record
            let known = try fleet.observation(recorded: recorded)
            var times: (first: [JSONValue], again: [JSONValue]) = ([], [])
            for _ in 0..<rounds {
                var plans: [Plan] = []
                times.first.append(seconds { plans.append(planner.plan(for: fresh, at: SyntheticFleet.now)) })
                times.again.append(seconds { plans.append(planner.plan(for: known, at: SyntheticFleet.now)) })
                let actions = plans.map { $0.environments.flatMap(\.actions) }
                guard actions.allSatisfy({ $0.count == count && $0.allSatisfy { $0.kind == .wait } }) else {
                    throw Unexpected(description: "not every promotion waits")
                }
                guard plans[0].environments[0].entry.items.count == count, plans[1].isEmpty else {
                    throw Unexpected(description: "the first plan has to record everything, the second nothing")
                }
            }
            return [
                "promotions": .integer(count),
                "gates": .integer(fresh.policies.contracts.map(\.gates.count).max() ?? 0),
                "first": .array(times.first), "again": .array(times.again),
            ]
        }
        return .array(rows)
    }

    /// Once with nothing known, and once more with what the first time has verified.
    static func evidence(in path: String, rounds: Int) throws -> JSONValue {
        let repository = try Repository.open(at: path)
        guard let tip = try repository.reference("refs/heads/main"),
            let branch = try repository.reference("refs/heads/towpath/evidence")
        else { throw Unexpected(description: "the repository has no evidence") }
        let signers = try SignersReading(at: try repository.commit(tip).tree, in: repository)
        var digests: Set<Digest> = []
        for folder in try repository.tree(try repository.commit(branch).tree) {
            for entry in try repository.tree(folder.id) { digests.insert(try Digest("sha256:" + entry.name)) }
        }
        var times: (cold: [JSONValue], cached: [JSONValue]) = ([], [])
        var count = 0
        for _ in 0..<rounds {
            let reader = EvidenceReader(
                branch: "towpath/evidence", at: SyntheticFleet.now, cache: VerificationCache())
            func read() throws -> EvidenceShelf {
                try reader.shelf(for: digests, promotions: [], signers: signers, people: People(), in: repository)
            }
            var shelves: [EvidenceShelf] = []
            times.cold.append(try seconds { shelves.append(try read()) })
            times.cached.append(try seconds { shelves.append(try read()) })
            guard shelves[0] == shelves[1], shelves[0].refused.isEmpty else {
                throw Unexpected(description: "evidence is refused, or what was kept is another")
            }
            count = shelves[0].evidence.values.reduce(0) { $0 + $1.count }
        }
        return ["statements": .integer(count), "cold": .array(times.cold), "cached": .array(times.cached)]
    }

    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.dropFirst().first.flatMap { Int($0) }, arguments.dropFirst(2)) {
case ("plan", let rounds?, let counts) where !counts.isEmpty && counts.allSatisfy({ (Int($0) ?? 0) > 0 }):
    print(JSONWriter.line(try Benchmark.plan(counts.compactMap { Int($0) }, rounds: rounds)))
case ("evidence", let rounds?, let paths) where paths.count == 1:
    print(JSONWriter.line(try Benchmark.evidence(in: paths[paths.startIndex], rounds: rounds)))
case ("soak", let ticks?, let paths) where paths.count == 2 && ticks > 0:
    let soaked = try Soak.run(in: paths[paths.startIndex], cache: paths[paths.startIndex + 1], ticks: ticks)
    print(JSONWriter.line(soaked))
case ("watch", let rounds?, let paths) where paths.count == 2 && rounds > 0:
    let watched = try Watching.run(in: paths[paths.startIndex], cache: paths[paths.startIndex + 1], rounds: rounds)
    print(JSONWriter.line(watched))
default:
    throw Benchmark.Unexpected(
        description: "usage: promotions plan ROUNDS COUNT… | evidence ROUNDS REPO | watch ROUNDS REPO CACHE"
            + " | soak TICKS REPO CACHE")
}
