import Glibc
import ModelBuilders
import Planning
import PromotionModel
import Testing

/// Planning must not grow faster than what is planned.
@Suite(.serialized) struct PlannerSpeedTests {
    private static let gates: [GateSpecification] = [
        .pinned, .soak("30m"), .windows([Window(days: Set(1...7), from: 0, to: 1_440, zone: "UTC")]),
        .evidence([EvidenceRule(kind: .tests, name: "unit", role: "ci")]),
        .configDrift(ConfigDriftRule(from: nil, maximum: 0, ignored: [])),
        .secrets(SecretsRule(required: [], allowed: [])), .quota(QuotaRule(limits: ["cpu": Measure(8)], texts: [:])),
        .order(OrderRule(followsDependencies: true, sets: [["component-1*"]])),
        .approvals([
            ApprovalRule(count: 2, role: "rm", notAuthor: false, expiry: nil, escalation: nil, escalationRole: nil)
        ]), .rate(RateRule(maximum: 5, span: "1h")),
    ]

    /// Two environments of so many components; all of the second one's wait.
    private static func observation(_ count: Int) throws -> Observation {
        let names = try (0..<count).map { try ComponentName("component-\($0)") }
        func artifacts(_ version: String) -> [ComponentName: Artifact] {
            Dictionary(
                uniqueKeysWithValues: names.enumerated().map { index, name in
                    let digits = version + String(index)
                    let digest = "sha256:" + digits + String(repeating: "f", count: 64 - digits.utf8.count)
                    return (name, Artifact(stringLiteral: "registry.test/\(name):\(version)@\(digest)"))
                })
        }
        let staging = SampleEnvironment.settled("staging", artifacts("2"))
        var prod = SampleEnvironment.settled("prod", artifacts("1"))
        prod.declared = artifacts("2")
        let fleet = SampleFleet(
            [staging, prod],
            contracts: [
                .make("entry", to: ["staging"], from: []),
                .make("to-prod", to: ["prod"], from: ["staging"], gates: gates),
            ])
        var observation = fleet.observation
        let settings = names.map { ("\($0).yaml:replicas", "2") }
        observation.surveys["staging"] = ManifestSurvey(settings: Dictionary(uniqueKeysWithValues: settings))
        observation.surveys["prod"] = ManifestSurvey(
            settings: Dictionary(uniqueKeysWithValues: settings), resources: ["cpu": Measure(2)],
            dependencies: Dictionary(uniqueKeysWithValues: zip(names.dropFirst(), names).map { ($0, [$1]) }))
        return observation
    }

    /// The processor's time of the shortest of three plans, in seconds.
    private static func duration(_ count: Int) throws -> Double {
        let observation = try observation(count)
        let planner = Planner(identity: "Towpath <towpath@example.invalid>")
        return (0..<3).map { _ in
            let start = processorTime()
            let plan = planner.plan(for: observation, at: Fleets.now)
            let time = processorTime() - start
            #expect(plan.environments.flatMap(\.actions).count == count)
            return time
        }.min() ?? 0
    }

    /// What the processor has spent on this thread, in seconds: whatever else runs has no part in it.
    private static func processorTime() -> Double {
        var time = timespec()
        let status = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        #expect(status == 0)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The shortest of three, so that what else the machine does counts little.
    @Test func `four times as many promotions take some four times as long`() throws {
        let (few, many) = (try Self.duration(250), try Self.duration(1_000))
        // Sixteen times, if each looked at all others.
        #expect(many < few * 9, "\(few) for 250, \(many) for 1,000")
        print("planned 250 promotions in \(few) s of the processor, 1,000 in \(many) s")
    }
}
