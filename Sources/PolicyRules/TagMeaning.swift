package import PromotionModel

/// What a tag means: the digest that it was recorded with first, anywhere in the fleet.
package enum TagMeaning {
    /// The first of `records` of the tag of `artifact`, where that has another digest; `nil` where none contradicts.
    ///
    /// - Parameters:
    ///   - environment: that by whose names `artifact` is called.
    ///   - repositories: which repositories of different environments hold the same.
    static func other(
        than artifact: Artifact, of component: ComponentName, in environment: EnvironmentName,
        among records: [TagRecord], repositories: RepositoryMap
    ) -> TagRecord? {
        guard let tag = artifact.tag, let digest = artifact.digest else { return nil }
        let known = records.filter { record in
            record.component == component && record.artifact.tag == tag && record.artifact.kind == artifact.kind
                && (record.artifact.baseName == artifact.baseName
                    || repositories.translated(record.artifact, from: record.environment, to: environment).repository
                        == artifact.repository)
        }
        guard let first = known.min(by: { ($0.at, $0.environment) < ($1.at, $1.environment) }),
            let meant = first.artifact.digest, meant != digest
        else { return nil }
        return first
    }

    /// The result for `promotion` where another environment records one of its tags as something else at the same
    /// instant, before it; `nil` where none does.
    ///
    /// - Parameter records: what the environments before it record in the same plan.
    package static func clash(
        of promotion: Promotion, with records: [TagRecord], repositories: RepositoryMap
    ) -> GateResult? {
        for change in promotion.changes {
            guard let artifact = change.to,
                let first = other(
                    than: artifact, of: change.component, in: promotion.environment, among: records,
                    repositories: repositories),
                let tag = artifact.tag, let digest = artifact.digest, let meant = first.artifact.digest
            else { continue }
            return GateResult(
                .pinned, .closed,
                "\(change.component) \(tag) is recorded as \(meant.short) in \(first.environment) at this very instant, "
                    + "and a tag never changes its meaning; \(digest.short) needs a tag of its own")
        }
        return nil
    }
}
