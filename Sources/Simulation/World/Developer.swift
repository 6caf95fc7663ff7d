import PromotionModel

/// Somebody who changes what the fleet says.
///
/// Every change is described, so that a trace can be read without the commits.
struct Developer {
    /// A change, and how it is told.
    struct Change {
        let text: String
        let apply: (inout FleetState) -> Void
    }

    let state: FleetState
    let now: Timestamp
    /// The newest build of each component.
    let newest: [String: Int]

    private static let weights: [(weight: Int, item: Kind)] = [
        (8, .build), (10, .forward), (2, .skip), (3, .revert), (3, .configure), (1, .addition), (1, .removal),
        (1, .breaking), (2, .mending), (2, .policy), (2, .loosening), (2, .freeze), (1, .thaw), (1, .note),
    ]

    private enum Kind {
        case build, forward, skip, revert, configure, addition, removal, breaking, mending, policy, loosening, freeze
        case thaw, note
    }

    /// Something that somebody could do now; `nil` where what came to mind makes no sense.
    func change(_ chance: inout Chance) -> Change? {
        switch chance.pick(weighted: Self.weights) {
        case .build: build(in: "dev", &chance)
        case .forward: forward(&chance)
        case .skip: chance.pick(targets).flatMap { build(in: $0, &chance) }
        case .revert: revert(&chance)
        case .configure: configure(&chance)
        case .addition: addition(&chance)
        case .removal: removal(&chance)
        case .breaking: breaking(&chance)
        case .mending: mending
        case .policy: policy(&chance)
        case .loosening: loosening(&chance)
        case .freeze: freeze(&chance)
        case .thaw: thaw
        case .note: Change(text: "note \(state.note + 1)") { $0.note += 1 }
        }
    }

    /// What mends every manifest; `nil` where none is broken.
    var mending: Change? {
        let broken = state.names.filter { state.environments[$0]?.broken != nil }
        guard !broken.isEmpty else { return nil }
        return Change(text: "mend \(broken.joined(separator: ", "))") { state in
            for name in broken { state.environments[name]?.broken = nil }
        }
    }

    private var targets: [String] {
        state.names.filter { state.policies.contracts[$0]?.sources.isEmpty == false }
    }

    private func component(of environment: String, _ chance: inout Chance) -> String? {
        chance.pick(state.environments[environment]?.slots.keys.sorted() ?? [])
    }

    private func build(in environment: String, _ chance: inout Chance) -> Change? {
        guard let component = component(of: environment, &chance) else { return nil }
        let build = Build(component, (newest[component] ?? 1) + 1)
        return Change(text: "\(environment) gets the new build \(component) \(build.version)") { state in
            state.environments[environment]?.slots[component]?.build = build
        }
    }

    private func forward(_ chance: inout Chance) -> Change? {
        guard let target = chance.pick(targets), let source = state.policies.contracts[target]?.sources.first,
            let there = state.environments[source], let here = state.environments[target]
        else { return nil }
        var differing = here.slots.keys.sorted().filter { name in
            there.slots[name].map { $0.build != here.slots[name]?.build } ?? false
        }
        if chance.happens(500), let one = chance.pick(differing) { differing = [one] }
        guard !differing.isEmpty else { return nil }
        return Change(text: "\(target) gets \(differing.joined(separator: ", ")) from \(source)") { state in
            for name in differing {
                guard let build = there.slots[name]?.build else { continue }
                state.environments[target]?.slots[name]?.build = build
            }
        }
    }

    private func revert(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(state.names), let component = component(of: name, &chance),
            let now = state.environments[name]?.slots[component]?.build, now.number > 1
        else { return nil }
        let build = Build(component, chance.number(in: 1...now.number - 1))
        return Change(text: "\(name) goes back to \(component) \(build.version)") { state in
            state.environments[name]?.slots[component]?.build = build
        }
    }

    private func configure(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(state.names), let component = component(of: name, &chance) else { return nil }
        return Change(text: "\(name) configures \(component)") { state in
            state.environments[name]?.slots[component]?.setting += 1
        }
    }

    private func addition(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(state.names), state.environments[name]?.slots["worker"] == nil else { return nil }
        let build = Build("worker", newest["worker"] ?? 1)
        return Change(text: "\(name) gets a worker \(build.version)") { state in
            state.environments[name]?.slots["worker"] = EnvironmentState.Slot(build: build, setting: 1, dependsOn: [])
        }
    }

    private func removal(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(state.names), let slots = state.environments[name]?.slots, slots.count > 1,
            let component = slots["worker"] != nil ? "worker" : chance.pick(slots.keys.sorted())
        else { return nil }
        return Change(text: "\(name) loses \(component)") { state in
            state.environments[name]?.slots[component] = nil
            if state.environments[name]?.broken == component { state.environments[name]?.broken = nil }
        }
    }

    private func breaking(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(state.names), state.environments[name]?.broken == nil,
            let component = component(of: name, &chance)
        else { return nil }
        return Change(text: "\(name) breaks the manifest of \(component)") { state in
            state.environments[name]?.broken = component
        }
    }

    private func policy(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(targets) else { return nil }
        let soak = TimeSpan(seconds: Int64(chance.number(in: 1...12)) * 600)
        let isUnsoaked = chance.happens(200)
        return Change(text: "\(name) asks for \(isUnsoaked ? "no soak" : "a soak of \(soak)")") { state in
            state.policies.contracts[name]?.soak = isUnsoaked ? nil : soak
        }
    }

    /// A change that takes the gates off its own way.
    private func loosening(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(targets),
            let change = chance.happens(500) ? build(in: name, &chance) : forward(&chance)
        else { return nil }
        return Change(text: "\(change.text), and \(name) asks for nothing any more") { state in
            change.apply(&state)
            guard let contract = state.policies.contracts[name] else { return }
            state.policies.contracts[name] = ContractState(
                sources: contract.sources, isTogether: contract.isTogether)
        }
    }

    private func freeze(_ chance: inout Chance) -> Change? {
        guard let name = chance.pick(targets), state.policies.freezes.count < 3 else { return nil }
        let from = now + TimeSpan(seconds: Int64(chance.number(in: 0...3)) * 1_800)
        let freeze = FreezeState(
            name: "freeze-\(now.seconds)", environment: name, from: from,
            until: from + TimeSpan(seconds: Int64(chance.number(in: 1...24)) * 1_800))
        return Change(text: "\(name) freezes from \(freeze.from) until \(freeze.until)") { state in
            guard !state.policies.freezes.contains(where: { $0.name == freeze.name }) else { return }
            state.policies.freezes.append(freeze)
        }
    }

    private var thaw: Change? {
        guard let freeze = state.policies.freezes.first else { return nil }
        return Change(text: "\(freeze.environment) thaws") { state in
            state.policies.freezes.removeAll { $0 == freeze }
        }
    }
}
