import PromotionModel
import YAMLSource

/// Objects of Flux: charts and values of releases, sources, and images of kustomizations.
package struct FluxFormat: Format {
    package static let name = "flux"

    package static let files = FileNames.objects

    package func recognizes(_ document: ManifestDocument) -> Bool {
        switch (document.group, document.kind) {
        case ("helm.toolkit.fluxcd.io", "HelmRelease"), ("helm.fluxcd.io", "HelmRelease"),
            ("source.toolkit.fluxcd.io", _), ("kustomize.toolkit.fluxcd.io", "Kustomization"):
            true
        default: false
        }
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        guard let spec = document.root["spec"], spec.kind == .mapping else { return [] }
        let owner = document.title
        switch document.kind {
        case "HelmRelease": return Self.release(spec, owner: owner)
        case "HelmChart": return Self.chart(spec, owner: owner)
        case "OCIRepository": return Self.repository(spec, kind: .oci, owner: owner)
        case "GitRepository": return Self.repository(spec, kind: .git, owner: owner)
        case "Kustomization":
            return KustomizeImages.slots(in: spec["images"], owner: owner)
                + InlinePatches.slots(in: spec["patches"], owner: owner)
        default: return []
        }
    }

    private static func release(_ spec: YAMLNode, owner: String) -> [ArtifactSlot] {
        var slots: [ArtifactSlot] = []
        if let chart = spec["chart"] {
            // The first version of the API has the chart's fields right there.
            slots += self.chart(chart["spec"] ?? chart, owner: owner)
        }
        if let values = spec["values"] { slots += HelmValuesFormat.slots(in: values, owner: owner) }
        for renderer in spec["postRenderers"]?.items.map(\.self) ?? [] {
            guard let kustomize = renderer["kustomize"] else { continue }
            slots += KustomizeImages.slots(in: kustomize["images"], owner: owner)
            slots += InlinePatches.slots(in: kustomize["patches"], owner: owner)
        }
        return slots
    }

    /// `chart` and `version`, `name` and `version` in the first API; a chart in a git repository has its version there.
    private static func chart(_ chart: YAMLNode, owner: String) -> [ArtifactSlot] {
        let source = chart["sourceRef"]?["kind"]?.text
        guard let name = [chart["chart"], chart["name"]].compactMap({ $0 }).first, name.isDeclared,
            source != "GitRepository", source != "Bucket", chart["git"] == nil
        else { return [] }
        let version = chart["version"].flatMap { $0.isOneValue ? $0 : nil }
        return [
            ArtifactSlot(
                name: owner, kind: .chart,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: chart, keys: ArtifactSlot.Fields.Keys(tag: "version", digest: nil), repository: name,
                        tag: version, digest: nil)))
        ]
    }

    /// `url`, and in `ref` what Flux would take: of several fields the first of these.
    private static func repository(_ spec: YAMLNode, kind: ArtifactKind, owner: String) -> [ArtifactSlot] {
        guard let url = spec["url"], url.isDeclared else { return [] }
        let fields = kind == .oci ? ["semver", "tag"] : ["commit", "name", "semver", "tag", "branch"]
        let reference = spec["ref"]
        func value(_ field: String) -> YAMLNode? {
            reference?[field].flatMap { $0.isDeclared ? $0 : nil }
        }
        let field = fields.first { value($0) != nil } ?? "tag"
        return [
            ArtifactSlot(
                name: owner, kind: kind,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: reference ?? spec,
                        keys: ArtifactSlot.Fields.Keys(tag: field, digest: kind == .oci ? "digest" : nil),
                        repository: url, tag: value(field), digest: kind == .oci ? value("digest") : nil)))
        ]
    }
}
