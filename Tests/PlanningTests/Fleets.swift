import ModelBuilders
import Planning
import PromotionModel

/// A fleet of dev, staging and prod whose contracts ask for digests and, in prod, an hour of soak.
enum Fleets {
    static let now: Timestamp = "2026-11-21T12:00:00Z"
    static let planner = Planner(identity: "towpath <towpath@example.invalid>")

    static let contracts: [Contract] = [
        .make("to-dev", to: ["dev"], from: []),
        .make("to-staging", to: ["staging"], from: ["dev"]),
        .make("to-prod", to: ["prod"], from: ["staging"], gates: [.pinned, .soak("1h")]),
    ]

    static func web(_ digit: Character) -> Artifact { .pinned("web", "1.\(digit)", digit) }
    static func api(_ digit: Character) -> Artifact { .pinned("api", "2.\(digit)", digit) }

    /// Everything recorded as declared, since the first of November.
    static var settled: SampleFleet {
        let artifacts: [ComponentName: Artifact] = ["web": web("1"), "api": api("2")]
        return SampleFleet(
            (["dev", "staging", "prod"] as [EnvironmentName]).map { .settled($0, artifacts) }, contracts: contracts)
    }

    /// ``settled``, with web 1.5 in staging since `at` and declared in prod.
    static func promoting(since at: Timestamp) -> SampleFleet {
        var fleet = settled
        for index in 0...1 { fleet.environments[index].settle("web", web("5"), at: at) }
        fleet.environments[2].declared["web"] = web("5")
        return fleet
    }

    static func plan(_ fleet: SampleFleet, at instant: Timestamp = now) -> Plan {
        planner.plan(for: fleet.observation, at: instant)
    }
}

extension SampleEnvironment {
    /// Declares and records `artifact`.
    mutating func settle(_ component: ComponentName, _ artifact: Artifact, at instant: Timestamp) {
        declared[component] = artifact
        let fresh = EnvironmentRecord.make(name, [component: artifact], at: instant).components[component]
        edit { $0.components[component] = fresh }
    }

    /// Changes the record, where there is one.
    mutating func edit(_ change: (inout EnvironmentRecord) -> Void) {
        guard case .present(var known) = record else { return }
        change(&known)
        record = .present(known)
    }

    /// The branch the environment is published to, holding `artifacts`.
    mutating func publish(_ artifacts: [ComponentName: Artifact]) {
        let declarations = Dictionary(
            uniqueKeysWithValues: artifacts.map { ($0.key, Declaration.make(name, $0.key, $0.value)) })
        published = .present(
            PublishedState(
                branch: "refs/heads/live/\(name)", tip: String(repeating: "d", count: 40), artifacts: declarations))
    }
}

extension SampleFleet {
    /// The fleet after a tick has recorded and published all of `plan`.
    func after(_ plan: Plan) -> SampleFleet {
        var fleet = self
        for (index, environment) in environments.enumerated() {
            guard let planned = plan.environments.first(where: { $0.environment == environment.name }) else { continue }
            if let record = planned.record, !planned.entry.isEmpty {
                fleet.environments[index].record = .present(record)
            }
            if let publication = planned.publication { fleet.environments[index].publish(publication.artifacts) }
        }
        return fleet
    }

    /// A random fleet with everything that can be right and wrong in it.
    static func random(seed: UInt64) -> SampleFleet {
        var random = RandomModel(seed: seed)
        func artifacts() -> [ComponentName: Artifact] {
            var artifacts: [ComponentName: Artifact] = [:]
            for component in ["web", "api", "db"] as [ComponentName] where random.chance(75) {
                let digit = random.pick(Array("123"))
                artifacts[component] =
                    random.chance(90)
                    ? .pinned(component.description, "1.\(digit)", digit)
                    : Artifact(repository: component.description, tag: "latest", digest: nil)
            }
            return artifacts
        }
        let environments = (["dev", "staging", "prod"] as [EnvironmentName]).map { name in
            var environment = SampleEnvironment.settled(
                name, artifacts(), at: Timestamp(seconds: Fleets.now.seconds - Int64(random.number(0...7_200))),
                holds: random.chance(15) ? [.make(random.chance(50) ? .environment : .component("web"))] : [])
            if random.chance(80) { environment.declared.merge(artifacts()) { $1 } }
            if random.chance(40) { environment.declared = artifacts() }
            environment.configuration = random.chance(70) ? random.digest() : nil
            if random.chance(15) { environment.record = .absent }
            if random.chance(5) {
                environment.record = .unreadable(
                    Problem(Place(file: "environments/\(name)/environment.lock"), "broken"))
            }
            if random.chance(20) {
                environment.problems = [Problem(Place(file: "environments/\(name)/x.yaml", line: 3), "broken")]
                environment.configuration = nil
            }
            switch random.number(0...9) {
            case 0...2: environment.publish(artifacts())
            case 3: environment.published = .absent(branch: "refs/heads/live/\(name)")
            case 4: environment.published = .unreadable(Problem(Place(file: "refs/heads/live/\(name)"), "broken"))
            default: break
            }
            return environment
        }
        var contracts = Fleets.contracts
        if random.chance(40) { contracts.append(.make("web", to: ["prod"], from: ["staging"], components: ["web"])) }
        if random.chance(40) {
            contracts[2] = .make(
                "to-prod", to: ["prod"], from: ["staging"], unit: .together, gates: [.pinned, .soak("1h")])
        }
        if random.chance(15) { contracts.remove(at: random.number(0...2)) }
        if random.chance(10) { contracts.append(.make("tie", to: ["prod"], from: ["dev"])) }
        var fleet = SampleFleet(environments, contracts: contracts)
        if random.chance(15) { fleet.policies.freezes = [.make("x", ["prod"], until: "2026-12-01T00:00:00Z")] }
        if random.chance(30) { fleet.adoptable = [random.pick(["dev", "staging", "prod"])] }
        fleet.residences = (0..<random.number(0...3)).map { _ in
            Residence(
                environment: random.pick(["dev", "staging"]), digest: .of(random.pick(Array("123"))),
                from: "2026-11-10T00:00:00Z", until: random.chance(50) ? "2026-11-11T00:00:00Z" : nil, health: .assumed)
        }
        return fleet
    }
}
