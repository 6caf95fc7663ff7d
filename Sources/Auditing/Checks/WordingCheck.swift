import LedgerFormat
import PromotionModel

/// Every message and reason says what is recorded.
///
/// Words may change from one version of the program to the next, so this breaks nothing by itself.
enum WordingCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        var found: [Observed] = []
        if LedgerMessage.text(for: item.entry, before: item.before) != item.step.commit.message {
            found.append(.finding("subject and body are worded otherwise than this version words them"))
        }
        if !item.step.isCanonical, case .present = item.step.after {
            found.append(.finding("the lock is written otherwise than this version writes it"))
        }
        for (promotion, derived, _) in item.pairs {
            guard let derived else { continue }
            let gates = zip(promotion.gates, derived.gates).filter { recorded, again in
                recorded.gate == again.gate && recorded.state == again.state
                    && (recorded.reason != again.reason || recorded.nextChange != again.nextChange)
            }
            guard let first = gates.first else { continue }
            found.append(
                .finding(
                    "\(promotion.promotion): the reason of \(first.0.gate.rawValue) was \"\(first.0.reason)\" "
                        + "and is \"\(first.1.reason)\""))
        }
        return found
    }
}
