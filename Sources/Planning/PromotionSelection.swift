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
        let names = observation.names
        return ContractBook(policies: observation.policies, environments: names).sources(of: environment)
            .filter(names.contains)
    }

    /// What a source has of one component.
    package struct Offer: Hashable, Sendable {
        /// What it has recorded, or declares where nothing is recorded.
        package let artifact: Artifact
        /// Since when it has been recorded there; `nil` where it is only declared.
        package let recordedSince: Timestamp?
        /// What the source declares, where that is not what it has recorded.
        package let declaredInstead: Artifact?
    }

    /// What `source` has of each component that it declares or has recorded.
    package static func offers(of source: ObservedEnvironment) -> [ComponentName: Offer] {
        let declared = Dictionary(
            source.declared.declarations.map { ($0.component, $0.artifact) }, uniquingKeysWith: { first, _ in first })
        let only = declared.mapValues { Offer(artifact: $0, recordedSince: nil, declaredInstead: nil) }
        let recorded = source.knownRecord?.components ?? [:]
        return only.merging(
            recorded.map { component, record in
                let other = declared[component].flatMap { $0.isSameContent(as: record.artifact) ? nil : $0 }
                return (
                    component, Offer(artifact: record.artifact, recordedSince: record.at, declaredInstead: other)
                )
            }, uniquingKeysWith: { $1 })
    }

    /// What brings `target` to what `source` offers.
    ///
    /// The repository is the target's: as a mapping has it, else as the target declares it, since a digest names the
    /// same bytes wherever it is kept. What is not paired with certainty is left alone.
    ///
    /// - Parameter components: empty for all that differ.
    /// - Throws: ``Unselectable`` for a component that one of the two does not have.
    package static func changes(
        from source: ObservedEnvironment, to target: ObservedEnvironment, only components: [ComponentName],
        repositories: RepositoryMap = RepositoryMap()
    ) throws(Unselectable) -> [Promotion.Change] {
        let offered = offers(of: source).mapValues {
            repositories.translated($0.artifact, from: source.name, to: target.name)
        }
        let ambiguities = EnvironmentPairing(
            source: source.declared, target: target.declared, repositories: repositories
        ).ambiguities
        let declared = Dictionary(
            target.declared.declarations.map { ($0.component, $0) }, uniquingKeysWith: { first, _ in first })
        let additions = additions(from: source, to: target, repositories: repositories)
        for component in components {
            if let reason = ambiguities[component] {
                throw Unselectable(description: "\(component) is left alone: \(reason); edit it by hand")
            }
            let known = Set(declared.keys).union(additions.keys)
            for (environment, names) in [(source.name, Set(offered.keys)), (target.name, known)]
            where !names.contains(component) {
                throw Unselectable(
                    description: "\(environment) has no component \"\(component)\"; it has "
                        + names.sorted().map(\.description).joined(separator: ", "))
            }
        }
        let record = target.knownRecord
        let wanted = components.isEmpty ? (Array(declared.keys) + additions.keys).sorted() : components.sorted()
        return wanted.compactMap { component in
            guard ambiguities[component] == nil else { return nil }
            if declared[component] == nil, let addition = additions[component] { return addition }
            guard let declaration = declared[component], let offer = offered[component],
                !offer.isSameContent(as: declaration.artifact)
            else { return nil }
            let artifact = Artifact(
                kind: declaration.artifact.kind,
                repository: repositories.names(offer.repository, in: target.name)
                    ? offer.repository : declaration.artifact.repository, tag: offer.tag,
                digest: offer.digest)
            // The same tag without its digest is no news, and takes nothing away.
            guard offer.digest != nil || offer.tag != declaration.artifact.tag else { return nil }
            // What has no digest differs by its repository too, which stays.
            guard artifact != declaration.artifact else { return nil }
            return Promotion.Change(
                component: component, from: declaration.artifact, to: artifact,
                supersedes: record?.components[component]?.promotion, place: declaration.place)
        }
    }

    /// Entries of growing lists that `source` has and `target` has not, where the target lists the same image.
    package static func additions(
        from source: ObservedEnvironment, to target: ObservedEnvironment, repositories: RepositoryMap = RepositoryMap()
    ) -> [ComponentName: Promotion.Change] {
        let lists = Dictionary(
            target.declared.declarations.filter(\.isEntry).map { ($0.artifact.repository, $0.place) },
            uniquingKeysWith: { first, _ in first })
        guard !lists.isEmpty else { return [:] }
        let declared = Set(target.declared.declarations.map(\.component))
        var additions: [ComponentName: Promotion.Change] = [:]
        for declaration in source.declared.declarations where declaration.isEntry {
            let artifact = repositories.translated(declaration.artifact, from: source.name, to: target.name)
            guard !declared.contains(declaration.component), let place = lists[artifact.repository] else { continue }
            additions[declaration.component] = Promotion.Change(
                component: declaration.component, from: nil, to: artifact,
                supersedes: target.knownRecord?.components[declaration.component]?.promotion, place: place)
        }
        return additions
    }

    /// What a rollback is to do.
    package struct Rollback: Hashable, Sendable {
        /// A component that arrived last too, and stays because it has nothing to go back to.
        package struct Skipped: Hashable, Sendable {
            package let component: ComponentName
            /// A sentence that names the component.
            package let reason: String
        }

        /// Sorted by component; `from` is what is recorded, `to` the last known good.
        package let changes: [Promotion.Change]
        /// Sorted by component; empty where the components were named.
        package let skipped: [Skipped]
        /// What else came with the same promotions and stays: other components and the configuration.
        package let alsoArrived: [String]
    }

    /// The last known good set before what `record` holds, from the entries of its ledger, oldest first.
    ///
    /// Without `components`, the rollback is of all that arrived with the newest arrival and has something to go back
    /// to; see ``LastKnownGood`` for what that is.
    ///
    /// - Throws: ``Unselectable`` where a component is not recorded, or one that is named, or all of them where none
    ///   is, have nothing to go back to.
    package static func rollback(
        of components: [ComponentName], record: EnvironmentRecord, entries: [LedgerEntry]
    ) throws(Unselectable) -> Rollback {
        let chosen = components.isEmpty ? try newestArrival(record, entries) : Set(components).sorted()
        let good = LastKnownGood(entries: entries, held: Set(record.holds.values.compactMap(\.rejected)))
        var changes: [Promotion.Change] = []
        var skipped: [Rollback.Skipped] = []
        for component in chosen {
            guard let current = record.components[component] else {
                throw Unselectable(description: "\(record.environment) has no component \"\(component)\" recorded")
            }
            if let earlier = good.artifact(of: component, besides: current.artifact) {
                changes.append(
                    Promotion.Change(
                        component: component, from: current.artifact, to: earlier, supersedes: current.promotion))
            } else {
                let reason = good.reason(for: component, besides: current.artifact)
                guard components.isEmpty else { throw Unselectable(description: reason) }
                skipped.append(Rollback.Skipped(component: component, reason: reason))
            }
        }
        guard !changes.isEmpty else {
            throw Unselectable(description: skipped.map(\.reason).joined(separator: "; "))
        }
        let companions = companions(of: changes, besides: Set(skipped.map(\.component)), in: entries.flatMap(\.items))
        return Rollback(changes: changes, skipped: skipped, alsoArrived: companions)
    }

    /// The components that the newest arrival brought and that are still recorded.
    private static func newestArrival(
        _ record: EnvironmentRecord, _ entries: [LedgerEntry]
    ) throws(Unselectable) -> [ComponentName] {
        let arrived = entries.reversed().lazy.map { entry in
            entry.items.filter(\.bringsArtifacts).flatMap { Array($0.artifacts.keys) }
        }
        guard let newest = arrived.first(where: { !$0.isEmpty }) else {
            throw Unselectable(description: "nothing was ever promoted to \(record.environment)")
        }
        let recorded = Set(newest).filter { record.components[$0] != nil }.sorted()
        guard !recorded.isEmpty else {
            throw Unselectable(description: "what arrived last in \(record.environment) is no longer recorded there")
        }
        return recorded
    }

    /// What else the promotions brought that `changes` undo.
    private static func companions(
        of changes: [Promotion.Change], besides skipped: Set<ComponentName>, in items: [LedgerEntry.Item]
    ) -> [String] {
        let undone = Set(changes.compactMap(\.supersedes))
        let known = skipped.union(changes.map(\.component))
        return items.filter { undone.contains($0.promotion) && $0.result == .promoted }.flatMap { item in
            let others = item.artifacts.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
            return others.map { "\($0.key) \($0.value.version)" }
                + (item.configuration == nil ? [] : ["the configuration of \(item.promotion)"])
        }
    }
}
