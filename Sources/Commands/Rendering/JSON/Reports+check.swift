import Bootstrap
import JSONText
import PromotionModel

extension Reports {
    static func check(_ report: CheckReport) -> JSONValue {
        document(
            "Check",
            [
                .init("base", .string(report.base)), .init("head", .string(report.head)),
                .init("at", .string(report.at.description)), .init("result", .string(report.result.rawValue)),
                .init("promotions", .array(report.promotions.map { promotion($0, in: report) })),
                .init(
                    "affected",
                    .array(
                        report.affected.map { affected in
                            [
                                "environment": .string(affected.after.promotion.environment.description),
                                "promotion": .string(affected.after.promotion.id.description),
                                "before": .string(affected.before.verdict.result.rawValue),
                                "after": .string(affected.after.verdict.result.rawValue),
                                "gates": .array(affected.after.verdict.gates.map(json)),
                            ]
                        })),
                .init("withdrawn", .array(report.withdrawn.map { .string($0.promotion.id.description) })),
                .init("objections", .array(report.objections.map(json))),
                .init("problems", .array(report.problems.map(json))),
            ])
    }

    private static func promotion(_ action: Action, in report: CheckReport) -> JSONValue {
        let promotion = action.promotion
        let changes = promotion.changes.map { change -> JSONValue in
            [
                "component": .string(change.component.description),
                "name": .optional((change.to ?? change.from)?.repository), "from": version(change.from),
                "to": version(change.to), "file": .optional(change.place?.file),
                "line": change.place.map { .integer($0.line) } ?? .null,
                "sources": .array(
                    report.stays(of: change, in: action).map { stay in
                        ["environment": .string(stay.environment.description), "since": json(stay.since)]
                    }),
                "evidence": .array(report.evidence(about: change).map(json)),
            ]
        }
        return [
            "environment": .string(promotion.environment.description), "promotion": .string(promotion.id.description),
            "changes": .array(changes), "configuration": .optional(promotion.configuration?.to.description),
            "verdict": verdict(action.verdict), "advice": .array(report.advice(for: action).map(JSONValue.string)),
        ]
    }

    static func json(_ evidence: Evidence) -> JSONValue {
        [
            "id": .string(evidence.id.description), "type": .string(evidence.kind.description),
            "name": .optional(evidence.name), "signers": .array(evidence.signers.map { .string($0.name) }),
            "firstSeen": json(evidence.firstSeen),
        ]
    }
}
