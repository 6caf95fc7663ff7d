import ModelBuilders
import Planning
import PromotionModel

extension Plan {
    /// The plan as text for goldens: everything it decides, in its own order.
    var text: String {
        var lines = ["plan at \(basis.prefix(12)) \(at)"]
        for environment in environments { lines += environment.lines }
        lines.append("next change: \(nextChange?.description ?? "-")\(isEmpty ? "; nothing to do" : "")")
        return lines.map { $0 + "\n" }.joined()
    }
}

extension EnvironmentPlan {
    fileprivate var lines: [String] {
        var lines = ["", "\(environment)\(record == nil ? " (unreadable)" : "")"]
        for action in actions {
            lines.append("  \(action.kind) \(action.promotion.id): \(action.promotion.text)")
            lines += action.verdict.gates.map { gate in
                "    \(gate.gate) \(gate.state): \(gate.reason)\(gate.nextChange.map { " [\($0)]" } ?? "")"
            }
        }
        lines += entry.items.map { item in
            "  record \(item.result.rawValue) \(item.promotion) from \(item.source?.description ?? "-")"
                + " after \(item.supersedes.map(\.description).joined(separator: ", "))"
        }
        if let publication {
            let artifacts = publication.artifacts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.version)" }
            lines.append(
                "  publish \(publication.branch) over \(publication.expected?.prefix(12) ?? "nothing"): "
                    + "\(artifacts.joined(separator: ", ")); configuration \(publication.takesConfiguration ? "as declared" : "kept"); "
                    + "for \(publication.promotions.map(\.description).joined(separator: ", "))")
        }
        lines += components.map { status in
            "  \(status.component) is \(status.state): \(status.reason)"
                + (status.since.map { " since \($0)" } ?? "") + (status.nextChange.map { " [\($0)]" } ?? "")
        }
        if !wakeUps.isEmpty { lines.append("  wake up: \(wakeUps.map(\.description).joined(separator: ", "))") }
        return lines
    }
}

extension Promotion {
    fileprivate var text: String {
        let moves = changes.map { change in
            "\(change.component) \(change.from?.version ?? "nothing") → \(change.to?.version ?? "nothing")"
        }
        return (moves + (configuration.map { ["configuration \($0.from?.short ?? "none") → \($0.to.short)"] } ?? []))
            .joined(separator: ", ")
    }
}
