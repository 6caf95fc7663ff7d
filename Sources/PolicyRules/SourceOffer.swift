import PromotionModel

/// What a source environment has and had, by content: who asks for one artifact does not go through all.
struct SourceOffer {
    /// What two references have in common that mean the same bytes.
    private enum Content: Hashable {
        case digest(Digest)
        /// Without a digest the whole text counts.
        case reference(Artifact)

        init(_ artifact: Artifact) {
            self = artifact.digest.map(Content.digest) ?? .reference(artifact)
        }
    }

    /// A name that never changes its meaning, where a contract says so.
    private struct Tag: Hashable {
        let kind: ArtifactKind
        let repository: String
        let tag: String

        init?(_ artifact: Artifact) {
            guard let tag = artifact.tag else { return nil }
            (kind, repository, self.tag) = (artifact.kind, artifact.repository, tag)
        }
    }

    private let recorded: [Content: [EnvironmentRecord.Component]]
    /// By the version that people read, of what has a tag.
    private let tagged: [Tag: [EnvironmentRecord.Component]]
    private let declared: Set<Content>
    /// By the digest that must not come back; of several holds the first by scope.
    private let rejections: [Digest: Hold]

    init(_ source: Facts.Source) {
        recorded = Dictionary(grouping: source.record?.components.values.map(\.self) ?? []) { Content($0.artifact) }
        var tagged: [Tag: [EnvironmentRecord.Component]] = [:]
        for component in source.record?.components.values.map(\.self) ?? [] {
            if let tag = Tag(component.artifact) { tagged[tag, default: []].append(component) }
        }
        self.tagged = tagged
        declared = Set(source.declarations.map { Content($0.artifact) })
        let holds = source.record?.holds.values.sorted { $0.scope < $1.scope } ?? []
        rejections = Dictionary(holds.compactMap { hold in hold.rejected.map { ($0, hold) } }) { first, _ in first }
    }

    /// What is recorded with the same content as `artifact`.
    func recorded(_ artifact: Artifact) -> [EnvironmentRecord.Component] {
        recorded[Content(artifact)] ?? []
    }

    /// What is recorded by the very tag of `artifact`, where one of the two has no digest to tell them apart.
    func recordedByTag(_ artifact: Artifact) -> [EnvironmentRecord.Component] {
        (Tag(artifact).flatMap { tagged[$0] } ?? []).filter { component in
            (component.artifact.digest == nil) != (artifact.digest == nil)
        }
    }

    /// Whether the same content as that of `artifact` is declared.
    func declares(_ artifact: Artifact) -> Bool {
        declared.contains(Content(artifact))
    }

    /// The hold that keeps `artifact` from coming back.
    func rejection(of artifact: Artifact) -> Hold? {
        artifact.digest.flatMap { rejections[$0] }
    }
}
