import PromotionModel

/// The evidence that counted verifies as of then, and the branch that it lies on only grew.
enum EvidenceCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        standing(item)
            + item.pairs.compactMap { promotion, derived, judged in
                guard let derived else { return nil }
                let lists = [promotion, derived].map { $0.evidence(ofApprovals: false) }
                guard lists[0] != lists[1] else { return nil }
                let lost = lists[0].filter { !lists[1].contains($0) }.map { $0.split(separator: " ").last ?? "" }
                return item.broken(
                    "\(promotion.promotion) rests on evidence that does not count as of then"
                        + (lost.isEmpty ? "" : ": \(lost.joined(separator: ", "))"), promotion, judged)
            }
    }

    private static func standing(_ item: EntryUnderAudit) -> [Observed] {
        let commit = item.entry.evidenceBasis?.prefix(12) ?? ""
        switch item.step.evidence {
        case .notNamed: return []
        case .lost(let branch):
            return [.broken("\(branch) does not lead to \(commit), which was read then: it was rewritten")]
        case .noBranch(let branch):
            return [
                .unproved("there is no branch \(branch) here: git fetch origin \(branch):\(branch)")
            ]
        case .present(let position, let root):
            guard let before = item.state.evidence[root], position < before else { return [] }
            return [.broken("it was judged by the evidence of \(commit), older than what an earlier entry had read")]
        }
    }
}
