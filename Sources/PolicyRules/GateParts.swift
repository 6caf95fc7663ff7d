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
        guard !parts.isEmpty else { return GateResult(gate, .open, nothing) }
        // Mostly there is one, or all are of one kind.
        if parts.count == 1 {
            return result(
                gate, parts[0].state, of: parts, nextChange: parts[0].state == .closed ? nil : parts[0].nextChange)
        }
        if parts.indices.allSatisfy({ parts[$0].state == .open }) {
            return result(gate, .open, of: parts, nextChange: firstChange)
        }
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
        return result(gate, .open, of: parts, nextChange: firstChange)
    }

    /// The first instant at which any part changes.
    private var firstChange: Timestamp? {
        var first: Timestamp?
        for index in parts.indices {
            guard let next = parts[index].nextChange else { continue }
            first = first.map { min($0, next) } ?? next
        }
        return first
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
        var reasons = Distinct<String>()
        var evidence = Distinct<Digest>()
        var lacksNothing = true
        for index in parts.indices {
            reasons.add(parts[index].reason)
            for id in parts[index].evidence { evidence.add(id) }
            lacksNothing = lacksNothing && parts[index].missing.isEmpty && parts[index].objections.isEmpty
        }
        let text = Wording.list(reasons.elements, separator: "; ", atMost: Self.shownReasons)
        guard !lacksNothing else {
            return GateResult(gate, state, text, nextChange: nextChange, evidence: evidence.elements)
        }
        var lack = GateResult.Lack()
        for missing in parts.flatMap(\.missing) where !lack.statements.contains(missing) {
            lack.statements.append(missing)
        }
        // What counts for one part has done its work, whatever another says of it.
        for (id, objection) in parts.flatMap(\.objections) where !evidence.elements.contains(id) {
            lack.objections[id] = lack.objections[id] ?? objection
        }
        return GateResult(
            gate, state, text, nextChange: nextChange, evidence: evidence.elements, lack: lack)
    }
}

/// Elements, each once, in the order in which they came.
private struct Distinct<Element: Hashable> {
    private(set) var elements: [Element] = []
    private var seen: Set<Element> = []

    mutating func add(_ element: Element) {
        // A handful is told apart sooner by looking at all.
        if elements.count == 8, seen.isEmpty { seen = Set(elements) }
        guard seen.isEmpty ? !elements.contains(element) : seen.insert(element).inserted else { return }
        elements.append(element)
    }
}
