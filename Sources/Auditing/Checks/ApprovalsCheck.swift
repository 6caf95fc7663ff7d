import PromotionModel

/// Every consent that counted was given before, by who was entitled to.
enum ApprovalsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        item.obstacle { promotion in promotion.gates.contains { $0.gate == .approvals } }
            + item.pairs.compactMap { promotion, derived, judged in
                guard let derived else { return nil }
                guard promotion.approvedBy == derived.approvedBy else {
                    return item.broken(
                        "\(promotion.promotion) names \(list(promotion.approvedBy)) for its consent, "
                            + "and it was given by \(list(derived.approvedBy))", promotion, judged)
                }
                guard promotion.evidence(ofApprovals: true) == derived.evidence(ofApprovals: true) else {
                    return item.broken(
                        "\(promotion.promotion) rests on other consents than were given", promotion, judged)
                }
                return nil
            }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "nobody" : names.joined(separator: ", ")
    }
}
