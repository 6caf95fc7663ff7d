import Planning
import PromotionModel

/// Every contract is the one that lay in the commit that was observed.
enum ContractsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        item.obstacle { $0.contract != nil }
            + item.pairs.compactMap { promotion, derived, judged in
                guard promotion.result != .withdrawn, judged != nil else { return nil }
                let contract = judged?.action.verdict.contract?.reference
                guard contract != promotion.contract else { return nil }
                return .broken(
                    "\(promotion.promotion) was judged by \(promotion.contract ?? "no contract"), "
                        + "and its basis has \(contract ?? "none")")
            }
    }
}
