import Bootstrap
import JSONText
import Planning
import PolicyRules
import PromotionModel

/// Facts as people read them on a terminal: one member of the document a line, with its digest.
struct FactsText {
    let style: Style

    func print(_ report: FactsReport) {
        guard !report.items.isEmpty else {
            Console.line(
                report.commit.map { "commit \($0.prefix(12)) judged nothing" }
                    ?? "nothing waits at \(report.basis.prefix(12))")
            return
        }
        let evidence = report.evidenceBasis.map { ", evidence \($0.prefix(12))" } ?? ""
        Console.line(style.paint("basis \(report.basis.prefix(12))\(evidence), \(report.at)", .faint))
        for item in report.items { print(item, at: report.at) }
    }

    private func print(_ item: FactsReport.Item, at instant: Timestamp) {
        let changes = item.judged.map { "  \(Wording.changes($0.action.promotion))" } ?? ""
        let result = item.recorded?.result.rawValue ?? item.judged?.action.verdict.result.rawValue
        let contract = item.judged?.action.verdict.contract?.reference ?? "no contract"
        Console.line()
        Console.line("\(style.paint(item.promotion.description, .bold))\(changes): \(result ?? "") by \(contract)")
        if let recorded = item.recorded?.facts { Console.line("  recorded  \(recorded)") }
        if let digest = item.judged?.digest { Console.line("  derived   \(digest)") }
        if let difference = item.difference {
            Console.line("  " + style.paint("differs", .red) + "   \(difference.printable)")
        } else if item.recorded != nil {
            Console.line(
                "  "
                    + (item.recorded?.facts == nil
                        ? "no facts are recorded of it: nothing was judged" : style.paint("the same", .green)))
        }
        guard let judged = item.judged, judged.digest != nil || item.recorded == nil else { return }
        for line in Self.members(of: judged, at: instant).lines(style) { Console.line("  " + line) }
    }

    /// Characters of a value that are shown: the whole is in the JSON.
    private static let shownCharacters = 160

    private static func cut(_ text: String) -> String {
        text.utf8.count <= shownCharacters ? text : text.prefix(shownCharacters) + "…"
    }

    private static func members(of judged: JudgedPromotion, at instant: Timestamp) -> Table {
        var table = Table(["member", "sha-256", "value"])
        let contract = judged.action.verdict.contract
        guard case .object(let members) = FactsDocument.value(of: judged.facts, contract: contract, at: instant) else {
            return table
        }
        for member in members {
            table.add([
                Table.Cell(member.key),
                Table.Cell(judged.members[member.key].map { String($0.prefix(12)) } ?? "–", .faint),
                Table.Cell(Self.cut(JSONWriter.line(member.value))),
            ])
        }
        return table
    }
}
