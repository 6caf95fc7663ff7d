import PromotionModel

/// What arrives has been recorded in a source environment for at least a span of time, without a break.
enum SoakGate {
    static func judge(
        _ facts: Facts, _ standings: [SourceGate.Standing], atLeast span: TimeSpan, on ground: JudgementGround
    ) -> GateResult {
        guard !ground.contract.from.isEmpty else {
            return GateResult(.soak, .open, "builds arrive here: there is no source to soak in")
        }
        var opening: Timestamp?
        var last = "nothing to soak"
        for (arrival, standing) in zip(facts.arrivals, standings) {
            switch standing {
            case .pending, .refused:
                return GateResult(.soak, .pending, "\(span) count from its record in a source environment")
            case .stayed(let stays):
                // Any stay that is long enough will do, also one that has ended: the earliest is full first.
                guard let stay = stays.lazy.filter({ $0.canLast(span) }).min(by: { $0.from < $1.from }) else {
                    return GateResult(.soak, .closed, tooShort(arrival, stays[0], span))
                }
                let full = stay.from + span
                if full > ground.instant {
                    guard opening.map({ full > $0 }) ?? true else { continue }
                    opening = full
                    last = Wording.text(
                        arrival.component.description, " ", arrival.artifact.version, " has been in ",
                        stay.environment.description, " since ", stay.from.description, "; ", span.description,
                        " are full at ", full.description)
                } else if opening == nil {
                    last = Wording.text(
                        arrival.component.description, " ", arrival.artifact.version, " in ",
                        stay.environment.description, " since ", stay.from.description, ", for ", span.description,
                        " or more")
                }
            }
        }
        guard let opening else { return GateResult(.soak, .open, last) }
        return GateResult(.soak, .pending, last, nextChange: opening)
    }

    private static func tooShort(
        _ arrival: Facts.Arrival, _ stay: SourceGate.Stay, _ span: TimeSpan
    ) -> String {
        let end = stay.until.map { " for \($0 - stay.from) only, from \(stay.from) until \($0)" } ?? ""
        return
            "\(arrival.component) \(arrival.artifact.version) stayed in \(stay.environment)\(end); \(span) are needed"
    }
}

extension SourceGate.Stay {
    /// Whether the stay has lasted, or may yet last, for `span`.
    fileprivate func canLast(_ span: TimeSpan) -> Bool {
        until.map { $0 - from >= span } ?? true
    }
}
