import Git
import LedgerFormat
import Observing
import Ports
package import PromotionModel

/// What became of the wish to write the digest beside a tag.
package enum PinOutcome: Hashable, Sendable {
    /// The digest is proposed, and where it is known from.
    case pinned(Digest, from: String)
    /// The manifest has no place for one.
    case noPlace
    /// Nobody could tell, of a component that nothing else changes.
    case unknown(String)
}

extension Fleet {
    /// `changes` with the digest beside each tag, and what else of `target` gets one.
    ///
    /// - Parameters:
    ///   - named: the components that were asked for by name; empty for all.
    /// - Throws: ``Refusal`` where nobody can tell the digest of what is named or changes; then nothing is written.
    borrowing func pinning(
        _ changes: [Promotion.Change], of target: ObservedEnvironment, named: Set<ComponentName>,
        in observation: Observation
    ) throws(Refusal) -> (changes: [Promotion.Change], pins: [ComponentName: PinOutcome]) {
        let declarations = Dictionary(
            target.declared.declarations.map { ($0.component, $0) }, uniquingKeysWith: { first, _ in first })
        var wanted = Dictionary(changes.map { ($0.component, $0) }) { first, _ in first }
        let required = named.union(wanted.keys)
        for (component, declaration) in declarations where wanted[component] == nil {
            guard named.isEmpty || named.contains(component) else { continue }
            wanted[component] = Promotion.Change(
                component: component, from: declaration.artifact, to: declaration.artifact,
                supersedes: target.knownRecord?.components[component]?.promotion, place: declaration.place,
                isMoving: declaration.isMoving)
        }
        let loose = wanted.filter { $0.value.to.map { !$0.isPinned && $0.tag != nil } ?? false }
        var pins: [ComponentName: PinOutcome] = [:]
        var unpinned = loose.compactMapValues(\.to)
        for component in loose.keys where declarations[component]?.takesDigest == false {
            pins[component] = .noPlace
            unpinned[component] = nil
        }
        let answers = try digests(of: unpinned, for: target.name, in: observation)
        for (component, artifact) in unpinned.sorted(by: { $0.key < $1.key }) {
            switch answers[component] ?? .unknown("nobody was asked") {
            case .known(let digest, let source):
                pins[component] = .pinned(digest, from: source)
                wanted[component] = wanted[component].map { change in
                    Promotion.Change(
                        component: component, from: change.from,
                        to: Artifact(
                            kind: artifact.kind, repository: artifact.repository, tag: artifact.tag, digest: digest),
                        supersedes: change.supersedes, place: change.place)
                }
            case .unknown(let reason):
                guard !required.contains(component) else {
                    throw Refusal(
                        .badInput, "\(component) cannot be pinned: \(reason)",
                        hint: "write the digest beside the tag where it arrives first, or leave \(component) out")
                }
                pins[component] = .unknown(reason)
            }
        }
        let changed = wanted.values.filter { $0.from != $0.to }
        return (changed.sorted { $0.component < $1.component }, pins)
    }

    /// What the fleet knows of `artifacts`; the whole history is read only for what nothing nearer tells.
    private borrowing func digests(
        of artifacts: [ComponentName: Artifact], for home: EnvironmentName, in observation: Observation
    ) throws(Refusal) -> [ComponentName: DigestAnswer] {
        guard !artifacts.isEmpty, let tip = ObjectID(hex: observation.basis) else { return [:] }
        do {
            let history = try LedgerWalk.knownHistory(
                of: observation.environments.map(\.name), from: tip, in: repository
            ).history
            var resolver = KnownDigests(observation, history: history, for: home)
            var answers = artifacts.mapValues(resolver.digest)
            if answers.values.contains(where: { if case .unknown = $0 { true } else { false } }) {
                try resolver.addHistory(of: observation, by: reader, in: repository)
                answers = artifacts.mapValues(resolver.digest)
            }
            return answers
        } catch {
            throw Refusal(any: error)
        }
    }
}
