import Bootstrap
import PromotionModel

/// Evidence as people read it.
enum EvidenceText {
    static func print(_ listing: EvidenceListing, style: Style) {
        guard !listing.items.isEmpty else {
            Console.note(
                listing.tip == nil ? "there is no branch \(listing.branch) yet" : "there is no evidence about this")
            return
        }
        var table = Table(["about", "kind", "name", "says", "signed by", "first seen", "state"])
        for item in listing.items {
            let state: Table.Cell =
                switch item.state {
                case .verified: Table.Cell("verified", .green)
                case .refused(let reason): Table.Cell("refused: \(reason)", .red)
                }
            table.add([
                Table.Cell(short(item.subject), .bold), Table.Cell(item.kind ?? "–"), Table.Cell(item.name ?? "–"),
                Table.Cell(item.summary.isEmpty ? "–" : item.summary),
                Table.Cell(item.signers.isEmpty ? "–" : item.signers.map(\.name).joined(separator: ", ")),
                Table.Cell(item.firstSeen?.description ?? "–"), state,
            ])
        }
        table.print(style)
    }

    /// The first digits of a digest; anything else as it is.
    private static func short(_ subject: String) -> String {
        do {
            return try Digest(subject).short
        } catch {
            return subject
        }
    }

    /// `, signed by …`, where it is known by whom.
    static func signature(_ stored: StoredEvidence) -> String {
        stored.signers.isEmpty ? "" : ", signed by \(stored.signers.joined(separator: ", ").printable)"
    }

    /// Says on standard error that what was stored does not count, and why.
    static func warn(_ stored: StoredEvidence) {
        guard !stored.doubts.isEmpty else { return }
        Console.note("warning: the signature does not count by \(FleetLayout.signersPath) of the watched branch:")
        for doubt in stored.doubts { Console.note("warning: \(doubt.printable)") }
    }
}

/// What somebody is about to sign.
struct ConsentText {
    let style: Style
    let now: Timestamp

    static func verb(_ kind: Consent.Kind) -> String {
        switch kind {
        case .approval: "approve"
        case .revocation: "revoke the approval of"
        case .emergency: "let an emergency skip the gates of"
        case .review: "sign the review of"
        }
    }

    func print(_ proposal: ConsentProposal) {
        for line in lines(proposal) { Console.line(line) }
    }

    func lines(_ proposal: ConsentProposal) -> [String] {
        proposal.items.flatMap(lines)
    }

    /// Says on standard error what became of a consent that was stored: whether it counts, and what is shut still.
    func tell(_ standing: ConsentStanding, of kind: Consent.Kind, isDoubted: Bool, isPast: Bool) {
        if let objection = standing.objection, !isDoubted {
            Console.note(
                "warning: the \(kind.rawValue) of \(standing.promotion) does not count: \(objection.printable)")
        }
        guard !isPast, let verdict = standing.verdict else { return }
        guard verdict.result != .permitted else {
            return Console.note("\(standing.promotion) is permitted now; the next tick records it")
        }
        Console.note("\(standing.promotion) is \(verdict.result == .waiting ? "waiting" : "refused") still:")
        let width = Wording.gateWidth(verdict)
        for gate in verdict.shut {
            Console.note("  \(gate.gate.rawValue.padding(to: width))\(gate.reason.printable)")
        }
    }

    private func lines(_ item: ConsentProposal.Item) -> [String] {
        let promotion = item.promotion
        var lines = [
            "\(style.paint(promotion.environment.description, .bold))  \(Wording.changes(promotion).printable)",
            "  promotion  \(promotion.id)",
        ]
        for change in promotion.changes {
            lines.append("  \(change.component.description.printable)")
            lines.append("    from     \(change.from?.description.printable ?? "nothing: it is the first")")
            lines.append("    to       \(change.to?.description.printable ?? "nothing: it is retired")")
        }
        if let configuration = promotion.configuration {
            lines.append("  configuration")
            lines.append("    from     \(configuration.from?.description ?? "nothing: it is the first")")
            lines.append("    to       \(configuration.to)")
        }
        if let settings = item.settings { lines += self.lines(settings) }
        for gate in item.verdict?.shut ?? [] {
            lines.append(
                "  \(gate.gate.rawValue.padding(to: 10)) \(style.paint(gate.state.rawValue, .yellow)): "
                    + gate.reason.printable)
        }
        for evidence in item.evidence {
            let row = EvidenceListing.Item(evidence)
            let name = evidence.name.map { " \"\($0)\"" } ?? ""
            let text = "\(evidence.kind)\(name) of \(evidence.subject.short): \(row.summary)"
            let signers = evidence.signers.map(\.name).joined(separator: ", ")
            lines.append(
                "  evidence   \(text.printable); \(signers.printable), \(Wording.relative(evidence.firstSeen, to: now))"
            )
        }
        if item.evidence.isEmpty { lines.append("  evidence   none that counts") }
        for refused in item.refused.prefix(Self.shownRows) {
            lines.append("  refused    \(refused.path): \(refused.reason)".printable)
        }
        let more = item.refused.count - Self.shownRows
        if more > 0 { lines.append("             and \(more) more that do not count: towpath evidence") }
        for consent in item.consents {
            let reason = consent.reason.isEmpty ? "" : ": \(consent.reason)"
            lines.append("  \(consent.kind.rawValue.padding(to: 10)) \(consent.signer.name)\(reason)".printable)
        }
        return lines
    }

    /// The most settings, and refused pieces of evidence, that are shown one by one.
    private static let shownRows = 20
    /// The most files that a command names.
    private static let shownFiles = 3
    /// The longest path of a setting that is shown in full.
    private static let shownPathCharacters = 160

    /// Which settings change, and how to see to what.
    private func lines(_ settings: ConfigurationDifference) -> [String] {
        var lines = settings.changes.prefix(Self.shownRows).map { change in
            let path = change.path.printable
            let isLong = path.count > Self.shownPathCharacters
            return
                "    \(change.kind.rawValue.padding(to: 9))\(path.prefix(Self.shownPathCharacters))\(isLong ? "…" : "")"
        }
        let rest = settings.count - lines.count
        if rest > 0 { lines.append("             and \(rest) more") }
        if let problem = settings.problem {
            lines.append("             what changes cannot be told: \(problem.printable)")
        } else if settings.count == 0 {
            lines.append("             no setting: comments, the order of files, or what is no manifest")
        }
        guard let before = settings.before else { return lines }
        let names = settings.files.count > Self.shownFiles ? [] : settings.files.map(\.shellWord)
        let only = names.isEmpty ? "" : " -- \(names.joined(separator: " "))"
        return lines + ["             git diff \(before.prefix(12)) \(settings.after.prefix(12))\(only)"]
    }
}
