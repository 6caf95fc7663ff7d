import Bootstrap
import Planning
import PromotionModel

/// A simulation as people read it on a terminal: a table of what would have been otherwise, and how many were not.
struct SimulationText {
    let style: Style

    func print(_ simulation: Simulation) {
        let counts = simulation.counts
        var table = Table(["when", "environment", "promotion", "changes", "outcome", "why"])
        for promotion in simulation.promotions where promotion.outcome != .same {
            table.add([
                Table.Cell(promotion.at.description), Table.Cell(promotion.environment.description),
                Table.Cell(promotion.promotion.description, .faint), Table.Cell(Self.changes(promotion)),
                Table.Cell(Self.outcome(promotion.outcome), Self.ink(promotion.outcome)),
                Table.Cell(Self.why(promotion)),
            ])
        }
        if !table.isEmpty { table.print(style) }
        let all = simulation.promotions.count
        Console.line(
            "\(all) promotion\(all == 1 ? "" : "s") since \(simulation.from): \(counts.same) the same, "
                + "\(counts.delayed) delayed, \(counts.refused) refused, \(counts.unknown) unknown")
    }

    private static func changes(_ promotion: SimulatedPromotion) -> String {
        var texts = promotion.changes.map { change in
            guard let to = change.to else { return "\(change.component) retired" }
            guard let from = change.from else { return "\(change.component) \(to.version)" }
            return "\(change.component) \(from.label(beside: to)) → \(to.label(beside: from))"
        }
        if promotion.configuration != nil { texts.append("configuration") }
        return texts.joined(separator: ", ")
    }

    private static func outcome(_ outcome: SimulatedPromotion.Outcome) -> String {
        switch outcome {
        case .same: "same"
        case .delayed(let until?): "delayed until \(until)"
        case .delayed(nil): "delayed"
        case .refused: "refused"
        case .unknown: "unknown"
        }
    }

    private static func why(_ promotion: SimulatedPromotion) -> String {
        if case .unknown(let reason) = promotion.outcome { return reason }
        return promotion.gates.map { "\($0.gate.rawValue): \($0.reason)" }.joined(separator: "; ")
    }

    private static func ink(_ outcome: SimulatedPromotion.Outcome) -> Style.Ink {
        switch outcome {
        case .same: .green
        case .delayed: .yellow
        case .refused: .red
        case .unknown: .blue
        }
    }
}
