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
        _ scopes: [Hold.Scope], of environment: EnvironmentName, on terms: HoldTerms, recorded: RecordedCommit
    ) -> JSONValue {
        document(
            "Hold",
            [
                .init("environment", .string(environment.description)),
                .init("scopes", .array(scopes.map { .string($0.description) })),
                .init("reason", .string(terms.reason)), .init("until", .optional(terms.until?.description)),
                .init("commit", .string(recorded.commit)),
            ])
    }

    static func release(_ scopes: [Hold.Scope], of environment: EnvironmentName, recorded: RecordedCommit) -> JSONValue
    {
        document(
            "Release",
            [
                .init("environment", .string(environment.description)),
                .init("scopes", .array(scopes.map { .string($0.description) })),
                .init("commit", .string(recorded.commit)),
            ])
    }

    static func rollback(_ report: RollbackReport) -> JSONValue {
        document(
            "Rollback",
            [
                .init("environment", .string(report.promotion.environment.description)),
                .init("promotion", .string(report.promotion.id.description)),
                .init("commit", .string(report.recorded.commit)),
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

    static func proposal(_ report: PromotionReport, for environment: EnvironmentName) -> JSONValue {
        let written = report.written
        return document(
            "Proposal",
            [
                .init("environment", .string(environment.description)),
                .init("source", .string(report.source.description)),
                .init("promotion", .optional(written?.proposal.promotion.id.description)),
                .init("branch", .optional(written?.proposal.shortBranch)),
                .init("commit", .optional(written?.outcome.commit)),
                .init(
                    "changes",
                    .array(
                        (written?.proposal.promotion.changes ?? []).map { change in
                            [
                                "component": .string(change.component.description),
                                "name": .optional((change.to ?? change.from)?.repository),
                                "from": version(change.from), "to": version(change.to),
                                "taken": .string(
                                    written?.proposal.since[change.component] == nil ? "declared" : "recorded"),
                                "sharedWith": .array(
                                    (report.shared[change.component] ?? []).map { .string($0.description) }),
                            ]
                        })),
                .init("pins", .array(report.pins.sorted { $0.key < $1.key }.map(pin))),
                .init(
                    "ambiguous",
                    .array(
                        report.ambiguities.sorted { $0.key < $1.key }.map { component, reason in
                            ["component": .string(component.description), "reason": .string(reason)]
                        })),
            ])
    }

    static func acceptance(_ report: AcceptanceReport?, of branch: String) -> JSONValue {
        document(
            "HistoryAcceptance",
            [
                .init("branch", .string(branch)), .init("replaced", .optional(report?.alarm.seen)),
                .init("accepted", .optional(report?.alarm.tip)),
                .init("account", .optional(report?.alarm.account)),
                .init("known", .bool(report?.isKnown ?? false)),
                .init("commits", .array((report?.commits ?? []).map(JSONValue.string))),
                .init(
                    "environments",
                    .array(
                        (report?.environments ?? []).map { environment in
                            [
                                "name": .string(environment.name.description),
                                "record": .string(environment.standing.rawValue),
                            ]
                        })),
            ])
    }

    private static func pin(_ component: ComponentName, _ outcome: PinOutcome) -> JSONValue {
        let (digest, source, reason): (String?, String?, String?) =
            switch outcome {
            case .pinned(let digest, let source): (digest.description, source, nil)
            case .noPlace: (nil, nil, "the format has no place for a digest")
            case .unknown(let reason): (nil, nil, reason)
            }
        return [
            "component": .string(component.description), "digest": .optional(digest), "known": .optional(source),
            "reason": .optional(reason),
        ]
    }
}
