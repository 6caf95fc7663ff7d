import PromotionModel

/// The parts of one gate, such as one for each rule and artifact: the gate is open only if all of them are.
struct GateParts {
    struct Part {
        let state: GateResult.State
        let reason: String
        var nextChange: Timestamp?
        var evidence: [Digest] = []
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
        // One part is the usual case.
        if parts.count == 1, let only = parts.first {
            return GateResult(
                gate, state, only.reason, nextChange: nextChange,
                evidence: only.evidence.count > 1 ? Array(Set(only.evidence)) : only.evidence)
        }
        var seen: Set<String> = []
        let reasons = parts.map(\.reason).filter { seen.insert($0).inserted }
        return GateResult(
            gate, state, Wording.list(reasons, separator: "; ", atMost: Self.shownReasons), nextChange: nextChange,
            evidence: Array(Set(parts.flatMap(\.evidence))))
    }
}

/// How reasons put lists and foreign text into words.
enum Wording {
    /// The longest piece of foreign text that a reason repeats.
    private static let foreignCharacters = 80

    /// `a, b and 3 more`.
    static func list(_ items: [String], separator: String = ", ", atMost limit: Int = 5) -> String {
        list(items, count: items.count, separator: separator, atMost: limit)
    }

    /// `a, b and 3 more` of so many items, of which no more are made than are shown.
    static func list(
        _ items: some Sequence<String>, count: Int, separator: String = ", ", atMost limit: Int = 5
    ) -> String {
        let shown = items.prefix(limit).joined(separator: separator)
        return count > limit ? "\(shown) and \(count - limit) more" : shown
    }

    /// `a`, `a and b`, `a, b and c`.
    static func enumeration(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Text that somebody else wrote, printable and not too long.
    static func foreign(_ text: String) -> String {
        text.count > foreignCharacters ? text.prefix(foreignCharacters).description.printable + "…" : text.printable
    }
}
