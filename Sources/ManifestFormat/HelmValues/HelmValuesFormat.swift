import YAMLSource

/// Values of a Helm chart: images are wherever the chart's author put them, in a few customary shapes.
///
/// See ``ImageShapes``. The component's name is the path of the values.
package struct HelmValuesFormat: Format {
    package static let name = "helm-values"

    package static let files = FileNames(suffixes: [".yaml", ".yml", "values.json"], names: ["Kustomization"])

    package func recognizes(_ document: ManifestDocument) -> Bool {
        let root = document.root
        return root.kind == .mapping && root["kind"] == nil && root["apiVersion"] == nil
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        Self.slots(in: document.root)
    }

    /// The images in `values`, wherever they are kept; `owner` stands before each name.
    static func slots(in values: YAMLNode, owner: String = "") -> [ArtifactSlot] {
        var walk = ImageWalk()
        walk.walk(values, at: ImageWalk.Position(owner: owner))
        return walk.slots
    }
}
