package import PromotionModel

/// Compares what the ledger says of a promotion with the judgement that its basis gives anew.
package enum FactsComparison {
    /// What differs between the facts of `item` and those of `judged`, in a sentence; `nil` where nothing does.
    ///
    /// - Parameter judged: `nil` where the basis asks for no such promotion.
    package static func difference(between item: LedgerEntry.Item, and judged: JudgedPromotion?) -> String? {
        switch item.result {
        // Nothing is judged where something is recorded as found, goes back or goes away.
        case .adopted, .rolledBack, .withdrawn, .held, .released:
            return item.facts == nil ? nil : "facts are recorded of what was not judged"
        case .promoted, .waiting, .refused: break
        }
        guard let judged else { return "its basis asks for no promotion \(item.promotion)" }
        guard item.facts != judged.digest else { return nil }
        guard let recorded = item.facts else { return "no facts are recorded" }
        let derived = judged.digest.map { "\($0.short) derived" } ?? "none derived"
        let hints = hints(item, judged)
        return "\(recorded.short) recorded, \(derived)" + (hints.isEmpty ? "" : ": " + hints.joined(separator: "; "))
    }

    /// What else the entry and the judgement say differently: it tells where to look.
    private static func hints(_ item: LedgerEntry.Item, _ judged: JudgedPromotion) -> [String] {
        var hints: [String] = []
        let contract = judged.action.verdict.contract?.reference
        if item.contract != contract { hints.append("judged by \(contract ?? "no contract") now") }
        if judged.lacksAnswers {
            hints.append("rules in Rego are not answered here")
        }
        let known = Dictionary(item.gates.map { ($0.gate, $0) }) { first, _ in first }
        let gates = judged.action.verdict.gates.filter { known[$0.gate]?.state != $0.state }
        hints += gates.map { gate in
            "\(gate.gate.rawValue) was \(known[gate.gate]?.state.rawValue ?? "not asked") and is \(gate.state.rawValue)"
        }
        return hints
    }
}
