import JSONText
import PromotionModel
import Simulation

extension Reports {
    static func loopSimulation(_ report: LoopReport) -> JSONValue {
        let tally = report.tally
        return document(
            "LoopSimulation",
            [
                .init("seeds", ["first": .number(String(report.first)), "count": .integer(report.count)]),
                .init("steps", .integer(report.steps)),
                .init(
                    "summary",
                    [
                        "ticks": .integer(tally.ticks), "commits": .integer(tally.commits),
                        "promotions": .integer(tally.promotions), "publications": .integer(tally.publications),
                        "consents": .integer(tally.consents), "pushes": .integer(tally.pushes),
                    ]),
                .init(
                    "faults",
                    .object(
                        tally.faults.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer($0.value)) })),
                .init(
                    "violations",
                    .array(
                        report.violations.map { seed, found in
                            [
                                "seed": .number(String(seed)), "step": .integer(found.step), "at": json(found.at),
                                "invariant": .string(found.violation.invariant.rawValue),
                                "message": .string(found.violation.message),
                            ]
                        })),
                .init("trace", report.trace.map { .array($0.map(json)) } ?? .null),
            ])
    }

    private static func json(_ event: TraceEvent) -> JSONValue {
        [
            "step": .integer(event.step), "at": json(event.at), "actor": .string(event.actor),
            "kind": .string(event.kind.rawValue), "text": .string(event.text),
        ]
    }
}
