import PromotionModel

/// Every emergency was allowed, as far as its own time tells; reviews are judged at the end.
enum EmergenciesCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        item.pairs.compactMap { promotion, derived, judged in
            guard let derived, promotion.emergency != derived.emergency else { return nil }
            return item.broken(
                promotion.emergency == nil
                    ? "\(promotion.promotion) was an emergency, and does not say so"
                    : "\(promotion.promotion) names an emergency that was not one, or was another",
                promotion, judged)
        }
    }
}
