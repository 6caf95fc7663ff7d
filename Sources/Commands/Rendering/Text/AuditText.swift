import Auditing
import Bootstrap
import PromotionModel

/// An audit as people read it on a terminal: a line for each claim, and below it what breaks it.
struct AuditText {
    let style: Style

    /// More remarks about one claim are counted; the JSON has them.
    private static let shownRemarks = 5

    func print(_ report: AuditReport) {
        var table = Table(["claim", "checked", "result", "first at", "what is claimed"])
        for result in report.results {
            table.add([
                Table.Cell(result.claim.rawValue, .bold), Table.Cell(String(result.checked)),
                Table.Cell(Self.outcome(result), Self.ink(result)),
                Table.Cell(result.first?.commit.map { String($0.prefix(12)) } ?? "–", .faint),
                Table.Cell(result.claim.statement),
            ])
        }
        table.print(style)
        for result in report.results where !result.remarks.isEmpty { print(result) }
        Console.line()
        Console.line(summary(report))
    }

    private func print(_ result: ClaimResult) {
        Console.line()
        Console.line(style.paint(result.claim.rawValue, .bold))
        for remark in result.remarks.prefix(Self.shownRemarks) {
            let place = [remark.commit.map { String($0.prefix(12)) }, remark.environment?.description]
            Console.line(
                "  \(style.paint(remark.kind.rawValue, Self.ink(remark.kind)))  "
                    + place.compactMap(\.self).map { "\($0): " }.joined() + remark.message.printable)
        }
        let rest = result.broken + result.findings + result.unproved - min(result.remarks.count, Self.shownRemarks)
        if rest > 0 { Console.line("  and \(rest) more") }
    }

    private func summary(_ report: AuditReport) -> String {
        let count = "\(report.checkedCommits) commit\(report.checkedCommits == 1 ? "" : "s")"
        let since = report.since.map { " since \($0.count == 40 ? String($0.prefix(12)) : $0)" } ?? ""
        let verdict =
            switch report.outcome {
            case .holds: style.paint("sound", .green)
            case .broken: style.paint("broken", .red)
            case .unproved: style.paint("not proved", .yellow)
            }
        return "the ledger at \(report.basis.prefix(12)) is \(verdict): \(count) judged\(since)"
    }

    private static func outcome(_ result: ClaimResult) -> String {
        switch result.outcome {
        case .broken: "broken \(result.broken)"
        case .unproved: "unproved \(result.unproved)"
        case .holds: result.findings > 0 ? "holds, look \(result.findings)" : "holds"
        }
    }

    private static func ink(_ result: ClaimResult) -> Style.Ink {
        switch result.outcome {
        case .broken: .red
        case .unproved: .yellow
        case .holds: result.findings > 0 ? .yellow : .green
        }
    }

    private static func ink(_ kind: AuditRemark.Kind) -> Style.Ink {
        switch kind {
        case .broken: .red
        case .finding, .unproved: .yellow
        }
    }
}
