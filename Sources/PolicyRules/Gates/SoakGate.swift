import PromotionModel

/// What arrives has been recorded in a source environment for at least a span of time, without a break.
enum SoakGate {
    static func judge(_ facts: Facts, contract: Contract, atLeast span: TimeSpan, at instant: Timestamp) -> GateResult {
        guard !contract.from.isEmpty else {
            return GateResult(.soak, .open, "builds arrive here: there is no source to soak in")
        }
        var opening: Timestamp?
        var last = "nothing to soak"
        for arrival in facts.arrivals {
            let standing = SourceGate.standing(
                of: arrival.artifact, component: arrival.component, facts: facts, contract: contract)
            switch standing {
            case .pending, .refused:
                return GateResult(.soak, .pending, "\(span) count from its record in a source environment")
            case .stayed(let name, let from, let until):
                if let until, until - from < span {
                    return GateResult(
                        .soak, .closed,
                        "\(arrival.component) \(arrival.artifact.version) stayed in \(name) for \(until - from) only, "
                            + "from \(from) until \(until); \(span) are needed")
                }
                let full = from + span
                let text =
                    "\(arrival.component) \(arrival.artifact.version) has been in \(name) since \(from); "
                    + "\(span) are full at \(full)"
                if full > instant {
                    if opening.map({ full > $0 }) ?? true { (opening, last) = (full, text) }
                } else if opening == nil {
                    last =
                        "\(arrival.component) \(arrival.artifact.version) in \(name) since \(from), for \(span) or more"
                }
            }
        }
        guard let opening else { return GateResult(.soak, .open, last) }
        return GateResult(.soak, .pending, last, nextChange: opening)
    }
}
