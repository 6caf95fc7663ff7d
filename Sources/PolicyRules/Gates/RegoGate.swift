package import PromotionModel

/// The team's own rule in Rego denies nothing.
package enum RegoGate {
    private static let unasked = " could not be asked: "
    private static let undefined = " has no result"

    static func judge(_ rule: RegoRule, _ facts: Facts) -> GateResult {
        switch facts.answers[rule] {
        case .denied([]):
            GateResult(.rego, .open, "\(rule.query) in \(rule.file) denies nothing")
        case .denied(let messages):
            GateResult(.rego, .closed, Wording.list(messages.map(Wording.foreign), separator: "; "))
        case .undefined:
            GateResult(.rego, .pending, "the rule \(rule.query) in \(rule.file)\(undefined)")
        case .unanswered(let reason):
            GateResult(.rego, .pending, "\(rule.file)\(unasked)\(Wording.foreign(reason))")
        case nil:
            GateResult(.rego, .pending, "the Rego engine was not asked")
        }
    }

    /// The answer that made the gate wait for `reason`, as far as its words tell.
    package static func answer(behind reason: String) -> RegoAnswer {
        if let words = reason.firstRange(of: unasked) { return .unanswered(String(reason[words.upperBound...])) }
        return reason.hasSuffix(undefined) ? .undefined : .unanswered(reason)
    }
}
