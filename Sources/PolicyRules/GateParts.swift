import PromotionModel

/// The parts of one gate, such as one for each rule and artifact: the gate is open only if all of them are.
struct GateParts {
    struct Part {
        let state: GateResult.State
        let reason: String
        var nextChange: Timestamp?
        var evidence: [Digest] = []
        /// The statements that would open it.
        var missing: [MissingStatement] = []
        var objections: [Digest: String] = [:]
    }

    /// The most reasons that one sentence gives; more of them help nobody.
    private static let shownReasons = 5

    private var parts: [Part] = []

    mutating func add(_ part: Part) {
        parts.append(part)
    }

    /// The gate as a whole; open with the reason `nothing` where there is no part.
    func result(_ gate: GateName, nothing: String) -> GateResult {
        let closed = parts.filter { $0.state == .closed }
        let pending = parts.filter { $0.state == .pending }
        guard closed.isEmpty else {
            return result(gate, .closed, of: closed + pending, nextChange: nil)
        }
        guard pending.isEmpty else {
            // It opens by time alone only if every part does, and then with the last of them.
            let instants = pending.map(\.nextChange)
            let last = instants.contains(nil) ? nil : instants.compactMap(\.self).max()
            return result(gate, .pending, of: pending, nextChange: last)
        }
        guard !parts.isEmpty else { return GateResult(gate, .open, nothing) }
        return result(gate, .open, of: parts, nextChange: parts.compactMap(\.nextChange).min())
    }

    private func result(
        _ gate: GateName, _ state: GateResult.State, of parts: [Part], nextChange: Timestamp?
    ) -> GateResult {
        // One part that lacks nothing is the usual case.
        if parts.count == 1, let only = parts.first, only.missing.isEmpty, only.objections.isEmpty {
            return GateResult(
                gate, state, only.reason, nextChange: nextChange,
                evidence: only.evidence.count > 1 ? Array(Set(only.evidence)) : only.evidence)
        }
        var seen: Set<String> = []
        let reasons = parts.map(\.reason).filter { seen.insert($0).inserted }
        let evidence = Set(parts.flatMap(\.evidence))
        var lack = GateResult.Lack()
        for missing in parts.flatMap(\.missing) where !lack.statements.contains(missing) {
            lack.statements.append(missing)
        }
        // What counts for one part has done its work, whatever another says of it.
        for (id, objection) in parts.flatMap(\.objections) where !evidence.contains(id) {
            lack.objections[id] = lack.objections[id] ?? objection
        }
        return GateResult(
            gate, state, Wording.list(reasons, separator: "; ", atMost: Self.shownReasons), nextChange: nextChange,
            evidence: Array(evidence), lack: lack)
    }
}
