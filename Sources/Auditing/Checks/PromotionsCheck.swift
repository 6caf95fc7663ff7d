import LedgerFormat
import Planning
import PromotionModel

/// Every promotion has an id of its own, derived from what it brings and replaces.
enum PromotionsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        item.entry.items.flatMap { promotion -> [Observed] in
            if promotion.result == .withdrawn { return withdrawal(of: promotion, item) }
            var found: [Observed] = []
            if promotion.result.isArrival, let earlier = item.state.arrived[promotion.promotion] {
                found.append(.broken("\(promotion.promotion) arrived already in \(earlier.prefix(12))"))
            }
            return found + content(of: promotion, item)
        }
    }

    private static func withdrawal(of promotion: LedgerEntry.Item, _ item: EntryUnderAudit) -> [Observed] {
        guard let pending = item.before.pending[promotion.promotion] else {
            return [.broken("\(promotion.promotion) is withdrawn, and did not wait")]
        }
        let isSame =
            pending.artifacts == promotion.artifacts && pending.retired == promotion.retired
            && pending.configuration == promotion.configuration
        return isSame ? [] : [.broken("\(promotion.promotion) is withdrawn as something else than what waited")]
    }

    private static func content(of promotion: LedgerEntry.Item, _ item: EntryUnderAudit) -> [Observed] {
        let record = item.step.takenOver ?? item.before
        let arriving = promotion.artifacts.map { component, artifact in
            Promotion.Change(
                component: component, from: record.components[component]?.artifact, to: artifact,
                supersedes: record.components[component]?.promotion)
        }
        let going = promotion.retired.map { component in
            Promotion.Change(
                component: component, from: record.components[component]?.artifact, to: nil,
                supersedes: record.components[component]?.promotion)
        }
        let configuration = promotion.configuration.map { digest in
            Promotion.ConfigurationChange(
                from: record.configuration?.digest, to: digest, supersedes: record.configuration?.promotion)
        }
        let changes = arriving + going
        let supersedes = Set(
            changes.compactMap(\.supersedes) + [configuration?.supersedes].compactMap(\.self)
        ).sorted()
        guard supersedes == promotion.supersedes else {
            return [.broken("\(promotion.promotion) takes the place of other promotions than it says")]
        }
        let id = Fingerprint.promotion(
            environment: item.entry.environment, changes: changes, configuration: configuration)
        return id == promotion.promotion
            ? [] : [.broken("\(promotion.promotion) brings what has the id \(id)")]
    }
}
