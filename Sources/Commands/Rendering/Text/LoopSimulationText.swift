import PromotionModel
import Simulation

/// Simulated worlds as people read them on a terminal: one as a list of what happened, many as numbers.
struct LoopSimulationText {
    let style: Style

    /// The most violations that are told one by one.
    private static let shownViolations = 20

    func print(_ event: TraceEvent) {
        let step = String(event.step)
        let actor = event.actor
        Console.line(
            "\(String(repeating: " ", count: max(0, 4 - step.count)))\(step)  \(style.paint(event.at.description, .faint))  "
                + actor.padded(to: 9) + "  " + style.paint(event.kind.rawValue.padded(to: 9), Self.ink(event.kind))
                + "  " + event.text.printable)
    }

    /// - Parameter replay: The command that runs a seed again.
    func print(_ report: LoopReport, replay: (UInt64) -> String) {
        let tally = report.tally
        let worlds = report.count == 1 ? "seed \(report.first)" : "\(report.count) worlds from seed \(report.first)"
        Console.line(
            "\(worlds): \(tally.ticks) ticks, \(tally.commits) commits, \(tally.promotions) promotions, "
                + "\(tally.publications) publications, \(tally.consents) consents, \(tally.pushes) pushes")
        let faults = tally.faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        Console.line("faults: \(faults.isEmpty ? "none" : faults.joined(separator: ", "))")
        for (seed, found) in report.violations.prefix(Self.shownViolations) {
            let text = found.violation.description.printable
            Console.line(style.paint("seed \(seed), step \(found.step), \(found.at): \(text)", .red))
            if report.count > 1 { Console.line("  \(replay(seed))") }
        }
        let count = report.violations.count
        if count > Self.shownViolations { Console.line("and \(count - Self.shownViolations) more") }
        Console.line(
            count == 0
                ? style.paint("no violation", .green) : style.paint("\(count) violation\(count == 1 ? "" : "s")", .red))
    }

    private static func ink(_ kind: TraceEvent.Kind) -> Style.Ink {
        switch kind {
        case .action: .bold
        case .effect: .faint
        case .fault: .yellow
        case .result: .green
        case .violation: .red
        }
    }
}

extension String {
    /// The text with blanks after it, `width` characters at least.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
