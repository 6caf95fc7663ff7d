package import Git
package import LedgerFormat
package import Ports
package import PromotionModel

/// The digests that a fleet itself has given to tags: what its locks and ledgers record, what its environments declare
/// and ever declared.
///
/// No registry is asked. Two digests of one tag are no answer: somebody has to say which is meant.
package struct KnownDigests: DigestResolver {
    private struct Name: Hashable {
        let kind: ArtifactKind
        let repository: String
        let tag: String

        init?(_ artifact: Artifact) {
            guard let tag = artifact.tag else { return nil }
            (kind, repository, self.tag) = (artifact.kind, artifact.repository, tag)
        }
    }

    /// By name, the digests with where each is known from first.
    private var known: [Name: [Digest: String]] = [:]

    package init() {}

    /// What `observation` and the entries of `history` say.
    package init(_ observation: Observation, history: LedgerHistory) {
        for environment in observation.environments {
            for (_, record) in environment.knownRecord?.components ?? [:] {
                note(record.artifact, "recorded in \(environment.name)")
            }
        }
        for (name, recorded) in history.entries.sorted(by: { $0.key < $1.key }) {
            for item in recorded.flatMap(\.entry.items) where item.result.isArrival {
                for artifact in item.artifacts.values { note(artifact, "recorded in \(name) before") }
            }
        }
        for environment in observation.environments {
            for declaration in environment.declared.declarations {
                note(declaration.artifact, "declared in \(environment.name)")
            }
        }
    }

    /// Takes in what the commits of every environment of `observation` declared.
    ///
    /// - Throws: as ``HistoryReader/walk(_:from:in:manner:_:)``.
    package mutating func addHistory(
        of observation: Observation, by reader: FleetReader, in repository: borrowing Repository
    ) throws {
        guard let tip = ObjectID(hex: observation.basis) else { return }
        for environment in observation.environments {
            var found: [Artifact] = []
            try HistoryReader(reader: reader).walk(environment.name, from: tip, in: repository) { entry in
                found += entry.changes.flatMap { [$0.from, $0.to].compactMap(\.self) }
                return true
            }
            for artifact in found { note(artifact, "declared in \(environment.name) before") }
        }
    }

    private mutating func note(_ artifact: Artifact, _ source: String) {
        guard let digest = artifact.digest, let name = Name(artifact), known[name]?[digest] == nil else { return }
        known[name, default: [:]][digest] = source
    }

    package func digest(of artifact: Artifact) -> DigestAnswer {
        guard let name = Name(artifact) else { return .unknown("\(artifact) has no tag to look up") }
        let found = (known[name] ?? [:]).sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        guard let first = found.first else {
            return .unknown("the fleet never recorded or declared a digest of \(artifact)")
        }
        guard found.count == 1 else {
            let list = found.map { "\($0.key.short) is \($0.value)" }.joined(separator: ", ")
            return .unknown("the fleet knows several digests of \(artifact): \(list)")
        }
        return .known(first.key, from: first.value)
    }
}
