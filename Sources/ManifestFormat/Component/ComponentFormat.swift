package import YAMLSource

/// The native manifest: `kind: Component` of `towpath.dev/v1`.
package enum ComponentFormat: Format {
    package static let name = "component"

    package static func recognizes(_ document: YAMLNode, in file: FileName) -> Bool {
        guard document.kind == .mapping, document["kind"]?.equals("Component") == true else { return false }
        return document["apiVersion"]?.text?.hasPrefix("towpath.dev/") == true
    }

    package static func slots(in document: YAMLNode) -> [ArtifactSlot] {
        guard let artifact = document["spec"]?["artifact"], !artifact.isNull else { return [] }
        let name = document["metadata"]?["name"]?.text ?? ""
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
