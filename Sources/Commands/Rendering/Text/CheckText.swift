import Bootstrap
import PromotionModel

/// The check of a pull request as people read it on a terminal.
struct CheckText {
    let style: Style

    func print(_ report: CheckReport) {
        Console.line(
            "check of \(report.head.prefix(12)) into \(report.base.prefix(12)), as of \(report.at): "
                + style.paint(report.result.rawValue, Wording.ink(report.result)))
        if report.promotions.isEmpty, report.affected.isEmpty, report.withdrawn.isEmpty {
            Console.line("it promotes nothing")
        }
        for action in report.promotions { print(action, in: report) }
        for affected in report.affected {
            Console.line(
                "  affects   \(affected.after.promotion.environment)  "
                    + "\(Wording.changes(affected.after.promotion).printable): "
                    + "\(affected.before.verdict.result.rawValue) now, "
                    + "\(affected.after.verdict.result.rawValue) after the change")
        }
        for action in report.withdrawn {
            Console.line(
                "  withdraws \(action.promotion.environment)  \(Wording.changes(action.promotion).printable)")
        }
    }

    private func print(_ action: Action, in report: CheckReport) {
        let verdict = action.verdict
        let word = style.paint(verdict.result.rawValue.padding(to: 10), Wording.ink(verdict.result))
        Console.line("  \(word)\(action.promotion.environment)  \(Wording.changes(action.promotion).printable)")
        for change in action.promotion.changes {
            for stay in report.stays(of: change, in: action) {
                Console.line(
                    "            \(change.component): in \(stay.environment) since \(stay.since) "
                        + "(\(Wording.relative(stay.since, to: report.at)))")
            }
            for evidence in report.evidence(about: change) {
                Console.line("            \(change.component): \(Wording.evidence(evidence).printable)")
            }
        }
        for gate in verdict.gates {
            let state = style.paint(gate.state.rawValue.padding(to: 8), Wording.ink(gate.state))
            Console.line("            \(gate.gate.rawValue.padding(to: 14))\(state)\(gate.reason.printable)")
        }
        for text in report.advice(for: action) {
            Console.line("            → \(text.printable)")
        }
    }
}
