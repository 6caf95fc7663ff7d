import Bootstrap
import JSONText
import Planning
import PromotionModel

extension Reports {
    static func policyTests(_ report: PolicyTestReport) -> JSONValue {
        document(
            "PolicyTestReport",
            [
                .init("passed", .integer(report.passed)), .init("failed", .integer(report.failed)),
                .init("tests", .array(report.tests.map(json))),
                .init("problems", .array(report.problems.map(json))),
            ])
    }

    private static func json(_ test: PolicyTestReport.Test) -> JSONValue {
        [
            "name": .string(test.test.name), "file": .string(test.test.place.file),
            "line": .integer(test.test.place.line), "cases": .array(test.results.map(json)),
        ]
    }

    private static func json(_ result: PolicyTestRun.Result) -> JSONValue {
        [
            "name": .string(result.case.name), "line": .integer(result.case.place.line),
            "result": .string(result.passes ? "passed" : "failed"),
            "mismatches": .array(
                result.mismatches.map { mismatch in
                    [
                        "subject": .string(mismatch.subject), "expected": .string(mismatch.expected),
                        "found": .string(mismatch.found), "reason": .optional(mismatch.reason),
                    ]
                }),
            "verdict": [
                "result": .string(result.verdict.result.rawValue),
                "contract": .optional(result.verdict.contract?.name),
                "source": .optional(result.verdict.source?.description),
                "nextChange": json(result.verdict.nextChange), "gates": .array(result.verdict.gates.map(json)),
            ],
        ]
    }
}
