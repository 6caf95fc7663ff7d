import PromotionModel

/// A plan as people read it.
struct PlanText {
    let style: Style

    /// - Parameter isStopped: Whether nothing moves, whatever there is to do.
    func print(_ plan: Plan, isStopped: Bool) {
        let actions = plan.environments.flatMap(\.actions)
        let emptiness = isStopped ? "nothing moves" : "nothing to do"
        Console.line(
            "plan at \(plan.basis.prefix(12)), \(plan.at): "
                + (actions.isEmpty ? emptiness : "\(actions.count) promotion\(actions.count == 1 ? "" : "s")"))
        for action in actions {
            let promotion = action.promotion
            let kind = style.paint(action.kind.rawValue.padding(to: 8), Wording.ink(action.kind))
            Console.line("  \(kind)\(promotion.environment)  \(Wording.changes(promotion).printable)")
            Console.line("          \(style.paint(promotion.id.description, .faint))")
            let width = Wording.gateWidth(action.verdict)
            for gate in action.verdict.gates where action.kind != .adopt {
                let mark = gate.state.rawValue
                let ink: Style.Ink = gate.passes ? .green : gate.state == .pending ? .yellow : .red
                let line =
                    "\(gate.gate.rawValue.padding(to: width))\(style.paint(mark.padding(to: 8), ink))\(gate.reason.printable)"
                Console.line("          \(line)")
            }
        }
        for environment in plan.environments {
            let withdrawn = environment.entry.items.filter { $0.result == .withdrawn }
            for item in withdrawn {
                Console.line(
                    "  \("withdraw".padding(to: 8)) \(environment.environment)  \(item.promotion): no longer declared")
            }
            if let publication = environment.publication {
                Console.line("  \("publish".padding(to: 8))\(environment.environment)  to \(publication.branch)")
            }
        }
        if let next = plan.nextChange {
            Console.line("next change by itself at \(next) (\(Wording.relative(next, to: plan.at)))")
        }
    }
}

extension String {
    /// The text followed by blanks up to `width` characters.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
