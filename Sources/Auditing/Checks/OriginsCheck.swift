import LedgerFormat
import Planning
import PromotionModel

/// Every digest was recorded in a source environment before, or came in where builds arrive.
enum OriginsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        switch item.origin {
        case .rollback: item.entry.items.flatMap { goingBack($0, item) }
        case .tick: item.obstacle(for: .promoted) + adoptions(item) + item.pairs.flatMap { promoted($0, item) }
        case .stop, .acceptance, .unknown: []
        }
    }

    /// Going back is only to what was recorded here.
    private static func goingBack(_ promotion: LedgerEntry.Item, _ item: EntryUnderAudit) -> [Observed] {
        let name = item.entry.environment
        let known = Set(
            (item.state.entries[name] ?? []).flatMap(\.items).filter(\.result.isArrival)
                .flatMap { $0.artifacts.values.map(AuditState.Content.init) })
        return promotion.artifacts.sorted { $0.key < $1.key }.filter { !known.contains(AuditState.Content($0.value)) }
            .map { .broken("\($0.key) \($0.value.version) was never recorded in \(name), and is gone back to") }
    }

    /// Only what has no record yet is recorded as found.
    private static func adoptions(_ item: EntryUnderAudit) -> [Observed] {
        guard item.entry.items.contains(where: { $0.result == .adopted }), !item.step.beginsAnew else { return [] }
        return [.broken("recorded as found, and the environment had a record already")]
    }

    private static func promoted(
        _ pair: (item: LedgerEntry.Item, derived: LedgerEntry.Item?, judged: JudgedPromotion?), _ item: EntryUnderAudit
    ) -> [Observed] {
        guard pair.item.result == .promoted, let contract = pair.judged?.action.verdict.contract,
            !contract.from.isEmpty
        else { return [] }
        let known = contract.from.reduce(into: Set<AuditState.Content>()) { known, name in
            known.formUnion(item.state.arrivals[name] ?? [])
        }
        let names = contract.from.map(\.description).joined(separator: " or ")
        return pair.item.artifacts.sorted { $0.key < $1.key }
            .filter { !known.contains(AuditState.Content($0.value)) }
            .map { .broken("\($0.key) \($0.value.version) was never recorded in \(names) before") }
    }
}
