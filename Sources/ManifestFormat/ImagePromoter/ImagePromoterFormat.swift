import PromotionModel
import YAMLSource

/// Manifests of the Kubernetes image promoter: for each image a map of digests to their tags.
///
/// The map grows: a promotion adds a digest with its tags, and takes none away. So every tag of every digest is an
/// artifact of its own, and a component never gets another one.
package struct ImagePromoterFormat: Format {
    package static let name = "image-promoter"

    package func recognizes(_ document: ManifestDocument) -> Bool {
        guard document.kind == nil else { return false }
        let images = document.root.kind == .sequence ? document.root : document.root["images"]
        guard let images, images.kind == .sequence else { return false }
        return images.items.first { _ in true }?["dmap"] != nil
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        let images = document.root.kind == .sequence ? document.root : document.root["images"]
        return (images?.items.map(\.self) ?? []).flatMap { image -> [ArtifactSlot] in
            guard !image.isAlias, let name = image["name"], name.isDeclared, let text = name.text,
                let map = image["dmap"], !map.isAlias
            else { return [] }
            return map.pairs.flatMap { Self.slots(ofDigest: $0.key, tags: $0.value, image: name, text) }
        }
    }

    private static func slots(
        ofDigest digest: YAMLNode, tags: YAMLNode, image: YAMLNode, _ name: String
    ) -> [ArtifactSlot] {
        let list = tags.kind == .sequence ? Array(tags.items) : [tags]
        let declared = list.filter { $0.kind == .scalar && $0.isDeclared }
        guard !declared.isEmpty else {
            let short = (digest.text ?? "").drop { $0 != ":" }.dropFirst().prefix(12)
            return [
                ArtifactSlot(
                    name: "\(name)@\(short)", layout: .entry(name: image, digest: digest, tags: tags, tag: nil))
            ]
        }
        return declared.map { tag in
            ArtifactSlot(
                name: "\(name):\(tag.text ?? "")", layout: .entry(name: image, digest: digest, tags: tags, tag: tag))
        }
    }
}
