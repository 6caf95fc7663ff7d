import PromotionModel

/// The team's own rule in Rego denies nothing.
enum RegoGate {
    static func judge(_ rule: RegoRule, _ facts: Facts) -> GateResult {
        switch facts.answers[rule] {
        case .denied([]):
            GateResult(.rego, .open, "\(rule.query) in \(rule.file) denies nothing")
        case .denied(let messages):
            GateResult(.rego, .closed, Wording.list(messages.map(Wording.foreign), separator: "; "))
        case .undefined:
            GateResult(.rego, .pending, "the rule \(rule.query) in \(rule.file) has no result")
        case .unanswered(let reason):
            GateResult(.rego, .pending, "\(rule.file) could not be asked: \(Wording.foreign(reason))")
        case nil:
            GateResult(.rego, .pending, "the Rego engine was not asked")
        }
    }
}
