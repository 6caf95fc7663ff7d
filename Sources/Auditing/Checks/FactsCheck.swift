import Planning
import PromotionModel

/// Every verdict was on the facts of then.
enum FactsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        item.obstacle { $0.facts != nil }
            + item.pairs.compactMap { promotion, _, judged in
                FactsComparison.difference(between: promotion, and: judged).map { difference in
                    item.broken("\(promotion.promotion): \(difference)", promotion, judged)
                }
            }
    }
}
