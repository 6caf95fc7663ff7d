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
        guard let images = document.root["images"] else { return [] }
        if images.isTemplate { return [ArtifactSlot(name: "", layout: .reference(images))] }
        return images.items.compactMap { image in
            if image.isTemplate { return ArtifactSlot(name: "", layout: .reference(image)) }
            guard image.kind == .mapping, let name = image["name"], name.isTemplate || name.text?.isEmpty == false
            else { return nil }
            let newName = image["newName"].flatMap { $0.isOneValue && !$0.isNull ? $0 : nil }
            let tag = image["newTag"].flatMap { $0.isOneValue ? $0 : nil }
            let digest = image["digest"].flatMap { $0.isOneValue ? $0 : nil }
            guard newName != nil || tag != nil || digest != nil else { return nil }
            return ArtifactSlot(
                name: name.text ?? "",
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: image, keys: ArtifactSlot.Fields.Keys(tag: "newTag", digest: "digest"),
                        repository: newName ?? name, tag: tag, digest: digest)))
        }
    }
}
