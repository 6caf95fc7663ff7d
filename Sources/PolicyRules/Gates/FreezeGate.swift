import PromotionModel

/// Nothing arrives in an environment that is frozen.
enum FreezeGate {
    static func judge(_ facts: Facts, at instant: Timestamp) -> GateResult {
        let name = facts.promotion.environment.description
        let mine = facts.freezes.filter { freeze in freeze.environments.contains { $0.matches(name) } }
        let active = mine.filter { ($0.from.map { $0 <= instant } ?? true) && instant < $0.until }
            .sorted { ($1.until, $0.name, $0.place) < ($0.until, $1.name, $1.place) }
        guard let last = active.first else {
            let next = mine.compactMap(\.from).filter { $0 > instant }.min()
            return GateResult(.freeze, .open, "no freeze", nextChange: next)
        }
        return GateResult(
            .freeze, .pending, "frozen by \"\(last.name)\" (\(last.owner)) until \(last.until): \(last.reason)",
            nextChange: last.until)
    }
}
