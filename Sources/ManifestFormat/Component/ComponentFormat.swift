import YAMLSource

/// The native manifest: `kind: Component` of `towpath.dev/v1`.
package struct ComponentFormat: Format {
    package static let name = "component"

    package func recognizes(_ document: ManifestDocument) -> Bool {
        document.kind == "Component" && document.group == "towpath.dev"
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        guard let artifact = document.root["spec"]?["artifact"], !artifact.isNull else { return [] }
        let name = document.root["metadata"]?["name"]?.text ?? ""
        guard artifact.kind == .mapping, let repository = artifact["repository"], repository.kind == .scalar else {
            // Read as a reference, which it is not: a typing error must not look like a component that is gone.
            return [ArtifactSlot(name: name, layout: .reference(artifact))]
        }
        return [
            ArtifactSlot(
                name: name,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: artifact, keys: ArtifactSlot.Fields.Keys(tag: "version", digest: "digest"),
                        repository: repository, tag: artifact["version"], digest: artifact["digest"])))
        ]
    }
}
