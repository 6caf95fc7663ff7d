package import PromotionModel

/// Whether the content of what a manifest names is fixed, as a contract has it.
package enum Pinning {
    /// What is missing for `artifact` to be fixed by `rule`, in words that follow the artifact; `nil` where nothing is.
    ///
    /// What a tag meant before is not looked at here.
    ///
    /// - Parameter isMoving: Whether the manifest itself says that it names something that moves.
    package static func shortcoming(of artifact: Artifact, isMoving: Bool, by rule: PinRule) -> String? {
        if artifact.isFloating { return "by a tag that is meant to move; name a version, or \(advice(artifact.kind))" }
        if case .nothing = rule { return nil }
        if artifact.digest != nil || artifact.isPinned && !isMoving { return nil }
        guard case .tag(let patterns) = rule else { return unpinned(artifact.kind) }
        guard let tag = artifact.tag else {
            return "without \(artifact.kind == .git ? "a revision" : "a tag or a digest"); \(advice(artifact.kind))"
        }
        if isMoving {
            return "by a \(artifact.kind == .git ? "branch or a range" : "range"), which moves; name a version"
        }
        if artifact.isRange { return "by a range, of which the newest is taken; name one version" }
        if artifact.hasPlaceholder { return "by a tag that is filled in elsewhere; write the tag itself" }
        if patterns.contains(where: { $0.matches(tag) }) { return nil }
        let list = patterns.map(\.description).joined(separator: " or ")
        return "by a tag that is not immutable, which here means \(list); \(advice(artifact.kind))"
    }

    /// What the contract asks of an artifact that no digest fixes, by the default rule.
    private static func unpinned(_ kind: ArtifactKind) -> String {
        switch kind {
        case .image, .oci: "without a digest; \(advice(kind))"
        case .git: "without a commit's id; \(advice(kind))"
        case .chart, .version:
            "without a digest; a \(kind.rawValue) has none: only \"pinned: tag\" lets its version pass"
        }
    }

    private static func advice(_ kind: ArtifactKind) -> String {
        switch kind {
        case .image, .oci: "add @sha256:…"
        case .git: "write the whole id of the commit"
        case .chart, .version: "name one that never changes"
        }
    }
}
