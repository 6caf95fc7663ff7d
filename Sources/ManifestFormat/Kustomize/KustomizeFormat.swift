import PromotionModel
import YAMLSource

/// Kustomizations, kustomize components and built-in plugins: images, remote bases, charts, and images in patches.
package struct KustomizeFormat: Format {
    package static let name = "kustomize"

    /// The file names that kustomize looks for.
    private static let fileNames: Set<String> = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    package func recognizes(_ document: ManifestDocument) -> Bool {
        guard document.root.kind == .mapping else { return JSONPatch.isPatch(document.root) }
        if let group = document.group { return group == "kustomize.config.k8s.io" || Self.isPlugin(document) }
        return Self.fileNames.contains(document.file.text)
    }

    private static func isPlugin(_ document: ManifestDocument) -> Bool {
        document.apiVersion == "builtin"
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        let root = document.root
        if root.kind == .sequence { return JSONPatch.slots(in: root, target: "") }
        return Self.isPlugin(document) ? Self.slots(inPlugin: root) : Self.slots(inKustomization: root)
    }

    private static func slots(inKustomization root: YAMLNode) -> [ArtifactSlot] {
        var slots = KustomizeImages.slots(in: root["images"])
        for field in ["resources", "bases", "components", "crds"] {
            slots += (root[field]?.items.map(\.self) ?? []).compactMap(RemoteBase.slot)
        }
        slots += (root["helmCharts"]?.items.map(\.self) ?? []).flatMap(Self.slots(inChart:))
        slots += (root["helmChartInflationGenerator"]?.items.map(\.self) ?? []).flatMap(Self.slots(inChart:))
        slots += InlinePatches.slots(in: root["patches"])
        slots += InlinePatches.slots(in: root["patchesJson6902"])
        slots += InlinePatches.slots(in: root["patchesStrategicMerge"])
        for field in ["generators", "transformers"] {
            for plugin in root[field]?.items.map(\.self) ?? [] where plugin.text?.utf8.contains(0x0A) == true {
                slots += EmbeddedSlots.slots(in: plugin, owner: "") { Self.slots(inPlugin: $0) }
            }
        }
        return slots
    }

    private static func slots(inPlugin root: YAMLNode) -> [ArtifactSlot] {
        switch root["kind"]?.text {
        case "HelmChartInflationGenerator": slots(inChart: root)
        case "ImageTagTransformer":
            root["imageTag"].flatMap { KustomizeImages.slot(of: $0, owner: "") }.map { [$0] } ?? []
        case "PatchTransformer", "PatchStrategicMergeTransformer":
            InlinePatches.slots(ofItem: root) + InlinePatches.slots(in: root["patches"])
        case "PatchJson6902Transformer":
            (root["jsonOp"].map {
                InlinePatches.slots(ofPatch: $0, target: InlinePatches.target(root["target"]), owner: "")
            })
                ?? []
        default: []
        }
    }

    /// A chart that kustomize renders, with the values that stand with it.
    private static func slots(inChart chart: YAMLNode) -> [ArtifactSlot] {
        guard !chart.isAlias, let name = chart["name"] ?? chart["chartName"], name.isDeclared else { return [] }
        let owner = [chart["releaseName"], name].lazy.compactMap { $0?.text }.first { !$0.isEmpty } ?? ""
        let key = chart["chartVersion"] == nil ? "version" : "chartVersion"
        let version = chart[key].flatMap { $0.isOneValue ? $0 : nil }
        let slot = ArtifactSlot(
            name: owner, kind: .chart,
            layout: .fields(
                ArtifactSlot.Fields(
                    mapping: chart, keys: ArtifactSlot.Fields.Keys(tag: key, digest: nil), repository: name,
                    tag: version, digest: nil)))
        // A chart without version and repository lies in the repository itself.
        let isLocal =
            version == nil && chart["repo"] == nil && chart["chartRepo"] == nil && chart["chartRepoUrl"] == nil
        return (isLocal ? [] : [slot])
            + (chart["valuesInline"].map { HelmValuesFormat.slots(in: $0, owner: owner) } ?? [])
    }
}

/// A base in another repository: `https://host/org/repo//path?ref=v1`.
enum RemoteBase {
    /// The revision that `node`, an item of `resources`, names; `nil` for files and addresses without one.
    static func slot(_ node: YAMLNode) -> ArtifactSlot? {
        guard !node.isAlias, let text = node.text, let range = revision(in: text) else { return nil }
        let address = text.prefix { $0 != "?" }
        var name = address[...]
        if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
        if name.hasPrefix("git@") { name = name.dropFirst(4) }
        return ArtifactSlot(name: String(name), kind: .git, layout: .address(node, revision: range))
    }

    /// The bytes of the value of `ref` or `version` among the parameters of `text`.
    static func revision(in text: String) -> Range<Int>? {
        let bytes = Array(text.utf8)
        guard let question = bytes.firstIndex(of: UInt8(ascii: "?")), question > 0 else { return nil }
        for parameter in bytes[(question + 1)...].split(separator: UInt8(ascii: "&")) {
            for key in ["ref=", "version="] where parameter.starts(with: key.utf8) && parameter.count > key.utf8.count {
                return parameter.startIndex + key.utf8.count..<parameter.endIndex
            }
        }
        return nil
    }
}
