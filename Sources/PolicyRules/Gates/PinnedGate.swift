import PromotionModel

/// A declared artifact must be fixed: what is promoted by a tag that moves can change under everybody's feet.
enum PinnedGate {
    static func judge(_ rule: PinRule, _ facts: Facts) -> GateResult {
        let found = adoption(rule, facts)
        // Only what has both a tag and a digest can say that the tag means something else than before.
        guard found.state == .open, case .tag = rule,
            facts.arrivals.contains(where: { $0.artifact.tag != nil && $0.artifact.digest != nil })
        else { return found }
        guard let tags = facts.tagRecords else {
            return GateResult(.pinned, .pending, "what the tags meant before could not be read")
        }
        if let changed = facts.arrivals.lazy.compactMap({ changed($0, tags, facts) }).first {
            return GateResult(.pinned, .closed, changed)
        }
        if let name = tags.unread.first {
            return GateResult(
                .pinned, .pending, "the ledger of \(name) could not be read, and a tag may be recorded there")
        }
        return found
    }

    /// The result for what is recorded as it is found, of which nobody asks what its tag meant before.
    static func adoption(_ rule: PinRule, _ facts: Facts) -> GateResult {
        if let closed = shortcoming(by: rule, facts) { return closed }
        let isByTag = if case .tag = rule { true } else { false }
        return GateResult(.pinned, .open, "every artifact carries a digest\(isByTag ? " or an immutable tag" : "")")
    }

    /// The result where no gate of the contract asks for anything, and a tag is one that no contract lets pass.
    static func floating(_ facts: Facts) -> GateResult? {
        shortcoming(by: .nothing, facts)
    }

    private static func shortcoming(by rule: PinRule, _ facts: Facts) -> GateResult? {
        let short = facts.arrivals.compactMap { arrival in
            Pinning.shortcoming(of: arrival.artifact, isMoving: arrival.isMoving, by: rule).map { (arrival, $0) }
        }
        guard let (first, reason) = short.first else { return nil }
        let more = short.count > 1 ? " (and \(short.count - 1) more)" : ""
        let parts = reason.split(separator: ";", maxSplits: 1)
        let problem = parts[0] + more + (parts.count > 1 ? ";" + parts[1] : "")
        return GateResult(.pinned, .closed, "\(first.component) declares \(first.artifact) \(problem)")
    }

    /// Why `arrival` would change what its tag means.
    private static func changed(_ arrival: Facts.Arrival, _ tags: TagRecords, _ facts: Facts) -> String? {
        guard
            let first = TagMeaning.other(
                than: arrival.artifact, of: arrival.component, in: facts.promotion.environment, among: tags.records,
                repositories: facts.repositories),
            let tag = arrival.artifact.tag, let digest = arrival.artifact.digest, let meant = first.artifact.digest
        else { return nil }
        return "\(arrival.component) \(tag) was recorded first as \(meant.short) in \(first.environment) at "
            + "\(first.at), and a tag never changes its meaning; \(digest.short) needs a tag of its own"
    }
}
