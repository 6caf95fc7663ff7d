import PromotionModel

/// What each component of an environment can go back to, as its ledger tells.
///
/// Good is what was recorded as deployed, and has not been moved away from by a rollback since. What is promoted again
/// after that is good again: somebody has decided so. A hold that was released changes nothing about it.
struct LastKnownGood {
    /// What arrived in each component, oldest first.
    private var arrivals: [ComponentName: [Artifact]] = [:]
    /// What a rollback moved each component away from.
    private var rejected: [ComponentName: [Artifact]] = [:]
    /// What the holds in force reject, in whatever component.
    private let held: Set<Digest>

    /// Folds `entries`, oldest first.
    init(entries: [LedgerEntry], held: Set<Digest>) {
        self.held = held
        var current: [ComponentName: Artifact] = [:]
        for item in entries.flatMap(\.items) where item.bringsArtifacts {
            for (component, artifact) in item.artifacts {
                if item.result == .rolledBack, let bad = current[component], !bad.isSameContent(as: artifact) {
                    rejected[component, default: []].append(bad)
                } else if item.result != .rolledBack {
                    rejected[component]?.removeAll { $0.isSameContent(as: artifact) }
                }
                arrivals[component, default: []].append(artifact)
                current[component] = artifact
            }
            for component in item.retired { current[component] = nil }
        }
    }

    /// The last good artifact of `component` that is another than `current`; `nil` where there is none.
    func artifact(of component: ComponentName, besides current: Artifact) -> Artifact? {
        arrivals[component, default: []].last { artifact in
            !artifact.isSameContent(as: current) && !isRejected(artifact, in: component)
        }
    }

    /// Why ``artifact(of:besides:)`` finds nothing, as a sentence.
    func reason(for component: ComponentName, besides current: Artifact) -> String {
        let hadOthers = arrivals[component, default: []].contains { !$0.isSameContent(as: current) }
        return hadOthers
            ? "every other version that \(component) has had was rolled back: there is nothing to go back to"
            : "\(component) has had \(current.version) only: there is nothing to go back to"
    }

    private func isRejected(_ artifact: Artifact, in component: ComponentName) -> Bool {
        artifact.digest.map(held.contains) ?? false
            || rejected[component, default: []].contains { $0.isSameContent(as: artifact) }
    }
}

extension LedgerEntry.Item {
    /// Whether the item brought artifacts that can be gone back to, or from.
    var bringsArtifacts: Bool {
        switch result {
        case .adopted, .promoted, .rolledBack: !artifacts.isEmpty || !retired.isEmpty
        case .waiting, .refused, .withdrawn, .held, .released: false
        }
    }
}
