import PolicyRules
package import PromotionModel

/// Chooses what a person's request to promote or to roll back means.
package enum PromotionSelection {
    /// Why a request has no meaning.
    package struct Unselectable: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The environments that the contracts for `environment` take from, as far as the fleet has them.
    package static func sources(of environment: EnvironmentName, in observation: Observation) -> [EnvironmentName] {
        let names = observation.environments.map(\.name)
        return ContractBook(policies: observation.policies, environments: names).sources(of: environment)
            .filter(names.contains)
    }

    /// What brings `target` to what `source` has recorded, or declares where nothing is recorded.
    ///
    /// The repository stays the target's: a digest names the same bytes wherever it is kept.
    ///
    /// - Parameter components: empty for all that differ.
    /// - Throws: ``Unselectable`` for a component that one of the two does not have.
    package static func changes(
        from source: ObservedEnvironment, to target: ObservedEnvironment, only components: [ComponentName]
    ) throws(Unselectable) -> [Promotion.Change] {
        let offered = Dictionary(
            source.declared.declarations.map { ($0.component, $0.artifact) }, uniquingKeysWith: { first, _ in first }
        ).merging(source.knownRecord?.components.mapValues(\.artifact) ?? [:]) { $1 }
        let declared = Dictionary(
            target.declared.declarations.map { ($0.component, $0) }, uniquingKeysWith: { first, _ in first })
        for component in components {
            for (environment, names) in [(source.name, Set(offered.keys)), (target.name, Set(declared.keys))]
            where !names.contains(component) {
                throw Unselectable(
                    description: "\(environment) has no component \"\(component)\"; it has "
                        + names.sorted().map(\.description).joined(separator: ", "))
            }
        }
        let record = target.knownRecord
        let wanted = components.isEmpty ? declared.keys.sorted() : components.sorted()
        return wanted.compactMap { component in
            guard let declaration = declared[component], let offer = offered[component],
                !offer.isSameContent(as: declaration.artifact)
            else { return nil }
            let artifact = Artifact(
                repository: declaration.artifact.repository, tag: offer.tag, digest: offer.digest)
            return Promotion.Change(
                component: component, from: declaration.artifact, to: artifact,
                supersedes: record?.components[component]?.promotion, place: declaration.place)
        }
    }

    /// What a rollback is to do.
    package struct Rollback: Hashable, Sendable {
        /// Sorted by component; `from` is what is recorded, `to` the last known good.
        package let changes: [Promotion.Change]
        /// What came with the same promotions and stays: other components and the configuration.
        package let alsoArrived: [String]
    }

    /// The last known good set before what `record` holds, from the entries of its ledger, oldest first.
    ///
    /// Good is what was recorded and not rejected by a rollback since. Without `components`, the rollback is of all
    /// that arrived with the newest arrival.
    ///
    /// - Throws: ``Unselectable`` where a component is not recorded or has nothing to go back to.
    package static func rollback(
        of components: [ComponentName], record: EnvironmentRecord, entries: [LedgerEntry]
    ) throws(Unselectable) -> Rollback {
        let arrivals = entries.flatMap { entry in entry.items.filter(\.isRollbackPoint) }
        let chosen: [ComponentName]
        if components.isEmpty {
            guard let last = entries.last(where: { $0.items.contains(where: \.isRollbackPoint) }) else {
                throw Unselectable(description: "nothing was ever promoted to \(record.environment)")
            }
            chosen = Set(last.items.filter(\.isRollbackPoint).flatMap { Array($0.artifacts.keys) })
                .filter { record.components[$0] != nil }.sorted()
        } else {
            chosen = Set(components).sorted()
        }
        let rejected = Set(record.holds.values.compactMap(\.rejected))
        var changes: [Promotion.Change] = []
        for component in chosen {
            guard let current = record.components[component] else {
                throw Unselectable(description: "\(record.environment) has no component \"\(component)\" recorded")
            }
            let earlier = arrivals.compactMap { $0.artifacts[component] }.last { artifact in
                !artifact.isSameContent(as: current.artifact) && !(artifact.digest.map(rejected.contains) ?? false)
            }
            guard let earlier else {
                throw Unselectable(
                    description: "\(component) has had \(current.artifact.version) only: there is nothing to go back to"
                )
            }
            changes.append(
                Promotion.Change(
                    component: component, from: current.artifact, to: earlier, supersedes: current.promotion))
        }
        return Rollback(changes: changes, alsoArrived: companions(of: changes, in: arrivals))
    }

    /// What else the promotions brought that `changes` undo.
    private static func companions(of changes: [Promotion.Change], in arrivals: [LedgerEntry.Item]) -> [String] {
        let undone = Set(changes.compactMap(\.supersedes))
        let chosen = Set(changes.map(\.component))
        return arrivals.filter { undone.contains($0.promotion) && $0.result == .promoted }.flatMap { item in
            let others = item.artifacts.filter { !chosen.contains($0.key) }.sorted { $0.key < $1.key }
            return others.map { "\($0.key) \($0.value.version)" }
                + (item.configuration == nil ? [] : ["the configuration of \(item.promotion)"])
        }
    }
}

extension LedgerEntry.Item {
    /// Whether the item brought artifacts that can be gone back to, or from.
    fileprivate var isRollbackPoint: Bool {
        switch result {
        case .adopted, .promoted, .rolledBack: !artifacts.isEmpty
        case .waiting, .refused, .withdrawn, .held, .released: false
        }
    }
}
