import PromotionModel

/// Every entry stands on the commit that was observed, or on another entry of the same tick.
enum OrderCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        let (entry, step) = (item.entry, item.step)
        guard step.commit.parents.count == 1, let parent = step.commit.parents.first else { return [] }
        guard parent != entry.basis else { return [] }
        guard let earlier = item.state.standings[parent], earlier.basis == entry.basis else {
            return [
                .broken(
                    "it was judged at \(entry.basis.prefix(12)) and stands on \(parent.prefix(12)): "
                        + "history was rewritten, or an entry is missing before it")
            ]
        }
        guard earlier.at == entry.at, earlier.signedOffBy == entry.signedOffBy, earlier.environment < entry.environment
        else { return [.broken("it does not follow the entry of \(earlier.environment) as in one tick")] }
        return []
    }
}
