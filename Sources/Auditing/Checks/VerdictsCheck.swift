import Planning
import PromotionModel

/// Every verdict is the one that contract and facts of then give, and none is left out.
enum VerdictsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        if item.origin == .rollback { return item.entry.items.flatMap { rollback($0, item) } }
        var found = item.obstacle { _ in true }
        for (promotion, derived, judged) in item.pairs {
            guard let derived else {
                found.append(item.broken("its basis asks for nothing like \(promotion.promotion)", promotion, judged))
                continue
            }
            if let text = difference(promotion, derived) {
                found.append(item.broken("\(promotion.promotion): \(text)", promotion, judged))
            }
            if item.derived?.takesAnswers == true, promotion.asksRules {
                found.append(
                    .finding("\(promotion.promotion): what rules in Rego answered is believed; name OPA to ask again"))
            }
        }
        return found + omissions(item)
    }

    private static func difference(_ recorded: LedgerEntry.Item, _ derived: LedgerEntry.Item) -> String? {
        if recorded.result != derived.result {
            return "recorded as \(recorded.result.rawValue), and it is \(derived.result.rawValue)"
        }
        if recorded.artifacts != derived.artifacts || recorded.retired != derived.retired
            || recorded.configuration != derived.configuration
        {
            return "its basis declares something else"
        }
        if recorded.source != derived.source { return "another environment counts as its source" }
        let states = [recorded, derived].map { $0.gates.map { "\($0.gate.rawValue) \($0.state.rawValue)" } }
        guard states[0] != states[1] else { return nil }
        let lost = states[0].filter { !states[1].contains($0) }
        let found = states[1].filter { !states[0].contains($0) }
        return "gates recorded as \(list(lost)), and they are \(list(found))"
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    /// What the entry, or the tick, should have recorded too.
    private static func omissions(_ item: EntryUnderAudit) -> [Observed] {
        guard let derived = item.derived, item.origin == .tick else { return [] }
        let recorded = Set(item.entry.items.map(\.promotion))
        // Where no evidence was read then, what depends on evidence was not to be recorded.
        let isBlind = item.entry.evidenceBasis == nil && !item.entry.items.contains { $0.contract != nil }
        let missing = derived.entry.items.filter { !recorded.contains($0.promotion) && !isBlind }
        return missing.map { missed in
            let judged = derived.judged.first { $0.action.promotion.id == missed.promotion }
            return item.broken(
                "\(missed.promotion) is left out, which is \(missed.result.rawValue)", missed, judged)
        }
            + derived.omitted.map { name in
                .finding("the tick recorded nothing of \(name), which was due unless publishing failed")
            }
    }

    /// A rollback goes to the last known good.
    private static func rollback(_ promotion: LedgerEntry.Item, _ item: EntryUnderAudit) -> [Observed] {
        let name = item.entry.environment
        do {
            let expected = try PromotionSelection.rollback(
                of: promotion.artifacts.keys.sorted(), record: item.before, entries: item.state.entries[name] ?? [])
            let artifacts = expected.changes.reduce(into: [ComponentName: Artifact]()) { $0[$1.component] = $1.to }
            return artifacts == promotion.artifacts
                ? [] : [.finding("\(promotion.promotion) goes back to something else than the last known good")]
        } catch {
            return [.finding("\(promotion.promotion) goes back, and there was nothing to go back to: \(error)")]
        }
    }
}
