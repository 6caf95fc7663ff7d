import Bootstrap
import JSONText
import Planning
import PromotionModel

/// The JSON shapes of the commands that write.
extension Reports {
    static func initialization(_ skeleton: FleetSkeleton, written: [String]) -> JSONValue {
        document(
            "Initialization",
            [
                .init("written", .array(written.map(JSONValue.string))),
                .init("partlyGuarded", .array(skeleton.partlyGuarded.map { .string($0.description) })),
                .init("problems", .array(skeleton.problems.map(json))),
            ])
    }

    static func hold(
        _ scopes: [Hold.Scope], of environment: EnvironmentName, on terms: HoldTerms, commit: String
    ) -> JSONValue {
        document(
            "Hold",
            [
                .init("environment", .string(environment.description)),
                .init("scopes", .array(scopes.map { .string($0.description) })),
                .init("reason", .string(terms.reason)), .init("until", .optional(terms.until?.description)),
                .init("commit", .string(commit)),
            ])
    }

    static func release(_ scopes: [Hold.Scope], of environment: EnvironmentName, commit: String) -> JSONValue {
        document(
            "Release",
            [
                .init("environment", .string(environment.description)),
                .init("scopes", .array(scopes.map { .string($0.description) })), .init("commit", .string(commit)),
            ])
    }

    static func rollback(_ report: RollbackReport) -> JSONValue {
        document(
            "Rollback",
            [
                .init("environment", .string(report.promotion.environment.description)),
                .init("promotion", .string(report.promotion.id.description)), .init("commit", .string(report.commit)),
                .init("components", .array(report.promotion.changes.map { .string($0.component.description) })),
                .init("alsoArrived", .array(report.rollback.alsoArrived.map(JSONValue.string))),
                .init(
                    "skipped",
                    .array(
                        report.rollback.skipped.map { skipped in
                            [
                                "component": .string(skipped.component.description),
                                "reason": .string(skipped.reason),
                            ]
                        })),
            ])
    }

    static func proposal(_ proposal: PromotionProposal, for environment: EnvironmentName) -> JSONValue {
        var written: (proposal: Proposal, commit: String)?
        if case .proposed(let proposal, let result) = proposal { written = (proposal, result.commit) }
        return document(
            "Proposal",
            [
                .init("environment", .string(environment.description)),
                .init("promotion", .optional(written?.proposal.promotion.id.description)),
                .init("branch", .optional(written?.proposal.shortBranch)), .init("commit", .optional(written?.commit)),
            ])
    }
}
