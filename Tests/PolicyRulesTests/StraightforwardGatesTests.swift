import ModelBuilders
import PromotionModel
import Testing

@testable import PolicyRules

/// What gates look up says the same as walking through everything.
@Suite struct StraightforwardGatesTests {
    private static let components: [ComponentName] = ["a1", "a2", "b", "c", "d", "e"]

    private static func artifact(_ random: inout RandomModel) -> Artifact {
        random.chance(80)
            ? .pinned("web", "1", random.pick(Array("12345")))
            : Artifact(repository: random.pick(["web", "api"]), tag: random.pick(["1", "2"]), digest: nil)
    }

    private static func artifacts(_ random: inout RandomModel) -> [ComponentName: Artifact] {
        var artifacts: [ComponentName: Artifact] = [:]
        for component in components where random.chance(70) { artifacts[component] = artifact(&random) }
        return artifacts
    }

    private static func survey(_ random: inout RandomModel) -> ManifestSurvey {
        var settings: [String: String] = [:]
        for key in ["a", "b", "c", "d"] where random.chance(70) { settings["\(key).yaml:x"] = random.pick(["1", "2"]) }
        var dependencies: [ComponentName: [ComponentName]] = [:]
        for component in components where random.chance(70) {
            dependencies[component] = (0..<random.number(0...3)).map { _ in random.pick(components) }
        }
        return ManifestSurvey(settings: settings, dependencies: dependencies)
    }

    private static func world(seed: UInt64) -> World {
        var random = RandomModel(seed: seed)
        return World { world in
            let moving = random.shuffled(components).prefix(random.number(1...3)).sorted()
            world.changes = moving.map { component in
                World.change(component, random.chance(75) ? artifact(&random) : nil)
            }
            world.companions = components.filter { !moving.contains($0) }.filter { _ in random.chance(50) }.map {
                World.change($0, random.chance(75) ? artifact(&random) : nil)
            }
            world.from = random.pick([["staging"], ["staging", "dev"]])
            world.sources = world.from.map { name in
                World.source(
                    name, artifacts(&random), health: random.pick([.assumed, .assumed, .degraded]),
                    holds: random.chance(30)
                        ? [.make(.component("b"), rejected: .of(random.pick(Array("12345"))))] : [],
                    declared: artifacts(&random), survey: survey(&random))
            }
            world.residences = (0..<random.number(0...4)).map { _ in
                Residence(
                    environment: random.pick(["staging", "dev"]), digest: .of(random.pick(Array("12345"))),
                    from: "2026-11-20T12:00:00Z", until: random.pick([nil, "2026-11-20T18:00:00Z"]),
                    health: random.pick([.assumed, .degraded]))
            }
            world.survey = survey(&random)
            world.recorded = artifacts(&random)
            world.holds =
                random.chance(50) ? [.make(random.pick([.environment, .component("a1"), .component("c")]))] : []
            let sets: [[NameGlob]] = random.pick([[], [["a*"]], [["*"]], [["b", "c", "d"]]])
            world.gates = [
                .order(OrderRule(followsDependencies: random.chance(80), sets: sets)),
                .configDrift(ConfigDriftRule(from: nil, maximum: 1, ignored: ["d.yaml*"])), .soak("1h"),
            ]
        }
    }

    @Test(arguments: 0..<UInt64(64))
    func `order, drift and sources say what a walk through everything says`(seed: UInt64) throws {
        // Worlds that have nothing in common take turns, so that whatever was kept of one is wrong in the next.
        var memory = JudgementMemory()
        for round in [0, 1, 0, 1, 2, 0, 3, 1] as [UInt64] {
            let world = Self.world(seed: seed * 4 + round)
            let facts = world.facts
            let verdict = Judgement.verdict(
                on: facts, by: .contract(world.contract), at: World.now, remembering: &memory)
            #expect(verdict == world.verdict())
            guard case .order(let order) = world.gates[0], case .configDrift(let drift) = world.gates[1] else { return }
            let gates = Dictionary(grouping: verdict.gates, by: \.gate)
            #expect(gates[.order] == [StraightforwardOrder(facts).result(order)], "seed \(seed), \(round)")
            for arrival in facts.arrivals {
                var fresh = JudgementMemory()
                let standing = SourceGate.standing(
                    of: arrival, facts: facts, on: fresh.ground(of: facts, by: world.contract, at: World.now))
                #expect(
                    standing == StraightforwardSource.standing(arrival, facts, world.contract), "seed \(seed), \(round)"
                )
            }
            let source = verdict.source ?? (world.from.count == 1 ? world.from[0] : nil)
            if let theirs = facts.sources.first(where: { $0.name == source })?.survey, let ours = facts.survey {
                let paths = Set(ours.settings.paths).union(theirs.settings.paths).filter { path in
                    ours.settings[path] != theirs.settings[path]
                        && !drift.ignored.contains { $0.matches(setting: path) }
                }
                #expect(gates[.configDrift]?.first?.state == (paths.count > 1 ? .closed : .open))
                #expect(paths.allSatisfy { gates[.configDrift]?.first?.reason.contains($0) ?? false })
            }
        }
    }
}

/// Components arrive after what they depend on, and sets arrive as one: as it is told in the guide, step by step.
private struct StraightforwardOrder {
    private let facts: Facts
    private let dependencies: [ComponentName: [ComponentName]]

    init(_ facts: Facts) {
        self.facts = facts
        dependencies = facts.survey?.dependencies ?? [:]
    }

    func result(_ rule: OrderRule) -> GateResult {
        var parts = GateParts()
        if rule.followsDependencies { addDependencies(to: &parts) }
        for set in rule.sets { addSet(set, to: &parts) }
        return parts.result(.order, nothing: "nothing has to come first")
    }

    private func addDependencies(to parts: inout GateParts) {
        let going = Set(facts.promotion.changes.filter { $0.to == nil }.map(\.component))
        for change in facts.promotion.changes where change.to != nil {
            if let cycle = cycle(from: change.component) {
                let names = cycle.map(\.description).joined(separator: " → ")
                parts.add(.init(state: .closed, reason: "dependencies go round in a circle: \(names)"))
            }
            for needed in Set(dependencies[change.component] ?? []).sorted() where needed != change.component {
                if let part = obstacle(change.component, needs: needed, going: going) { parts.add(part) }
            }
        }
        for (component, needs) in dependencies.sorted(by: { $0.key < $1.key }) where !going.contains(component) {
            for needed in Set(needs).intersection(going).sorted() {
                parts.add(.init(state: .closed, reason: "\(component) depends on \(needed), which would go"))
            }
        }
    }

    private func obstacle(
        _ component: ComponentName, needs needed: ComponentName, going: Set<ComponentName>
    ) -> GateParts.Part? {
        if going.contains(needed) { return nil }
        if facts.arrivals.contains(where: { $0.component == needed }) { return nil }
        if let companion = facts.companions.first(where: { $0.component == needed }) {
            let what = companion.to.map { " \($0.version)" } ?? ", which is about to go"
            return .init(state: .pending, reason: "\(component) arrives after \(needed)\(what)")
        }
        if facts.recorded[needed] != nil { return nil }
        return .init(
            state: .closed,
            reason: "\(component) depends on \(needed), which is neither recorded in prod nor on its way")
    }

    private func cycle(from start: ComponentName) -> [ComponentName]? {
        var ways = [[start]]
        var visited: Set<ComponentName> = []
        while !ways.isEmpty {
            let way = ways.removeFirst()
            for needed in Set(dependencies[way[way.count - 1]] ?? []).sorted() {
                if needed == start { return way + [start] }
                if visited.insert(needed).inserted { ways.append(way + [needed]) }
            }
        }
        return nil
    }

    private func addSet(_ set: [NameGlob], to parts: inout GateParts) {
        func isMember(_ component: ComponentName) -> Bool { set.contains { $0.matches(component.description) } }
        let moving = Set(facts.promotion.changes.map(\.component))
        guard let member = moving.filter(isMember).min() else { return }
        let left = Set(facts.companions.map(\.component)).subtracting(moving).filter(isMember).sorted()
        guard !left.isEmpty else { return }
        parts.add(
            .init(
                state: .pending,
                reason: "\(member) arrives together with \(Wording.list(left.map(\.description))), which "
                    + "\(left.count == 1 ? "waits" : "wait") on \(left.count == 1 ? "its" : "their") own; "
                    + "the contract of a set needs \"unit: together\""))
    }
}

/// Where an artifact was recorded, found by looking at every component of every source.
private enum StraightforwardSource {
    static func standing(_ arrival: Facts.Arrival, _ facts: Facts, _ contract: Contract) -> SourceGate.Standing {
        let (artifact, component) = (arrival.artifact, arrival.component)
        var stays: [SourceGate.Stay] = []
        var refusal: String?
        for name in contract.from {
            guard let source = facts.sources.first(where: { $0.name == name }), let record = source.record else {
                continue
            }
            let holds = record.holds.values.sorted { $0.scope < $1.scope }
            if let digest = artifact.digest, let hold = holds.first(where: { $0.rejected == digest }) {
                refusal = "\(component) \(artifact.version) was rolled back in \(name): \(hold.reason)"
                continue
            }
            for stay in record.components.values where stay.artifact.isSameContent(as: artifact) {
                if stay.health == .degraded {
                    refusal = "\(component) \(artifact.version) is degraded in \(name)"
                } else {
                    stays.append(SourceGate.Stay(environment: name, from: stay.at, until: nil))
                }
            }
            for stay in facts.residences where stay.environment == name && stay.digest == artifact.digest {
                guard stay.health != .degraded else { continue }
                stays.append(SourceGate.Stay(environment: name, from: stay.from, until: stay.until))
            }
        }
        if let refusal { return .refused(refusal) }
        guard stays.isEmpty else {
            return .stayed(
                stays.sorted { left, right in
                    func length(_ stay: SourceGate.Stay) -> Int64 { stay.until.map { $0 - stay.from }?.seconds ?? .max }
                    if length(left) != length(right) { return length(left) > length(right) }
                    return (left.from, left.environment) < (right.from, right.environment)
                })
        }
        let declaring = facts.sources.first { source in
            source.declarations.contains { $0.artifact.isSameContent(as: artifact) }
        }
        if let declaring {
            return .pending(
                "\(component) \(artifact.version) is declared in \(declaring.name) and not recorded there yet")
        }
        let names = contract.from.map(\.description).joined(separator: " or ")
        let content = artifact.digest.map { "\(artifact.version) (\($0.short))" } ?? artifact.version
        return .refused("\(component) \(content) was never recorded in \(names); promote it there first")
    }
}
