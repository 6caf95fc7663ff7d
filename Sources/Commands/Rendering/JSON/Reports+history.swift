import Bootstrap
import JSONText
import Planning
import PromotionModel

/// What is told of how environments came to be, and of how they differ.
extension Reports {
    static func history(_ name: EnvironmentName, _ entries: [HistoryEntry], manner: HistoryManner) -> JSONValue {
        document(
            "History",
            [
                .init("environment", .string(name.description)), .init("walk", .string(manner.walk.rawValue)),
                .init("entries", .array(entries.map(json))),
            ])
    }

    static func json(_ entry: HistoryEntry) -> JSONValue {
        [
            "commit": .string(entry.commit), "at": .string(entry.at.description), "author": .string(entry.author),
            "subject": .string(entry.subject), "promotion": .optional(entry.promotions.first?.description),
            "promotions": .array(entry.promotions.map { .string($0.description) }),
            "result": .optional(entry.result?.rawValue), "signature": json(entry.signature),
            "emergencies": .array(
                entry.emergencies.sorted { $0.key < $1.key }.map { promotion, emergency in
                    [
                        "promotion": .string(promotion.description), "reason": .string(emergency.reason),
                        "by": .array(emergency.by.map(JSONValue.string)),
                        "reviewWithin": .string(emergency.reviewWithin.description),
                    ]
                }),
            "changes": .array(
                entry.changes.map { change in
                    [
                        "component": .string(change.component.description),
                        "name": .optional((change.to ?? change.from)?.repository), "from": version(change.from),
                        "to": version(change.to),
                        "result": .optional((change.result ?? entry.result)?.rawValue),
                    ]
                }),
        ]
    }

    static func matrix(_ matrix: ArrivalMatrix, manner: HistoryManner) -> JSONValue {
        document(
            "Matrix",
            [
                .init("component", .string(matrix.component.description)),
                .init("walk", .string(manner.walk.rawValue)),
                .init("environments", .array(matrix.environments.map { .string($0.description) })),
                .init("versions", .array(matrix.versions.map(json))),
            ])
    }

    private static func json(_ version: ArrivalMatrix.Version) -> JSONValue {
        [
            "name": .string(version.artifact.repository), "tag": .optional(version.artifact.tag),
            "digest": .optional(version.artifact.digest?.description),
            "arrivals": .array(
                version.arrivals.map { arrival in
                    [
                        "environment": .string(arrival.environment.description), "declared": json(arrival.declared),
                        "recorded": json(arrival.recorded), "replaced": json(arrival.replaced),
                    ]
                }),
        ]
    }

    private static func json(_ moment: ArrivalMatrix.Moment?) -> JSONValue {
        guard let moment else { return .null }
        return ["commit": .string(moment.commit), "at": .string(moment.at.description)]
    }

    static func comparison(_ comparison: Comparison) -> JSONValue {
        let environments = comparison.environments
        return document(
            "Comparison",
            [
                .init("basis", .string(comparison.basis)), .init("source", .string(environments.source.description)),
                .init("target", .string(environments.target.description)),
                .init("components", .array(environments.pairs.map(json))),
                .init("settings", environments.settings.map { .array($0.map(json)) } ?? .null),
                .init("problems", .array(comparison.problems.map(json))),
            ])
    }

    private static func json(_ pair: EnvironmentComparison.Pair) -> JSONValue {
        [
            "component": .string(pair.component.description), "relation": .string(pair.relation.rawValue),
            "source": pair.source.map(declared) ?? .null, "target": pair.target.map(declared) ?? .null,
        ]
    }

    private static func declared(_ declaration: Declaration) -> JSONValue {
        [
            "name": .string(declaration.artifact.repository), "tag": .optional(declaration.artifact.tag),
            "digest": .optional(declaration.artifact.digest?.description),
            "file": .string(declaration.place.file), "line": .integer(declaration.place.line),
        ]
    }

    private static func json(_ setting: EnvironmentComparison.Setting) -> JSONValue {
        [
            "path": .string(setting.path), "secret": .bool(setting.isSecret),
            "source": setting.isSecret ? .null : .optional(setting.source),
            "target": setting.isSecret ? .null : .optional(setting.target),
        ]
    }
}
