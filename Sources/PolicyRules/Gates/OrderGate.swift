import PromotionModel

/// Components arrive after what they depend on, and sets arrive as one.
///
/// What waits beside the promotion can only hold it back: without it, the gate may open.
enum OrderGate {
    static func judge(_ rule: OrderRule, _ facts: Facts, on ground: JudgementGround) -> GateResult {
        var parts = GateParts()
        if rule.followsDependencies { addDependencies(facts, to: &parts, ground) }
        for set in rule.sets { addSet(set, facts, to: &parts, ground) }
        return parts.result(.order, nothing: "nothing has to come first")
    }

    private static func addDependencies(
        _ facts: Facts, to parts: inout GateParts, _ ground: JudgementGround
    ) {
        guard !facts.promotion.changes.isEmpty else { return }
        guard let graph = ground.dependencies else {
            let reason = Wording.unreadable(facts.promotion.environment, facts.surveyProblem)
            parts.add(.init(state: .pending, reason: reason))
            return
        }
        let moving = Moving(facts.promotion)
        for change in facts.promotion.changes where change.to != nil {
            if let cycle = graph.cycle(from: change.component) {
                let names = cycle.map(\.description).joined(separator: " → ")
                parts.add(.init(state: .closed, reason: "dependencies go round in a circle: \(names)"))
            }
            // What moves too arrives with it, or is reported once, where what would go is looked at.
            for needed in graph.needs(of: change.component) where !moving.contains(needed) {
                if let part = obstacle(change.component, needs: needed, facts, ground) { parts.add(part) }
            }
        }
        guard facts.promotion.changes.contains(where: { $0.to == nil }) else { return }
        let going = Set(facts.promotion.changes.filter { $0.to == nil }.map(\.component))
        let needed = going.flatMap { gone in graph.dependents(of: gone).map { (component: $0, needs: gone) } }
        for one in needed.sorted(by: { $0 < $1 }) where !going.contains(one.component) {
            parts.add(.init(state: .closed, reason: "\(one.component) depends on \(one.needs), which would go"))
        }
    }

    /// What keeps `component` from arriving on account of `needed`, which does not move with it.
    private static func obstacle(
        _ component: ComponentName, needs needed: ComponentName, _ facts: Facts, _ ground: JudgementGround
    ) -> GateParts.Part? {
        if let companion = ground.waiting(needed) {
            let (space, what) = companion.artifact.map { (" ", $0.version) } ?? ("", ", which is about to go")
            return .init(
                state: .pending,
                reason: Wording.text(component.description, " arrives after ", needed.description, space, what))
        }
        if facts.recorded[needed] != nil { return nil }
        return .init(
            state: .closed,
            reason: "\(component) depends on \(needed), which is neither recorded in "
                + "\(facts.promotion.environment) nor on its way")
    }

    private static func addSet(
        _ set: [NameGlob], _ facts: Facts, to parts: inout GateParts, _ ground: JudgementGround
    ) {
        func isMember(_ component: ComponentName) -> Bool {
            set.contains { $0.matches(component.description) }
        }
        guard facts.promotion.changes.contains(where: { isMember($0.component) }) else { return }
        let moving = Set(facts.promotion.changes.map(\.component))
        let arriving = moving.filter(isMember)
        guard let member = arriving.min() else { return }
        let all = ground.waiting(of: set)
        let left = all.count - arriving.count { ground.waiting($0) != nil }
        guard left > 0 else { return }
        let names = all.lazy.filter { !moving.contains($0) }.map(\.description)
        parts.add(
            .init(
                state: .pending,
                reason: "\(member) arrives together with \(Wording.list(names, count: left)), which "
                    + "\(left == 1 ? "waits" : "wait") on \(left == 1 ? "its" : "their") own; "
                    + "the contract of a set needs \"unit: together\""))
    }
}

/// The components that a promotion moves.
private struct Moving {
    private let changes: [Promotion.Change]
    /// Made where there are many.
    private let names: Set<ComponentName>?

    init(_ promotion: Promotion) {
        changes = promotion.changes
        names = changes.count > 4 ? Set(changes.map(\.component)) : nil
    }

    func contains(_ component: ComponentName) -> Bool {
        names?.contains(component) ?? changes.contains { $0.component == component }
    }
}
