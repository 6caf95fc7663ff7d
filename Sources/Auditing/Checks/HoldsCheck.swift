import PromotionModel

/// Every hold was set by who signed off, and only what was held was released.
enum HoldsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        let entry = item.entry
        var found: [Observed] = []
        // What is taken over stays as whoever set it said.
        for hold in entry.holds where item.step.takenOver?.holds[hold.scope] != hold {
            if hold.owner != entry.signedOffBy {
                found.append(.broken("the hold on \(hold.scope) names \(hold.owner), and another signed off"))
            }
            if abs(hold.since.seconds - entry.at.seconds) > TimesCheck.tolerance {
                found.append(.broken("the hold on \(hold.scope) counts from \(hold.since), recorded at \(entry.at)"))
            }
        }
        for scope in entry.released where item.before.holds[scope] == nil {
            found.append(.broken("\(scope) is released, and was not held"))
        }
        guard item.origin == .rollback, let promotion = entry.items.first else { return found }
        for (component, _) in promotion.artifacts.sorted(by: { $0.key < $1.key }) {
            let rejected = item.before.components[component]?.artifact.digest
            let hold = entry.holds.first { $0.scope == .component(component) }
            if hold == nil || hold?.rejected != rejected {
                found.append(.broken("what \(component) goes back from is not held"))
            }
        }
        return found
    }
}
