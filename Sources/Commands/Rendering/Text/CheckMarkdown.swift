import Bootstrap
import PromotionModel

/// The check of a pull request as a comment on it.
///
/// What comes from the repository is escaped: it can neither format nor mention anybody.
struct CheckMarkdown {
    let report: CheckReport

    /// The first line, by which a script finds the comment again to replace it.
    static let marker = "<!-- towpath check -->"

    var text: String {
        var lines = [Self.marker, "### Towpath: \(headline)"]
        if !report.promotions.isEmpty {
            lines += ["", "| | Environment | Component | From | To | At the merge |", "|---|---|---|---|---|---|"]
            lines += report.promotions.flatMap(rows)
        }
        if !report.objections.isEmpty || !report.problems.isEmpty { lines.append("") }
        for problem in report.objections + report.problems {
            lines.append("- ❌ **\(Markdown.text(problem.place.description))**: \(Markdown.text(problem.message))")
        }
        for action in report.promotions { lines += section(action) }
        lines += effects
        lines += [
            "",
            "<sub>\(Markdown.code(String(report.head.prefix(12)))) into "
                + "\(Markdown.code(String(report.base.prefix(12)))), as of \(report.at)</sub>", "",
        ]
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        let count = report.promotions.count
        let noun = "\(count) promotion\(count == 1 ? "" : "s")"
        switch report.result {
        case .permitted where count == 0: return "✅ nothing is promoted"
        case .permitted: return "✅ \(noun), recorded at the merge"
        case .waiting: return "⏳ \(noun), and not all of them may arrive yet"
        case .refused: return "❌ refused"
        }
    }

    private func rows(_ action: Action) -> [String] {
        let mark = Self.mark(action.verdict.result)
        let environment = Markdown.text(action.promotion.environment.description)
        var rows = action.promotion.changes.map { change in
            "| \(mark) | \(environment) | \(Markdown.text(change.component.description)) "
                + "| \(Self.version(change.from)) | \(change.to == nil ? "*retired*" : Self.version(change.to)) "
                + "| \(action.verdict.result.rawValue) |"
        }
        if let configuration = action.promotion.configuration {
            rows.append(
                "| \(mark) | \(environment) | *configuration* | \(configuration.from.map { Markdown.code($0.short) } ?? "–") "
                    + "| \(Markdown.code(configuration.to.short)) | \(action.verdict.result.rawValue) |")
        }
        return rows
    }

    private func section(_ action: Action) -> [String] {
        let promotion = action.promotion
        var lines = [
            "",
            "<details\(action.verdict.result == .permitted ? "" : " open")><summary>"
                + "\(Self.mark(action.verdict.result)) <b>\(Markdown.html(promotion.environment.description))</b>: "
                + "\(Markdown.html(Wording.changes(promotion)))</summary>", "",
        ]
        for change in promotion.changes {
            let name = "**\(Markdown.text(change.component.description))**"
            for stay in report.stays(of: change, in: action) {
                lines.append(
                    "- \(name) in \(Markdown.text(stay.environment.description)) since \(stay.since) "
                        + "(\(Wording.relative(stay.since, to: report.at)))")
            }
            for evidence in report.evidence(about: change) {
                lines.append("- \(name): \(Markdown.text(Wording.evidence(evidence)))")
            }
        }
        if lines.last != "" { lines.append("") }
        lines += ["| Gate | | Reason |", "|---|---|---|"]
        lines += action.verdict.gates.map { gate in
            "| \(gate.gate.rawValue) | \(Self.mark(gate.state)) \(gate.state.rawValue) | \(Markdown.text(gate.reason)) |"
        }
        let advice = report.advice(for: action)
        if !advice.isEmpty {
            lines += ["", "**What would make it move**", ""] + advice.map { "- \(Markdown.text($0))" }
        }
        if let next = action.verdict.nextChange {
            lines += ["", "By time alone at \(next) (\(Wording.relative(next, to: report.at)))."]
        }
        let contract = action.verdict.contract.map { "judged by \(Markdown.code($0.reference)), " } ?? ""
        lines += ["", "<sub>\(contract)promotion \(Markdown.code(promotion.id.description))</sub>", "", "</details>"]
        return lines
    }

    private var effects: [String] {
        var lines = report.affected.map { affected in
            "- **\(Markdown.text(affected.after.promotion.environment.description))** "
                + "\(Markdown.text(Wording.changes(affected.after.promotion))): "
                + "\(affected.before.verdict.result.rawValue) now, **\(affected.after.verdict.result.rawValue)** after it"
        }
        lines += report.withdrawn.map { action in
            "- **\(Markdown.text(action.promotion.environment.description))** "
                + "\(Markdown.text(Wording.changes(action.promotion))): withdrawn"
        }
        return lines.isEmpty ? [] : ["", "**Promotions that wait already**", ""] + lines
    }

    private static func mark(_ result: Verdict.Result) -> String {
        switch result {
        case .permitted: "✅"
        case .waiting: "⏳"
        case .refused: "❌"
        }
    }

    private static func mark(_ state: GateResult.State) -> String {
        switch state {
        case .open: "✅"
        case .pending: "⏳"
        case .closed: "❌"
        case .skipped: "⚠️"
        }
    }

    private static func version(_ artifact: Artifact?) -> String {
        guard let artifact else { return "–" }
        let digest = artifact.digest.map { " \(Markdown.code($0.short))" } ?? ""
        return Markdown.text(artifact.tag ?? "") + digest
    }
}

/// Text that Markdown and HTML take for text.
enum Markdown {
    /// Characters that begin something in Markdown or HTML, or mention somebody.
    private static let special = Set("\\`*_{}[]()<>#+-!|~@&$")

    /// `text` as nothing but text, on one line.
    static func text(_ text: String) -> String {
        text.printable.map { character in
            special.contains(character)
                && !(character == "-" || character == "(" || character == ")" || character == "+")
                ? "&#\(character.unicodeScalars.first?.value ?? 63);" : String(character)
        }.joined()
    }

    /// `text` for use between HTML tags.
    static func html(_ text: String) -> String {
        Self.text(text)
    }

    /// `text` as code; a backtick in it, which no name has, is left out.
    static func code(_ text: String) -> String {
        "`\(text.printable.replacing("`", with: "").replacing("|", with: "\\|"))`"
    }
}
