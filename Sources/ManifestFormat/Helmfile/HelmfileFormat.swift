import PromotionModel
import YAMLSource

/// Helmfiles: the charts and values of releases, values of environments, and helmfiles of other repositories.
package struct HelmfileFormat: Format {
    package static let name = "helmfile"

    package static var files: FileNames {
        FileNames(suffixes: FileNames.yaml.suffixes, names: ["helmfile.yaml.gotmpl", "helmfile.gotmpl"])
    }

    package func recognizes(_ document: ManifestDocument) -> Bool {
        let root = document.root
        guard root.kind == .mapping, document.kind == nil, document.apiVersion == nil else { return false }
        let isNamed = document.file.text.hasPrefix("helmfile") || document.file.path.contains("helmfile.d/")
        if isNamed { return ["releases", "environments", "helmfiles"].contains { root[$0] != nil } }
        return root["releases"]?.items.first { _ in true }?["chart"] != nil
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        let root = document.root
        var slots = (root["releases"]?.items.map(\.self) ?? []).flatMap(Self.slots(inRelease:))
        for (name, environment) in root["environments"]?.mergedPairs ?? [] where !environment.isAlias {
            slots += Self.slots(inValues: environment["values"], owner: name.text ?? "")
        }
        slots += (root["helmfiles"]?.items.map(\.self) ?? []).compactMap { RemoteBase.slot($0["path"] ?? $0) }
        return slots
    }

    private static func slots(inRelease release: YAMLNode) -> [ArtifactSlot] {
        guard !release.isAlias, release.kind == .mapping else { return [] }
        let owner = release["name"]?.text ?? ""
        return (chart(of: release, owner: owner).map { [$0] } ?? [])
            + slots(inValues: release["values"], owner: owner)
            + HelmParameters.slots(in: release["set"], owner: owner)
    }

    /// `chart` and `version`; a chart in the repository itself has its version there.
    private static func chart(of release: YAMLNode, owner: String) -> ArtifactSlot? {
        guard let chart = release["chart"], chart.isDeclared else { return nil }
        if let text = chart.text {
            if let range = RemoteBase.revision(in: text) {
                return ArtifactSlot(name: owner, kind: .git, layout: .address(chart, revision: range))
            }
            guard !text.hasPrefix("."), !text.hasPrefix("/"), text.contains("/") else { return nil }
        }
        return ArtifactSlot(
            name: owner, kind: .chart,
            layout: .fields(
                ArtifactSlot.Fields(
                    mapping: release, keys: ArtifactSlot.Fields.Keys(tag: "version", digest: nil), repository: chart,
                    tag: release["version"].flatMap { $0.isOneValue ? $0 : nil }, digest: nil)))
    }

    /// A list of values: names of files, or the values themselves.
    private static func slots(inValues list: YAMLNode?, owner: String) -> [ArtifactSlot] {
        guard let list, !list.isAlias else { return [] }
        return list.items.filter { $0.kind == .mapping && !$0.isAlias && !$0.isTemplate }.flatMap {
            HelmValuesFormat.slots(in: $0, owner: owner)
        }
    }
}
