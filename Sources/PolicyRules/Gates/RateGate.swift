import PromotionModel

/// At most so many promotions arrive in a span of time, changes of configuration included.
enum RateGate {
    static func judge(_ rule: RateRule, _ facts: Facts, on ground: JudgementGround) -> GateResult {
        let limit = "\(rule.maximum) in \(rule.span)"
        let present = facts.presentArrivals
        let isCounted = present.instant + rule.span > ground.instant
        let counted =
            (ground.arrivals(within: rule.span)
            + Array(repeating: present.instant, count: isCounted ? present.count : 0)).sorted()
        guard counted.count >= rule.maximum else {
            return GateResult(.rate, .open, "\(counted.count) of \(limit) have arrived")
        }
        // So many have to leave the span that one fewer than the limit is left.
        let end = counted[counted.count - rule.maximum] + rule.span
        return GateResult(
            .rate, .pending, "\(counted.count) of \(limit) have arrived; the next may at \(end)", nextChange: end)
    }
}
