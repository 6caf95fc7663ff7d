import Auditing
import Bootstrap
import JSONText
import PromotionModel

extension Reports {
    static func audit(_ report: AuditReport) -> JSONValue {
        let outcome =
            switch report.outcome {
            case .holds: "sound"
            case .broken: "broken"
            case .unproved: "unproved"
            }
        return document(
            "Audit",
            [
                .init("basis", .string(report.basis)), .init("at", json(report.at)),
                .init("since", .optional(report.since)), .init("result", .string(outcome)),
                .init("checkedCommits", .integer(report.checkedCommits)),
                .init("claims", .array(report.results.map(json))),
                .init("violations", remarks(.broken, in: report)), .init("findings", remarks(.finding, in: report)),
                .init("unproved", remarks(.unproved, in: report)),
            ])
    }

    private static func json(_ result: ClaimResult) -> JSONValue {
        [
            "claim": .string(result.claim.rawValue), "statement": .string(result.claim.statement),
            "result": .string(result.outcome.rawValue), "checked": .integer(result.checked),
            "broken": .integer(result.broken), "findings": .integer(result.findings),
            "unproved": .integer(result.unproved), "first": .optional(result.first?.commit),
        ]
    }

    private static func remarks(_ kind: AuditRemark.Kind, in report: AuditReport) -> JSONValue {
        .array(
            report.results.flatMap(\.remarks).filter { $0.kind == kind }.map { remark in
                [
                    "commit": .optional(remark.commit), "environment": .optional(remark.environment?.description),
                    "kind": .string(remark.claim.rawValue), "message": .string(remark.message),
                ]
            })
    }
}
