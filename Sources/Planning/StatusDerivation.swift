package import PromotionModel

/// The one named state of each component of an environment.
struct StatusDerivation {
    /// Sorted by component.
    let statuses: [ComponentStatus]

    /// - Parameter stopped: Why nothing at all moves, if so.
    init(
        environment: ObservedEnvironment, actions: [Action], stopped: HistoryBreak? = nil, at instant: Timestamp
    ) {
        let record = environment.knownRecord
        let recorded = record?.components ?? [:]
        var published: [ComponentName: Declaration]?
        if case .present(let state) = environment.published { published = state.artifacts }
        var owners = Owners(actions)
        let slots = Slots(environment.declared.declarations, recorded: recorded, published: published)
        statuses = slots.names.enumerated().map { place, name in
            let declared = slots.declarations[place]
            let known = recorded[name]
            let finding: Finding
            if let stopped {
                finding = Finding(state: .held, reason: "\(stopped.branch) \(stopped.account)", since: nil)
            } else {
                finding = Self.finding(
                    name, environment: environment, record: record, action: owners.owner(of: name), recorded: known,
                    published: published.map { $0[name]?.artifact }, isDeclared: declared != nil, at: instant)
            }
            return ComponentStatus(
                component: name, declared: declared?.artifact, recorded: known?.artifact,
                observed: published?[name]?.artifact, state: finding.state, reason: finding.reason,
                since: finding.since, nextChange: finding.nextChange, promotion: finding.promotion)
        }
    }

    /// Every component that is declared, recorded or published, sorted, with its declaration.
    private struct Slots {
        private(set) var names: [ComponentName] = []
        private(set) var declarations: [Declaration?] = []

        init(
            _ declared: [Declaration], recorded: [ComponentName: EnvironmentRecord.Component],
            published: [ComponentName: Declaration]?
        ) {
            // Declarations are sorted, each component once; mostly they are all there is.
            let isSorted = declared.indices.dropFirst().allSatisfy {
                declared[$0 - 1].component < declared[$0].component
            }
            let known = declared.count { recorded[$0.component] != nil }
            let seen = published.map { published in declared.count { published[$0.component] != nil } }
            if isSorted, known == recorded.count, seen == published?.count {
                names = declared.map(\.component)
                declarations = declared
                return
            }
            let byName = Dictionary(declared.map { ($0.component, $0) }, uniquingKeysWith: { first, _ in first })
            names = Set(byName.keys).union(recorded.keys).union(published?.keys.map(\.self) ?? []).sorted()
            declarations = names.map { byName[$0] }
        }
    }

    /// What moves each component; of several actions the last.
    private struct Owners {
        private let actions: [Action]
        /// Sorted by component; of one component in order of the actions.
        private var places: [(component: ComponentName, action: Int)] = []
        private var next = 0

        init(_ actions: [Action]) {
            self.actions = actions
            places.reserveCapacity(actions.count)
            var isSorted = true
            for (place, action) in actions.enumerated() {
                for change in action.promotion.changes {
                    if let last = places.last { isSorted = isSorted && last.component <= change.component }
                    places.append((change.component, place))
                }
            }
            if !isSorted { places.sort { ($0.component, $0.action) < ($1.component, $1.action) } }
        }

        /// The action that moves `name`; to be asked in order of the names.
        mutating func owner(of name: ComponentName) -> Action? {
            var found: Int?
            while next < places.count, places[next].component <= name {
                if places[next].component == name { found = places[next].action }
                next += 1
            }
            return found.map { actions[$0] }
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
        _ name: ComponentName, environment: ObservedEnvironment, record: EnvironmentRecord?, action: Action?,
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
            return finding(for: action, since: record?.pending[action.promotion.id]?.since)
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
        let holds = record?.holds ?? [:]
        let hold =
            holds.isEmpty
            ? nil
            : [holds[.component(name)], holds[.environment]].compactMap(\.self).first { $0.isActive(at: instant) }
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
            shut.count == 1
                ? shut[0].reason
                : shut.map(\.reason).reduce(into: [String]()) { reasons, reason in
                    if !reasons.contains(reason) { reasons.append(reason) }
                }.joined(separator: "; ")
        }
    }
}
