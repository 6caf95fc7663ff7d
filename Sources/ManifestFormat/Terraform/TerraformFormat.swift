import PromotionModel
import YAMLSource

/// Definitions of variables for Terraform and OpenTofu, `*.tfvars` and `*.tfvars.json`.
///
/// Images have the shapes of Helm values, see ``ImageShapes``; the tag of an image that is named elsewhere stands alone.
package struct TerraformFormat: Format {
    package static let name = "terraform"

    package static let files = FileNames(suffixes: [".tfvars", ".tfvars.json"])

    package func recognizes(_ document: ManifestDocument) -> Bool {
        Self.files.contains(document.file) && document.root.kind == .mapping
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        var walk = ImageWalk()
        walk.walk(document.root)
        let taken = Set(walk.slots.flatMap(\.valueRanges))
        return walk.slots + Self.tags(in: document.root, path: "").filter { taken.isDisjoint(with: $0.valueRanges) }
    }

    /// Tags whose images stand elsewhere: `image_tag` and `web_image_tag`, called by their keys.
    private static func tags(in node: YAMLNode, path: String) -> [ArtifactSlot] {
        node.mergedPairs.flatMap { pair -> [ArtifactSlot] in
            guard let key = pair.key.text else { return [] }
            let place = path.isEmpty ? key : "\(path).\(key)"
            guard pair.value.isOneValue else { return tags(in: pair.value, path: place) }
            guard isTag(key), pair.value.isDeclared else { return [] }
            return [
                ArtifactSlot(
                    name: place, kind: .version,
                    layout: .fields(
                        ArtifactSlot.Fields(
                            mapping: node, keys: ArtifactSlot.Fields.Keys(tag: key, digest: nil), name: .given(key),
                            tag: pair.value, digest: nil)))
            ]
        }
    }

    private static func isTag(_ key: String) -> Bool {
        ["image_tag", "imageTag", "image_version", "imageVersion"].contains { ending in
            key == ending || key.hasSuffix("_" + ending)
                || key.hasSuffix(ending.prefix(1).uppercased() + ending.dropFirst())
        }
    }
}
