import PromotionModel

/// Components arrive after what they depend on, and sets arrive as one.
///
/// What waits beside the promotion can only hold it back: without it, the gate may open.
enum OrderGate {
    static func judge(_ rule: OrderRule, _ facts: Facts) -> GateResult {
        var parts = GateParts()
        if rule.followsDependencies { addDependencies(facts, to: &parts) }
        for set in rule.sets { addSet(set, facts, to: &parts) }
        return parts.result(.order, nothing: "nothing has to come first")
    }

    private static func addDependencies(_ facts: Facts, to parts: inout GateParts) {
        guard !facts.promotion.changes.isEmpty else { return }
        guard let dependencies = facts.survey?.dependencies else {
            let reason = Wording.unreadable(facts.promotion.environment, facts.surveyProblem)
            parts.add(.init(state: .pending, reason: reason))
            return
        }
        let going = Set(facts.promotion.changes.filter { $0.to == nil }.map(\.component))
        for change in facts.promotion.changes where change.to != nil {
            if let cycle = cycle(from: change.component, dependencies) {
                let names = cycle.map(\.description).joined(separator: " → ")
                parts.add(.init(state: .closed, reason: "dependencies go round in a circle: \(names)"))
            }
            for needed in Set(dependencies[change.component] ?? []).sorted() where needed != change.component {
                if let part = obstacle(change.component, needs: needed, going: going, facts) { parts.add(part) }
            }
        }
        for (component, needs) in dependencies.sorted(by: { $0.key < $1.key }) where !going.contains(component) {
            for needed in Set(needs).intersection(going).sorted() {
                parts.add(.init(state: .closed, reason: "\(component) depends on \(needed), which would go"))
            }
        }
    }

    /// What keeps `component` from arriving on account of `needed`.
    private static func obstacle(
        _ component: ComponentName, needs needed: ComponentName, going: Set<ComponentName>, _ facts: Facts
    ) -> GateParts.Part? {
        // Reported once, where what would go is looked at.
        if going.contains(needed) { return nil }
        if facts.arrivals.contains(where: { $0.component == needed }) { return nil }
        if let companion = facts.companions.first(where: { $0.component == needed }) {
            let what = companion.to.map { " \($0.version)" } ?? ", which is about to go"
            return .init(state: .pending, reason: "\(component) arrives after \(needed)\(what)")
        }
        if facts.recorded[needed] != nil { return nil }
        return .init(
            state: .closed,
            reason: "\(component) depends on \(needed), which is neither recorded in "
                + "\(facts.promotion.environment) nor on its way")
    }

    /// A way from `start` back to itself; cycles elsewhere are not its own.
    private static func cycle(
        from start: ComponentName, _ dependencies: [ComponentName: [ComponentName]]
    ) -> [ComponentName]? {
        var previous: [ComponentName: ComponentName] = [:]
        var visited: Set<ComponentName> = []
        var queue = [start]
        var next = 0
        while next < queue.count {
            let name = queue[next]
            next += 1
            for needed in Set(dependencies[name] ?? []).sorted() {
                if needed == start {
                    var way = [name]
                    while let before = previous[way[way.count - 1]] { way.append(before) }
                    return way.reversed() + [start]
                }
                guard visited.insert(needed).inserted else { continue }
                previous[needed] = name
                queue.append(needed)
            }
        }
        return nil
    }

    private static func addSet(_ set: [NameGlob], _ facts: Facts, to parts: inout GateParts) {
        func isMember(_ component: ComponentName) -> Bool {
            set.contains { $0.matches(component.description) }
        }
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
