import YAMLSource

/// Compose files, of Docker and Podman: the images of services.
package struct ComposeFormat: Format {
    package static let name = "compose"

    /// How names of compose files begin, those of overrides and stacks too: `docker-compose.prod.yml`.
    private static let beginnings = [
        "compose.", "docker-compose.", "docker-compose-", "podman-compose.", "docker-stack.",
    ]

    package func recognizes(_ document: ManifestDocument) -> Bool {
        let name = document.file.text
        guard Self.beginnings.contains(where: { name.hasPrefix($0) }) || name.contains(".compose.") else {
            return false
        }
        return document.kind == nil && document.root["services"]?.kind == .mapping
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        (document.root["services"]?.mergedPairs ?? []).compactMap { service, definition in
            // An override takes an image away with `!reset`.
            guard let name = service.text, let image = definition["image"], image.isDeclared, image.tag != "!reset"
            else {
                return nil
            }
            return ArtifactSlot(name: name, layout: .reference(image))
        }
    }
}
