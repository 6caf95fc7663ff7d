import PromotionModel
import YAMLSource

/// Definitions of Helm charts: the charts that they depend on.
package struct HelmChartFormat: Format {
    package static let name = "helm-chart"

    private static let fileNames: Set<String> = ["Chart.yaml", "requirements.yaml"]

    package func recognizes(_ document: ManifestDocument) -> Bool {
        Self.fileNames.contains(document.file.text) && document.kind == nil && document.root.kind == .mapping
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        (document.root["dependencies"]?.items.map(\.self) ?? []).compactMap { dependency in
            guard !dependency.isAlias, let name = dependency["name"], name.isDeclared,
                let version = dependency["version"], version.isDeclared,
                // A chart in the same repository has its version there.
                let repository = dependency["repository"]?.text, !repository.isEmpty, !repository.hasPrefix("file:")
            else { return nil }
            return ArtifactSlot(
                name: dependency["alias"]?.text ?? name.text ?? "", kind: .chart,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: dependency, keys: ArtifactSlot.Fields.Keys(tag: "version", digest: nil),
                        repository: name, tag: version, digest: nil)))
        }
    }
}
