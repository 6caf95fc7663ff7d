import PolicyRules
package import PromotionModel

/// Why a component is, or is not, moving: the chain of causes, and what would make it move.
package struct Explanation: Hashable, Sendable {
    package let environment: EnvironmentName
    package let status: ComponentStatus
    /// Where it is declared; `nil` where it is not.
    package let declaration: Declaration?
    /// The commit that declared what is declared now; `nil` where history does not tell.
    package let origin: HistoryEntry?
    package let record: EnvironmentRecord.Component?
    /// The promotion it is part of, with every gate; `nil` where nothing is to move.
    package let action: Action?
    /// What would make it move, one sentence for each gate that is not open.
    package let advice: [String]
}

extension Fleet {
    /// Explains `component` of `name`.
    ///
    /// - Throws: ``Refusal`` with the nearest name where there is no such component.
    package borrowing func explain(
        _ component: ComponentName, in name: EnvironmentName
    ) throws(Refusal) -> Explanation {
        let review = try review(withDrift: false).only(name, of: self)
        guard let plan = review.plan.environments.first, let observed = review.observation[name] else {
            throw Refusal(.internalError, "\(name) is not in the plan")
        }
        try requireComponent(component, of: name, among: plan.components.map(\.component))
        guard let status = plan.components.first(where: { $0.component == component }) else {
            throw Refusal(.internalError, "\(component) is not in the plan")
        }
        var origin: HistoryEntry?
        try history(of: name) { entry in
            if entry.result == nil, entry.changes.contains(where: { $0.component == component }) { origin = entry }
            return origin == nil
        }
        if let found = origin { origin = try signed([found]).first }
        let action = plan.actions.first { $0.promotion.changes.contains { $0.component == component } }
        let advice = action.map { GateAdvice.texts(for: $0.verdict, of: $0.promotion) }
        return Explanation(
            environment: name, status: status,
            declaration: observed.declared.declarations.first { $0.component == component }, origin: origin,
            record: observed.knownRecord?.components[component], action: action, advice: advice ?? [])
    }
}
