import PromotionModel

/// A declared artifact must carry a digest: what is promoted by tag can change under everybody's feet.
enum PinnedGate {
    static func judge(_ facts: Facts) -> GateResult {
        let unpinned = facts.arrivals.filter { !$0.artifact.isPinned }
        guard let first = unpinned.first else {
            return GateResult(.pinned, .open, "every artifact carries a digest")
        }
        let more = unpinned.count > 1 ? " (and \(unpinned.count - 1) more)" : ""
        return GateResult(
            .pinned, .closed,
            "\(first.component) declares \(first.artifact) \(problem(first.artifact.kind))\(more); "
                + advice(first.artifact.kind))
    }

    private static func problem(_ kind: ArtifactKind) -> String {
        kind == .git ? "without a commit's id" : "without a digest"
    }

    private static func advice(_ kind: ArtifactKind) -> String {
        switch kind {
        case .image, .oci: "add @sha256:…"
        case .git: "write the whole id of the commit"
        case .chart, .version: "a \(kind.rawValue) has none: only \"pinned: false\" lets it pass"
        }
    }
}
