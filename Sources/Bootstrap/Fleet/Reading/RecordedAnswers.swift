import PolicyRules
import Ports
import PromotionModel

/// Answers rules in Rego with what the ledger says of them, where there is no engine to ask.
///
/// What a rule said in refusing is known in words only, so the facts of such a verdict cannot be derived by it.
struct RecordedAnswers: PolicyEngine {
    private var answers: [PromotionID: RegoAnswer] = [:]

    /// - Parameters:
    ///   - items: What the tick recorded.
    ///   - pending: What waited before it: its gates are those that were shut.
    init(items: [LedgerEntry.Item], pending: [PromotionID: EnvironmentRecord.Pending]) {
        for (promotion, waiting) in pending {
            guard let reason = waiting.gates[.rego] else {
                answers[promotion] = .denied([])
                continue
            }
            answers[promotion] = waiting.result == .refused ? .denied([reason]) : RegoGate.answer(behind: reason)
        }
        for item in items {
            guard let gate = item.gates.first(where: { $0.gate == .rego }) else { continue }
            switch gate.state {
            case .open, .skipped: answers[item.promotion] = .denied([])
            case .closed: answers[item.promotion] = .denied([gate.reason])
            case .pending: answers[item.promotion] = RegoGate.answer(behind: gate.reason)
            }
        }
    }

    func answers(to questions: [RegoQuestion], module: Policies.Module) -> [RegoAnswer] {
        questions.map { question in
            answers[question.promotion]
                ?? .unanswered("no Rego engine is configured; set TOWPATH_OPA_URL or TOWPATH_OPA")
        }
    }
}
