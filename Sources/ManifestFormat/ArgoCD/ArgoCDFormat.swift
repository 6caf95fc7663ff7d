import PromotionModel
import YAMLSource

/// Applications of Argo CD, and the templates of application sets: charts, revisions of git, and images they set.
package struct ArgoCDFormat: Format {
    package static let name = "argocd"

    package static let files = FileNames.objects

    package func recognizes(_ document: ManifestDocument) -> Bool {
        document.group == "argoproj.io" && (document.kind == "Application" || document.kind == "ApplicationSet")
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        guard let spec = document.root["spec"], spec.kind == .mapping else { return [] }
        let owner = document.title
        guard document.kind == "ApplicationSet" else { return Self.slots(inApplication: spec, owner: owner) }
        let templates = [spec["template"]] + (spec["generators"]?.items.map(Self.template) ?? [])
        return templates.compactMap { $0?["spec"] }.flatMap { Self.slots(inApplication: $0, owner: owner) }
    }

    /// The template that a generator has of its own: `{list: {elements: …, template: …}}`.
    private static func template(of generator: YAMLNode) -> YAMLNode? {
        generator.pairs.lazy.compactMap { $0.value["template"] }.first
    }

    private static func slots(inApplication spec: YAMLNode, owner: String) -> [ArtifactSlot] {
        var slots: [ArtifactSlot] = []
        if let source = spec["source"] { slots += self.slots(inSource: source, owner: owner) }
        if let source = spec["sourceHydrator"]?["drySource"] { slots += self.slots(inSource: source, owner: owner) }
        guard let sources = spec["sources"], sources.kind == .sequence else { return slots }
        for (index, source) in sources.items.enumerated() {
            let name = ["name", "ref", "chart"].lazy.compactMap { source[$0]?.text }.first ?? "\(index)"
            slots += self.slots(inSource: source, owner: "\(owner)/\(name)")
        }
        return slots
    }

    private static func slots(inSource source: YAMLNode, owner: String) -> [ArtifactSlot] {
        var slots = revision(of: source, owner: owner).map { [$0] } ?? []
        if let helm = source["helm"] {
            slots += HelmParameters.slots(in: helm["parameters"], owner: owner)
            if let values = helm["values"] { slots += self.slots(inValues: values, owner: owner) }
            if let values = helm["valuesObject"] { slots += HelmValuesFormat.slots(in: values, owner: owner) }
        }
        if let kustomize = source["kustomize"] {
            slots += self.slots(inImages: kustomize["images"], owner: owner)
            slots += InlinePatches.slots(in: kustomize["patches"], owner: owner)
        }
        return slots
    }

    /// A chart at a version, or a repository at a revision.
    private static func revision(of source: YAMLNode, owner: String) -> ArtifactSlot? {
        let chart = source["chart"].flatMap { $0.isDeclared ? $0 : nil }
        guard let name = chart ?? source["repoURL"], name.isDeclared else { return nil }
        let kind: ArtifactKind =
            chart != nil ? .chart : name.text?.hasPrefix("oci://") == true ? .oci : .git
        return ArtifactSlot(
            name: owner, kind: kind,
            layout: .fields(
                ArtifactSlot.Fields(
                    mapping: source, keys: ArtifactSlot.Fields.Keys(tag: "targetRevision", digest: nil),
                    repository: name, tag: source["targetRevision"].flatMap { $0.isOneValue ? $0 : nil }, digest: nil)))
    }

    /// Values of a chart as text.
    private static func slots(inValues values: YAMLNode, owner: String) -> [ArtifactSlot] {
        EmbeddedSlots.slots(in: values, owner: owner) { document in
            HelmValuesFormat.slots(in: document, owner: owner)
        }
    }

    /// `name=newName:tag` and its shorter forms, as `kustomize edit set image` takes them.
    private static func slots(inImages list: YAMLNode?, owner: String) -> [ArtifactSlot] {
        guard let list, list.kind == .sequence else { return [] }
        return list.items.compactMap { image -> ArtifactSlot? in
            guard image.isDeclared, let text = image.text else { return nil }
            let equals = text.utf8.firstIndex(of: UInt8(ascii: "="))
            let start = equals.map { text.utf8.distance(from: text.startIndex, to: $0) + 1 } ?? 0
            let name = equals.map { String(text[..<$0]) } ?? ImageShapes.name(of: text)
            return ArtifactSlot(name: "\(owner)/\(name)", layout: .reference(image, from: start))
        }
    }
}
