package import PromotionModel

/// When each version of one component came to each environment.
package struct ArrivalMatrix: Hashable, Sendable {
    /// A commit and its committer's time.
    package struct Moment: Hashable, Sendable {
        /// 40 hexadecimal digits.
        package let commit: String
        package let at: Timestamp
    }

    /// One version in one environment, where it was declared at least once.
    package struct Arrival: Hashable, Sendable {
        package let environment: EnvironmentName
        /// When it was first declared; `nil` where the history only tells that it was recorded.
        package var declared: Moment?
        /// When the ledger first recorded it as there; `nil` where there is no ledger, or it never got so far.
        package var recorded: Moment?
        /// When something else was declared in its place for the last time; `nil` while it is declared.
        package var replaced: Moment?
    }

    /// One version: the same digest, or where none is given the same tag, whatever the registry.
    package struct Version: Hashable, Sendable {
        /// As it was written where it was declared first.
        package let artifact: Artifact
        /// Sorted by when it was first declared.
        package var arrivals: [Arrival]

        /// When it was first declared anywhere.
        package var first: Timestamp? {
            arrivals.compactMap { $0.declared?.at ?? $0.recorded?.at }.min()
        }
    }

    package let component: ComponentName
    /// Sorted.
    package let environments: [EnvironmentName]
    /// The newest first.
    package let versions: [Version]

    /// Builds the matrix of `component` from the histories of environments, each newest first.
    package init(of component: ComponentName, histories: [EnvironmentName: [HistoryEntry]]) {
        self.component = component
        environments = histories.keys.sorted()
        var rows: [String: Version] = [:]
        for (name, entries) in histories.sorted(by: { $0.key < $1.key }) {
            var arrivals: [String: (artifact: Artifact, arrival: Arrival)] = [:]
            for entry in entries.reversed() {
                let moment = Moment(commit: entry.commit, at: entry.at)
                for change in entry.changes where change.component == component {
                    Self.note(change, at: moment, in: name, &arrivals)
                }
            }
            for (key, found) in arrivals {
                rows[key, default: Version(artifact: found.artifact, arrivals: [])].arrivals.append(found.arrival)
            }
        }
        versions = rows.values.map(Self.sorted).sorted { left, right in
            (right.first?.seconds ?? .min, left.artifact.description)
                < (left.first?.seconds ?? .min, right.artifact.description)
        }
    }

    /// Takes `change`, later than all that are in `arrivals`, into account.
    private static func note(
        _ change: HistoryEntry.Change, at moment: Moment, in environment: EnvironmentName,
        _ arrivals: inout [String: (artifact: Artifact, arrival: Arrival)]
    ) {
        if let result = change.result {
            guard let artifact = change.to, result == .promoted || result == .adopted || result == .rolledBack else {
                return
            }
            var found = arrivals[key(artifact)] ?? (artifact, Arrival(environment: environment))
            found.arrival.recorded = found.arrival.recorded ?? moment
            arrivals[key(artifact)] = found
            return
        }
        if let old = change.from { arrivals[key(old)]?.arrival.replaced = moment }
        guard let artifact = change.to else { return }
        var found = arrivals[key(artifact)] ?? (artifact, Arrival(environment: environment))
        found.arrival.declared = found.arrival.declared ?? moment
        found.arrival.replaced = nil
        arrivals[key(artifact)] = found
    }

    private static func key(_ artifact: Artifact) -> String {
        artifact.digest?.description ?? artifact.tag ?? ""
    }

    private static func sorted(_ version: Version) -> Version {
        var version = version
        version.arrivals.sort { left, right in
            let (one, other) = (left.declared?.at ?? left.recorded?.at, right.declared?.at ?? right.recorded?.at)
            return (one?.seconds ?? .min, left.environment) < (other?.seconds ?? .min, right.environment)
        }
        return version
    }
}

extension ArrivalMatrix.Arrival {
    /// An environment that nothing is known of yet.
    fileprivate init(environment: EnvironmentName) {
        self.init(environment: environment, declared: nil, recorded: nil, replaced: nil)
    }
}
