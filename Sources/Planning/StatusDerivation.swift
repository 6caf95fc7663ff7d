package import PromotionModel

/// The one named state of each component of an environment.
struct StatusDerivation {
    /// Sorted by component.
    let statuses: [ComponentStatus]

    /// - Parameter stopped: Why nothing at all moves, if so.
    init(
        environment: ObservedEnvironment, actions: [Action], stopped: HistoryBreak? = nil, at instant: Timestamp
    ) {
        let declared = Dictionary(
            environment.declared.declarations.map { ($0.component, $0) }, uniquingKeysWith: { first, _ in first })
        let recorded = environment.knownRecord?.components ?? [:]
        var published: [ComponentName: Declaration]?
        if case .present(let state) = environment.published { published = state.artifacts }
        var owners: [ComponentName: Action] = [:]
        for action in actions {
            for change in action.promotion.changes { owners[change.component] = action }
        }
        let names = Set(declared.keys).union(recorded.keys).union(published?.keys.map(\.self) ?? [])
        statuses = names.sorted().map { name in
            let standing = stopped.map {
                Finding(state: .held, reason: "\($0.branch) \($0.account)", since: nil)
            }
            let finding =
                standing
                ?? Self.finding(
                    name, environment: environment, action: owners[name], recorded: recorded[name],
                    published: published.map { $0[name]?.artifact }, isDeclared: declared[name] != nil, at: instant)
            return ComponentStatus(
                component: name, declared: declared[name]?.artifact, recorded: recorded[name]?.artifact,
                observed: published?[name]?.artifact, state: finding.state, reason: finding.reason,
                since: finding.since, nextChange: finding.nextChange, promotion: finding.promotion)
        }
    }

    private struct Finding {
        var state: ComponentStatus.State
        var reason: String
        var since: Timestamp?
        var nextChange: Timestamp?
        var promotion: PromotionID?
    }

    private static func finding(
        _ name: ComponentName, environment: ObservedEnvironment, action: Action?,
        recorded: EnvironmentRecord.Component?, published: Artifact??, isDeclared: Bool,
        at instant: Timestamp
    ) -> Finding {
        if let reference = environment.reference {
            return Finding(state: .unknown, reason: "read from \(reference), where nothing is recorded")
        }
        if let problem = environment.record.problem {
            return Finding(state: .unknown, reason: "the record cannot be used: \(problem)")
        }
        if let action {
            return finding(for: action, since: environment.knownRecord?.pending[action.promotion.id]?.since)
        }
        if !isDeclared, recorded != nil {
            let first = environment.declared.problems.first { $0.severity == .error }
            return Finding(
                state: .unknown, reason: first.map { "a file could not be read: \($0)" } ?? "not declared",
                promotion: recorded?.promotion)
        }
        if case .unreadable(let problem) = environment.published {
            return Finding(
                state: .unknown, reason: "what is published cannot be read: \(problem)", since: recorded?.at,
                promotion: recorded?.promotion)
        }
        if let published, published != recorded?.artifact {
            let text = published.map { "\($0.version) is published" } ?? "it is not published"
            let expected = recorded.map { "\($0.artifact.version) is recorded" } ?? "nothing is recorded"
            return Finding(
                state: .drifted, reason: "\(expected), but \(text)", since: recorded?.at, promotion: recorded?.promotion
            )
        }
        let holds = environment.knownRecord?.holds ?? [:]
        let hold = [holds[.component(name)], holds[.environment]].compactMap(\.self).first { $0.isActive(at: instant) }
        return Finding(
            state: .inSync,
            reason: "as recorded" + (hold.map { "; held by \($0.owner): \($0.reason)" } ?? ""), since: recorded?.at,
            nextChange: hold?.until, promotion: recorded?.promotion)
    }

    private static func finding(for action: Action, since: Timestamp?) -> Finding {
        let shut = action.verdict.shut
        return Finding(
            state: action.state(shut), reason: action.reason(shut), since: since,
            nextChange: Verdict.nextChange(of: shut), promotion: action.promotion.id)
    }
}

extension Action {
    /// The state that what it moves is in.
    package var state: ComponentStatus.State {
        state(verdict.shut)
    }

    fileprivate func state(_ shut: [GateResult]) -> ComponentStatus.State {
        let isHeld = shut.contains { $0.gate == .hold }
        return switch kind {
        case .adopt, .promote: .pending
        case .wait: isHeld ? .held : .waiting
        case .refuse: isHeld ? .held : .refused
        }
    }

    /// Why that is in its state; two gates may shut for one and the same reason, which is said once.
    package var reason: String {
        reason(verdict.shut)
    }

    fileprivate func reason(_ shut: [GateResult]) -> String {
        switch kind {
        case .adopt: "the next tick records it as found"
        case .promote: "permitted; the next tick records it"
        case .wait, .refuse:
            shut.map(\.reason).reduce(into: [String]()) { reasons, reason in
                if !reasons.contains(reason) { reasons.append(reason) }
            }.joined(separator: "; ")
        }
    }
}
