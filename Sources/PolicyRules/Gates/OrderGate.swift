import PromotionModel

/// Components arrive after what they depend on, and sets arrive as one.
///
/// What waits beside the promotion can only hold it back: without it, the gate may open.
enum OrderGate {
    static func judge(_ rule: OrderRule, _ facts: Facts, remembering memory: inout JudgementMemory) -> GateResult {
        var parts = GateParts()
        if rule.followsDependencies { addDependencies(facts, to: &parts, &memory) }
        for set in rule.sets { addSet(set, facts, to: &parts, &memory) }
        return parts.result(.order, nothing: "nothing has to come first")
    }

    private static func addDependencies(
        _ facts: Facts, to parts: inout GateParts, _ memory: inout JudgementMemory
    ) {
        guard !facts.promotion.changes.isEmpty else { return }
        guard let survey = facts.survey else {
            let reason = Wording.unreadable(facts.promotion.environment, facts.surveyProblem)
            parts.add(.init(state: .pending, reason: reason))
            return
        }
        let graph = memory.graph(of: survey)
        let moving = Set(facts.promotion.changes.map(\.component))
        for change in facts.promotion.changes where change.to != nil {
            if let cycle = graph.cycle(from: change.component) {
                let names = cycle.map(\.description).joined(separator: " → ")
                parts.add(.init(state: .closed, reason: "dependencies go round in a circle: \(names)"))
            }
            // What moves too arrives with it, or is reported once, where what would go is looked at.
            for needed in graph.needs(of: change.component) where !moving.contains(needed) {
                if let part = obstacle(change.component, needs: needed, facts, &memory) { parts.add(part) }
            }
        }
        let going = Set(facts.promotion.changes.filter { $0.to == nil }.map(\.component))
        let needed = going.flatMap { gone in graph.dependents(of: gone).map { (component: $0, needs: gone) } }
        for one in needed.sorted(by: { $0 < $1 }) where !going.contains(one.component) {
            parts.add(.init(state: .closed, reason: "\(one.component) depends on \(one.needs), which would go"))
        }
    }

    /// What keeps `component` from arriving on account of `needed`, which does not move with it.
    private static func obstacle(
        _ component: ComponentName, needs needed: ComponentName, _ facts: Facts, _ memory: inout JudgementMemory
    ) -> GateParts.Part? {
        if let companion = memory.waiting(facts)[needed] {
            let what = companion.to.map { " \($0.version)" } ?? ", which is about to go"
            return .init(state: .pending, reason: "\(component) arrives after \(needed)\(what)")
        }
        if facts.recorded[needed] != nil { return nil }
        return .init(
            state: .closed,
            reason: "\(component) depends on \(needed), which is neither recorded in "
                + "\(facts.promotion.environment) nor on its way")
    }

    private static func addSet(
        _ set: [NameGlob], _ facts: Facts, to parts: inout GateParts, _ memory: inout JudgementMemory
    ) {
        func isMember(_ component: ComponentName) -> Bool {
            set.contains { $0.matches(component.description) }
        }
        let moving = Set(facts.promotion.changes.map(\.component))
        let arriving = moving.filter(isMember)
        guard let member = arriving.min() else { return }
        let all = memory.waiting(facts, of: set)
        let waiting = memory.waiting(facts)
        let left = all.count - arriving.count { waiting[$0] != nil }
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
