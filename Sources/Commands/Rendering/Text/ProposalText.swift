import Bootstrap
import Planning
import PromotionModel

/// What became of a request to promote, as people read it.
struct ProposalText {
    let environment: EnvironmentName

    func print(_ report: PromotionReport) {
        guard let written = report.written else {
            Console.line("\(nothing(report)): nothing to promote")
            return
        }
        let proposal = written.proposal
        Console.line(
            "\(written.outcome.isNew ? "proposed" : "already proposed"): \(Wording.changes(proposal.promotion))")
        Console.line("taken from \(origin(report.source, of: proposal))")
        Console.line("on branch \(proposal.shortBranch) at \(written.outcome.commit.prefix(12)); merge it to promote")
    }

    /// Tells what the source declares beyond what it has recorded, which is what was taken.
    func printNotes(_ report: PromotionReport) {
        printPins(report)
        for (component, others) in report.shared.sorted(by: { $0.key < $1.key }) {
            let names = others.map(\.description).joined(separator: " and ")
            Console.note(
                "note: \(component) changes in \(names) too, which \(others.count == 1 ? "has" : "have") it from the same file"
            )
        }
        for (component, reason) in report.ambiguities.sorted(by: { $0.key < $1.key }) {
            Console.note("note: \(component) is left alone: \(reason)")
        }
        for (component, offer) in report.offers.sorted(by: { $0.key < $1.key }) {
            guard let declared = offer.declaredInstead else { continue }
            let version = declared.label(beside: offer.artifact).printable
            Console.note("note: \(report.source) declares \(component) \(version), which is not recorded there yet")
        }
    }

    /// Tells what became of each tag that was to get its digest.
    private func printPins(_ report: PromotionReport) {
        for (component, outcome) in report.pins.sorted(by: { $0.key < $1.key }) {
            switch outcome {
            case .pinned(let digest, let source): Console.note("note: \(component) gets \(digest.short), \(source)")
            case .noPlace: Console.note("note: \(component) gets no digest: its format has no place for one")
            case .unknown(let reason): Console.note("note: \(component) gets no digest: \(reason.printable)")
            }
        }
    }

    /// Why there is nothing to promote.
    private func nothing(_ report: PromotionReport) -> String {
        let source = report.source
        guard !report.offers.isEmpty else { return "\(source) has no component of \(environment)" }
        let recorded = report.offers.values.count { $0.recordedSince != nil }
        switch recorded {
        case report.offers.count: return "\(environment) declares what \(source) has recorded"
        case 0: return "\(environment) declares what \(source) declares, and has not recorded yet"
        default: return "\(environment) declares what \(source) has recorded, or declares where nothing is recorded"
        }
    }

    /// Which state of the source the proposal was taken from.
    private func origin(_ source: EnvironmentName, of proposal: Proposal) -> String {
        let components = proposal.promotion.changes.map(\.component)
        let declared = components.filter { proposal.since[$0] == nil }.map(\.description)
        if declared.isEmpty { return "what \(source) has recorded" }
        if declared.count == components.count {
            return "what \(source) declares: it is not recorded there yet"
        }
        return "what \(source) has recorded, and of \(declared.joined(separator: ", ")) from what it declares: "
            + "not recorded there yet"
    }
}
