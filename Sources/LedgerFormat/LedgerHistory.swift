package import PromotionModel

/// The ledger of a fleet: the entries of every environment, and what else changed its locks.
package struct LedgerHistory: Hashable, Sendable {
    /// An entry and the commit that carries it.
    package struct Recorded: Hashable, Sendable {
        /// 40 hexadecimal digits.
        package let commit: String
        package let entry: LedgerEntry
        /// Whether there was no lock before it, or none that counts: what came earlier was lost, or there was nothing.
        package let beginsAnew: Bool

        package init(commit: String, entry: LedgerEntry, beginsAnew: Bool = false) {
            self.commit = commit
            self.entry = entry
            self.beginsAnew = beginsAnew
        }
    }

    /// Oldest first.
    package var entries: [EnvironmentName: [Recorded]]
    /// Oldest first.
    package var intrusions: [LedgerEvidence.Intrusion]

    package init(entries: [EnvironmentName: [Recorded]] = [:], intrusions: [LedgerEvidence.Intrusion] = []) {
        self.entries = entries
        self.intrusions = intrusions
    }

    /// The part that concerns `names`.
    package func only(_ names: Set<EnvironmentName>) -> LedgerHistory {
        LedgerHistory(
            entries: entries.filter { names.contains($0.key) },
            intrusions: intrusions.filter { names.contains($0.environment) })
    }

    /// What the ledger proves about the present locks.
    package var evidence: LedgerEvidence {
        var evidence = LedgerEvidence(intrusions: intrusions)
        for (name, recorded) in entries {
            let last = recorded.lastIndex(where: \.beginsAnew) ?? 0
            evidence.folded[name] = Self.fold(recorded[last...].map(\.entry), environment: name)
            if last > 0 { evidence.restarted.insert(name) }
            evidence.arrivals[name] = Set(
                recorded.flatMap { $0.entry.items.filter(\.result.isArrival).flatMap { Array($0.artifacts.values) } })
        }
        evidence.emergencies = entries.sorted { $0.key < $1.key }.flatMap { name, recorded in
            recorded.flatMap { recorded in
                recorded.entry.items.filter(\.result.isArrival).compactMap { item in
                    item.emergency.map {
                        LedgerEvidence.EmergencyPromotion(
                            environment: name, promotion: item.promotion, at: recorded.entry.at, emergency: $0)
                    }
                }
            }
        }
        return evidence
    }

    /// The record that `entries` give, oldest first.
    ///
    /// Invariant: folding in two steps equals folding in one.
    package static func fold(_ entries: [LedgerEntry], environment: EnvironmentName) -> EnvironmentRecord {
        entries.reduce(EnvironmentRecord(environment: environment)) { $0.applying($1) }
    }

    /// Every stay of one of `digests` in an environment, oldest first.
    package func residences(of digests: Set<Digest>) -> [Residence] {
        entries.sorted { $0.key < $1.key }.flatMap { name, recorded in
            Self.residences(of: digests, in: name, entries: recorded)
        }
    }

    /// Where each of the tags `wanted` of components was recorded first with a digest, of every repository on its own.
    ///
    /// Sorted by instant, environment and component.
    package func firstRecords(of wanted: [ComponentName: Set<String>]) -> [TagRecord] {
        var first: [TagKey: TagRecord] = [:]
        for (name, recorded) in entries.sorted(by: { $0.key < $1.key }) {
            for entry in recorded.map(\.entry) {
                for item in entry.items where item.result.isArrival {
                    for (component, artifact) in item.artifacts {
                        guard artifact.digest != nil, let tag = artifact.tag, wanted[component]?.contains(tag) == true
                        else { continue }
                        let key = TagKey(component: component, repository: artifact.repository, tag: tag)
                        if let known = first[key], known.at <= entry.at { continue }
                        first[key] = TagRecord(
                            component: component, artifact: artifact, environment: name, at: entry.at)
                    }
                }
            }
        }
        return first.values.sorted {
            ($0.at, $0.environment, $0.component, $0.artifact.repository)
                < ($1.at, $1.environment, $1.component, $1.artifact.repository)
        }
    }

    private struct TagKey: Hashable {
        let component: ComponentName
        let repository: String
        let tag: String
    }

    private static func residences(
        of digests: Set<Digest>, in name: EnvironmentName, entries: [Recorded]
    ) -> [Residence] {
        var open: [ComponentName: (digest: Digest, from: Timestamp)] = [:]
        var residences: [Residence] = []
        func close(_ component: ComponentName, at instant: Timestamp) {
            guard let stay = open.removeValue(forKey: component), digests.contains(stay.digest) else { return }
            residences.append(
                Residence(environment: name, digest: stay.digest, from: stay.from, until: instant, health: .assumed))
        }
        for recorded in entries {
            let entry = recorded.entry
            if recorded.beginsAnew { for component in Array(open.keys) { close(component, at: entry.at) } }
            for item in entry.items where item.result.isArrival {
                for (component, artifact) in item.artifacts where open[component]?.digest != artifact.digest {
                    close(component, at: entry.at)
                    if let digest = artifact.digest { open[component] = (digest, entry.at) }
                }
                for component in item.retired { close(component, at: entry.at) }
            }
        }
        for (_, stay) in open where digests.contains(stay.digest) {
            residences.append(
                Residence(environment: name, digest: stay.digest, from: stay.from, until: nil, health: .assumed))
        }
        func end(_ residence: Residence) -> Timestamp { residence.until ?? Timestamp(seconds: .max) }
        return residences.sorted { ($0.from, $0.digest, end($0)) < ($1.from, $1.digest, end($1)) }
    }
}

extension LedgerResult {
    /// Whether the artifacts of an item with this result are recorded as deployed.
    package var isArrival: Bool {
        switch self {
        case .adopted, .promoted, .rolledBack: true
        case .waiting, .refused, .withdrawn, .held, .released: false
        }
    }
}
