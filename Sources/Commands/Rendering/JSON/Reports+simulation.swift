import Bootstrap
import JSONText
import Planning
import PromotionModel

extension Reports {
    static func simulation(_ simulation: Simulation) -> JSONValue {
        let counts = simulation.counts
        return document(
            "Simulation",
            [
                .init("basis", .string(simulation.basis)), .init("at", json(simulation.at)),
                .init("since", json(simulation.from)),
                .init(
                    "summary",
                    [
                        "same": .integer(counts.same), "delayed": .integer(counts.delayed),
                        "refused": .integer(counts.refused), "unknown": .integer(counts.unknown),
                    ]),
                .init("promotions", .array(simulation.promotions.map(json))),
                .init("shallowAt", .optional(simulation.boundary)),
            ])
    }

    private static func json(_ promotion: SimulatedPromotion) -> JSONValue {
        let (outcome, until, reason): (String, Timestamp?, String?) =
            switch promotion.outcome {
            case .same: ("same", nil, nil)
            case .delayed(let until): ("delayed", until, nil)
            case .refused: ("refused", nil, nil)
            case .unknown(let reason): ("unknown", nil, reason)
            }
        return [
            "commit": .string(promotion.commit), "at": json(promotion.at), "basis": .string(promotion.basis),
            "environment": .string(promotion.environment.description),
            "promotion": .string(promotion.promotion.description), "recorded": .string(promotion.recorded.rawValue),
            "changes": .array(
                promotion.changes.map { change in
                    [
                        "component": .string(change.component.description),
                        "name": .optional((change.to ?? change.from)?.repository), "from": version(change.from),
                        "to": version(change.to),
                    ]
                }),
            "configuration": .optional(promotion.configuration?.description),
            "outcome": .string(outcome), "until": json(until), "reason": .optional(reason),
            "contracts": .array(
                promotion.contracts.map { contract in
                    [
                        "name": .string(contract.name), "file": .string(contract.place.file),
                        "line": .integer(contract.place.line),
                    ]
                }),
            "gates": .array(promotion.gates.map(json)),
        ]
    }
}
