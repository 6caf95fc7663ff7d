import Acting
import Git
import Observing
import Planning
import Ports
import PromotionModel
import Reconciling
import Recording
import Synchronization
import TestSupport
import Testing

/// A clock that shows one instant after the other, and the last one for ever.
final class SteppingClock: WallClock {
    private let left: Mutex<[Timestamp]>

    init(_ instants: [Timestamp]) {
        left = Mutex(instants)
    }

    func now() -> Timestamp {
        left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// Somebody who pushes to the watched branch right before the recorder gets to it, so many times.
struct RivalRecorder: Recorder, ~Copyable {
    let recorder: LedgerRecorder
    let repository: BareRepository
    let rivals: Int
    /// What the rival pushes; a version of its own in `lab` where it is `nil`.
    var push: [String: BareRepository.Entry]?

    borrowing func record(_ environments: [EnvironmentPlan], on basis: String) throws(PortFailure) -> Ports.Recording {
        do {
            let pushed = Int(try repository.git("rev-list", "--count", "--grep=rival", "main")) ?? 0
            if pushed < rivals {
                let change = ["environments/lab/web.yaml": SampleText.component("web", "2.\(pushed)", 3 + pushed)]
                try repository.commit(push ?? change, "rival \(pushed)")
            }
        } catch {
            throw PortFailure(phase: "rival", consequence: .halt, message: "\(error)")
        }
        return try recorder.record(environments, on: basis)
    }
}

/// An actuator that fails for some environments and does nothing for others.
struct FailingActuator: Actuator {
    let failing: Set<EnvironmentName>

    func perform(_ publication: Publication, of plan: Plan) -> Outcome {
        Outcome(
            environment: publication.environment,
            result: failing.contains(publication.environment) ? .failed("the runtime is away") : .done)
    }
}

/// An actuator that finds somebody else first, so many times.
struct RacingActuator: Actuator {
    private final class Races: Sendable {
        let left: Mutex<Int>

        init(_ count: Int) {
            left = Mutex(count)
        }
    }

    private let races: Races

    init(races count: Int) {
        races = Races(count)
    }

    func perform(_ publication: Publication, of plan: Plan) -> Outcome {
        let isLost = races.left.withLock { left in
            left -= 1
            return left >= 0
        }
        return Outcome(environment: publication.environment, result: isLost ? .lostRace : .done)
    }
}

@Suite struct TickTests {
    private static let reference = "refs/heads/main"

    private func fleet() throws -> BareRepository {
        let repository = try BareRepository()
        try repository.commit([
            "towpath.yaml": SampleText.publishing,
            "environments/dev/web.yaml": SampleText.component("web", "1.0.0", 1),
            "environments/lab/web.yaml": SampleText.component("web", "1.0.0", 1),
            "policies/dev.yaml": SampleText.contract(to: "dev"), "policies/lab.yaml": SampleText.contract(to: "lab"),
        ])
        return repository
    }

    private func run(
        _ repository: BareRepository, rivals: Int = 0, failing: Set<EnvironmentName> = []
    ) throws -> TickReport {
        try run(repository, rivals: rivals, actuator: FailingActuator(failing: failing))
    }

    private func run(
        _ repository: BareRepository, rivals: Int = 0, push: [String: BareRepository.Entry]? = nil,
        actuator: some Actuator = FailingActuator(failing: []), clock: [String] = ["2026-11-23T08:00:00Z"]
    ) throws -> TickReport {
        let identity = try Identity(name: "Towpath", email: "towpath@example.invalid")
        func open() throws -> Repository { try Repository.open(at: repository.path) }
        let tick = Tick(
            observer: GitObserver(repository: try open(), reference: Self.reference, reader: FleetReader()),
            actuator: actuator,
            recorder: RivalRecorder(
                recorder: LedgerRecorder(repository: try open(), reference: Self.reference, identity: identity),
                repository: repository, rivals: rivals, push: push),
            planner: Planner(identity: identity.description))
        return try tick.run(at: SteppingClock(try clock.map { try #require(Timestamp($0)) }))
    }

    /// ``fleet()``, recorded, with a window before `dev` and a new digest in it.
    private func fleetWithWindow() throws -> BareRepository {
        let repository = try fleet()
        _ = try run(repository)
        let window = "{windows: [{from: \"07:00\", to: \"09:00\", zone: UTC}]}"
        try repository.commit([
            "policies/dev.yaml": SampleText.contract(to: "dev", gates: window),
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
        ])
        return repository
    }

    @Test(arguments: [
        (["2026-11-23T08:59:58Z", "2026-11-23T08:59:59Z"], 2),
        (["2026-11-23T08:59:59Z", "2026-11-23T09:00:00Z"], 1),
        (["2026-11-23T08:59:59Z", "2026-11-23T23:00:00Z"], 1),
        (["2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z"], 2),
    ])
    func `a window that opens or shuts between the decision and the act is judged anew`(
        clock: [String], digit: Int
    ) throws {
        let repository = try fleetWithWindow()
        let report = try run(repository, clock: clock)
        let lock = try repository.file("environments/dev/environment.lock").split(separator: "\npending:")[0]
        #expect(lock.contains(SampleText.digest(digit)), "\(report.result)")
        try repository.expectSound()
    }

    @Test func `a freeze that is switched on meanwhile wins`() throws {
        let repository = try fleetWithWindow()
        let freeze: BareRepository.Entry = """
            apiVersion: towpath.dev/v1
            kind: Freeze
            metadata: {name: now}
            spec: {environments: [dev], reason: audit, owner: ada, until: 2026-12-01T00:00:00Z}

            """
        let report = try run(repository, rivals: 1, push: ["policies/freeze.yaml": freeze])
        let lock = try repository.file("environments/dev/environment.lock")
        #expect(lock.contains("\npending:") && lock.contains("frozen by \\\"now\\\""), "\(report.result): \(lock)")
        try repository.expectSound()
    }

    @Test(arguments: [1, 3, 7])
    func `a lost race makes the plan void, and the new plan knows what the rival pushed`(rivals: Int) throws {
        let repository = try fleet()
        let report = try run(repository, rivals: rivals)
        guard case .recorded(let commits) = report.result else {
            Issue.record("\(report.result)")
            return
        }
        #expect(commits.count == 2)
        #expect(try repository.git("rev-parse", "main~2") == report.plan.basis)
        #expect(try repository.git("log", "-1", "--format=%s", report.plan.basis) == "rival \(rivals - 1)")
        let lock = try repository.file("environments/lab/environment.lock")
        #expect(lock.contains("version: \"2.\(rivals - 1)\""))
        try repository.expectSound()
    }

    @Test func `who always loses gives up with everything of the rivals in place`() throws {
        let repository = try fleet()
        let report = try run(repository, rivals: 100)
        #expect(report.result == .exhausted(attempts: 8))
        #expect(try repository.git("rev-list", "--count", "main") == "9")
        #expect(try repository.git("log", "-1", "--format=%s", "main") == "rival 7")
        try repository.expectSound()
    }

    @Test func `what could not be acted on is not recorded, and the rest is`() throws {
        let repository = try fleet()
        _ = try run(repository)
        try repository.commit([
            "environments/dev/web.yaml": SampleText.component("web", "1.1.0", 2),
            "environments/lab/web.yaml": SampleText.component("web", "1.1.0", 2),
        ])
        let report = try run(repository, failing: [try EnvironmentName("dev")])
        #expect(report.outcomes.filter(\.isFailure).map(\.environment.description) == ["dev"])
        #expect(try repository.file("environments/dev/environment.lock").contains("1.0.0"))
        #expect(try repository.file("environments/lab/environment.lock").contains("1.1.0"))
        // The next tick finds it undone and does it; the other one is not done again.
        let next = try run(repository)
        guard case .recorded(let commits) = next.result else {
            Issue.record("\(next.result)")
            return
        }
        #expect(commits.count == 1)
        try repository.expectSound()
    }

    @Test func `a ledger begins with all environments, or not at all`() throws {
        let repository = try fleet()
        let tip = try repository.tip()
        let report = try run(repository, failing: [try EnvironmentName("dev")])
        #expect(report.result == .settled && report.isLedgerHeldBack)
        #expect(try repository.tip() == tip)
        // Nobody was left out: the next tick adopts them all.
        let next = try run(repository)
        #expect(!next.isLedgerHeldBack)
        let results = next.plan.environments.flatMap(\.entry.items).map(\.result)
        #expect(results == [.adopted, .adopted])
        #expect(try repository.git("rev-list", "--count", "main") == "3")
        try repository.expectSound()
    }

    @Test(arguments: [(1, true), (7, true), (100, false)])
    func `a race lost in acting is met with a new plan, and nothing is recorded of the old one`(
        races: Int, isRecorded: Bool
    ) throws {
        let repository = try fleet()
        let report = try run(repository, actuator: RacingActuator(races: races))
        #expect(try repository.git("rev-list", "--count", "main") == (isRecorded ? "3" : "1"))
        #expect(isRecorded || report.result == .exhausted(attempts: 8))
        try repository.expectSound()
    }

    @Test func `a crash between acting and recording is made good by the next tick`() throws {
        let repository = try fleet()
        _ = try run(repository)
        try repository.git("update-ref", Self.reference, "main~2")
        // What crashed there had not seen its own entries on the branch either.
        try repository.git("update-ref", "refs/towpath/seen/main", "main")
        let again = try run(repository)
        guard case .recorded(let commits) = again.result else {
            Issue.record("\(again.result)")
            return
        }
        #expect(commits.count == 2)
        try repository.expectSound()
    }
}
