import PromotionModel

/// Nothing moves in a component, or an environment, that somebody holds.
enum HoldGate {
    static func judge(_ facts: Facts, on ground: JudgementGround) -> GateResult {
        let holds = ground.holds
        guard !holds.isEmpty else { return GateResult(.hold, .open, "no hold") }
        let touched = Set(facts.promotion.changes.map { Hold.Scope.component($0.component) }).union([.environment])
        let active = touched.sorted().flatMap { holds[$0] ?? [] }.filter { $0.isActive(at: ground.instant) }
        guard let first = active.first else {
            return GateResult(.hold, .open, "no hold")
        }
        let what = first.scope == .environment ? facts.promotion.environment.description : first.scope.description
        let until = active.compactMap(\.until)
        let end = until.count == active.count ? until.max() : nil
        return GateResult(
            .hold, end == nil ? .closed : .pending,
            "\(what) is held by \(first.owner) since \(first.since)\(first.until.map { " until \($0)" } ?? ""): "
                + first.reason,
            nextChange: end)
    }
}
