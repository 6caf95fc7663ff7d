import Bootstrap
import JSONText
import Planning
import PromotionModel

extension Reports {
    /// `inventory --pairs`.
    static func pairs(_ report: PairsReport) -> JSONValue {
        document(
            "Pairs",
            [
                .init("basis", .string(report.basis)),
                .init("environments", .array(report.pairings.map(json))),
                .init("problems", .array(report.problems.map(json))),
            ])
    }

    private static func json(_ pairing: EnvironmentPairing) -> JSONValue {
        [
            "source": .string(pairing.source.description), "target": .string(pairing.target.description),
            "pairs": .array(pairing.pairs.map(json)),
        ]
    }

    private static func json(_ pair: EnvironmentPairing.Pair) -> JSONValue {
        [
            "component": .string(pair.component.description), "relation": .string(pair.relation.rawValue),
            "reason": .string(pair.reason), "source": side(pair.source), "target": side(pair.target),
            "candidates": .array(pair.candidates.map { .string($0.description) }),
        ]
    }

    private static func side(_ declaration: Declaration?) -> JSONValue {
        guard let declaration else { return .null }
        return [
            "name": .string(declaration.artifact.repository), "tag": .optional(declaration.artifact.tag),
            "digest": .optional(declaration.artifact.digest?.description), "file": .string(declaration.place.file),
            "line": .integer(declaration.place.line),
        ]
    }
}
