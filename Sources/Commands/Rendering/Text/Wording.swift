import PromotionModel

/// Values in words for people.
enum Wording {
    /// `1.5.0 (0f3a…)`: the version and a short digest, or what there is of them.
    static func artifact(_ artifact: Artifact?) -> String {
        guard let artifact else { return "–" }
        guard let digest = artifact.digest else { return artifact.tag ?? artifact.repository }
        return artifact.tag.map { "\($0) (\(digest.short))" } ?? digest.short
    }

    /// `in 3h`, `5m ago`, `now`.
    static func relative(_ instant: Timestamp?, to now: Timestamp) -> String {
        guard let instant else { return "–" }
        let distance = instant - now
        if distance.seconds == 0 { return "now" }
        return distance.seconds > 0 ? "in \(distance.rough)" : "\(distance.rough) ago"
    }

    /// Characters that the names of a verdict's gates take in a column, at least nine.
    static func gateWidth(_ verdict: Verdict) -> Int {
        max(9, (verdict.gates.map(\.gate.rawValue.count).max() ?? 0) + 1)
    }

    static func ink(_ state: ComponentStatus.State) -> Style.Ink {
        switch state {
        case .inSync: .green
        case .pending: .blue
        case .waiting, .held: .yellow
        case .refused, .drifted, .unknown: .red
        }
    }

    static func ink(_ kind: Action.Kind) -> Style.Ink {
        switch kind {
        case .adopt, .promote: .green
        case .wait: .yellow
        case .refuse: .red
        }
    }

    static func ink(_ result: Verdict.Result) -> Style.Ink {
        switch result {
        case .permitted: .green
        case .waiting: .yellow
        case .refused: .red
        }
    }

    static func ink(_ state: GateResult.State) -> Style.Ink {
        switch state {
        case .open: .green
        case .pending, .skipped: .yellow
        case .closed: .red
        }
    }

    /// `tests "integration": failed 0, passed 12; signed by ci@example.org on 2026-11-21T10:00:00Z`.
    static func evidence(_ evidence: Evidence) -> String {
        let name = evidence.name.map { " \"\($0)\"" } ?? ""
        let values = evidence.values.sorted { $0.key < $1.key }.prefix(6).map { "\($0.key) \($0.value)" }
        return "\(evidence.kind)\(name): \(values.joined(separator: ", ")); "
            + "signed by \(evidence.signers.map(\.name).joined(separator: " and ")), seen since \(evidence.firstSeen)"
    }

    /// `web 1.4.2 → 1.5.0, configuration`.
    static func changes(_ promotion: Promotion) -> String {
        var texts = promotion.changes.map { change in
            guard let to = change.to else { return "\(change.component) retired" }
            guard let from = change.from else { return "\(change.component) \(to.version)" }
            return "\(change.component) \(from.label(beside: to)) → \(to.label(beside: from))"
        }
        if promotion.configuration != nil { texts.append("configuration") }
        return texts.joined(separator: ", ")
    }
}
