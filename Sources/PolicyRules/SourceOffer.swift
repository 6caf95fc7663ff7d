import PromotionModel

/// What a source environment has and had, by content: who asks for one artifact does not go through all.
final class SourceOffer {
    /// That something is recorded in the source.
    struct Stay {
        let at: Timestamp
        let health: EnvironmentRecord.Health
        fileprivate let hasDigest: Bool

        fileprivate init(_ component: EnvironmentRecord.Component) {
            at = component.at
            health = component.health
            hasDigest = component.artifact.digest != nil
        }
    }

    private let source: Facts.Source
    /// What is recorded by the digest; of several with the same one any.
    private var byDigest: [Digest: Stay] = [:]
    /// The others of the same digest.
    private var more: [Digest: [Stay]] = [:]
    /// Without a digest the whole text counts.
    private var byReference: [Artifact: [Stay]] = [:]
    /// By the digest that must not come back; of several holds the first by scope.
    private let rejections: [Digest: Hold]

    init(_ source: Facts.Source) {
        self.source = source
        let holds = source.record?.holds.values.sorted { $0.scope < $1.scope } ?? []
        rejections = Dictionary(holds.compactMap { hold in hold.rejected.map { ($0, hold) } }) { first, _ in first }
        guard let components = source.record?.components.values else { return }
        byDigest.reserveCapacity(components.count)
        for component in components {
            let stay = Stay(component)
            if let digest = component.artifact.digest {
                if let other = byDigest.updateValue(stay, forKey: digest) { more[digest, default: []].append(other) }
            } else {
                byReference[component.artifact, default: []].append(stay)
            }
        }
    }

    /// By the name that never changes its meaning where a contract says so.
    private lazy var tagged: [TaggedName: [Stay]] = {
        var tagged: [TaggedName: [Stay]] = [:]
        for component in source.record?.components.values.map(\.self) ?? [] {
            if let tag = TaggedName(component.artifact) { tagged[tag, default: []].append(Stay(component)) }
        }
        return tagged
    }()

    private lazy var declared: (digests: Set<Digest>, references: Set<Artifact>) = {
        var declared: (digests: Set<Digest>, references: Set<Artifact>) = ([], [])
        for declaration in source.declarations {
            if let digest = declaration.artifact.digest {
                declared.digests.insert(digest)
            } else {
                declared.references.insert(declaration.artifact)
            }
        }
        return declared
    }()

    /// Hands over what is recorded with the same content as `artifact`.
    func forEachRecord(of artifact: Artifact, _ body: (Stay) -> Void) {
        guard let digest = artifact.digest else {
            byReference[artifact]?.forEach(body)
            return
        }
        if let stay = byDigest[digest] { body(stay) }
        if !more.isEmpty { more[digest]?.forEach(body) }
    }

    /// What is recorded by the very tag of `artifact`, where one of the two has no digest to tell them apart.
    func recordedByTag(_ artifact: Artifact) -> [Stay] {
        (TaggedName(artifact).flatMap { tagged[$0] } ?? []).filter { $0.hasDigest != (artifact.digest != nil) }
    }

    /// Whether the same content as that of `artifact` is declared.
    func declares(_ artifact: Artifact) -> Bool {
        artifact.digest.map(declared.digests.contains) ?? declared.references.contains(artifact)
    }

    /// The hold that keeps `artifact` from coming back.
    func rejection(of artifact: Artifact) -> Hold? {
        rejections.isEmpty ? nil : artifact.digest.flatMap { rejections[$0] }
    }
}
