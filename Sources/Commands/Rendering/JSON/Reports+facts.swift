import Bootstrap
import JSONText
import Planning
import PolicyRules
import PromotionModel

extension Reports {
    static func facts(_ report: FactsReport) -> JSONValue {
        document(
            "FactsReport",
            [
                .init("commit", .optional(report.commit)), .init("basis", .string(report.basis)),
                .init("evidenceBasis", .optional(report.evidenceBasis)), .init("at", json(report.at)),
                .init("promotions", .array(report.items.map { json($0, at: report.at) })),
                .init("problems", .array(report.problems.map(json))),
            ])
    }

    private static func json(_ item: FactsReport.Item, at instant: Timestamp) -> JSONValue {
        let judged = item.judged
        let members = (judged?.members ?? [:]).sorted { $0.key < $1.key }
        return [
            "environment": .string(item.environment.description), "promotion": .string(item.promotion.description),
            "result": .optional(item.recorded?.result.rawValue ?? judged?.action.verdict.result.rawValue),
            "contract": .optional(judged?.action.verdict.contract?.reference),
            "recorded": .optional(item.recorded?.facts?.description), "derived": .optional(judged?.digest?.description),
            "difference": .optional(item.difference),
            "members": .object(members.map { JSONValue.Member($0.key, .string($0.value)) }),
            "facts": judged.map { judged in
                FactsDocument.value(of: judged.facts, contract: judged.action.verdict.contract, at: instant)
            } ?? .null,
        ]
    }
}
