import YAMLSource

/// The `images:` of a kustomization, or of a kustomize component.
package struct KustomizeFormat: Format {
    package static let name = "kustomize"

    /// The file names that kustomize looks for.
    private static let fileNames: Set<String> = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    package func recognizes(_ document: ManifestDocument) -> Bool {
        guard document.root.kind == .mapping else { return false }
        if let group = document.group { return group == "kustomize.config.k8s.io" }
        return Self.fileNames.contains(document.file.text)
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        KustomizeImages.slots(in: document.root["images"])
    }
}
