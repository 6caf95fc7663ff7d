import PromotionModel

/// A declared artifact must carry a digest: what is promoted by tag can change under everybody's feet.
enum PinnedGate {
    static func judge(_ facts: Facts) -> GateResult {
        let unpinned = facts.arrivals.filter { $0.artifact.digest == nil }
        guard let first = unpinned.first else {
            return GateResult(.pinned, .open, "every artifact carries a digest")
        }
        let more = unpinned.count > 1 ? " (and \(unpinned.count - 1) more)" : ""
        return GateResult(
            .pinned, .closed, "\(first.component) declares \(first.artifact) without a digest\(more); add @sha256:…")
    }
}
