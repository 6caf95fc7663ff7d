import YAMLSource

/// Values of a chart given one by one: `- {name: image.tag, value: "1.2"}`.
enum HelmParameters {
    /// What one parameter is of an image.
    private enum Part {
        case registry, name, tag, digest

        static let words: [String: Part] = [
            "registry": .registry, "repository": .name, "name": .name, "tag": .tag, "digest": .digest, "sha": .digest,
            "imageTag": .tag, "image_tag": .tag, "imageDigest": .digest, "image_digest": .digest,
        ]
    }

    /// The parameters of one image.
    private struct Image {
        let stem: String
        /// Whether the parameters are called `imageTag`, not `image.tag`.
        let isFlat: Bool
        var parts: [Part: (item: YAMLNode, value: YAMLNode)] = [:]
    }

    /// The images that the parameters in `list` set; `owner` stands before each name.
    ///
    /// A tag without a repository beside it is of the image that the chart has there: it is called by the parameter,
    /// `image` for `image.tag`.
    static func slots(in list: YAMLNode?, owner: String) -> [ArtifactSlot] {
        guard let list, list.kind == .sequence else { return [] }
        var slots: [ArtifactSlot] = []
        var images: [Image] = []
        for item in list.items where !item.isAlias {
            guard let name = item["name"]?.text, let value = item["value"], value.isDeclared else { continue }
            let path = name.split(separator: ".").map(String.init)
            guard let last = path.last else { continue }
            if ImageKeys.isImage(last), ImageShapes.names(value) {
                slots.append(ArtifactSlot(name: "\(owner)/\(name)", layout: .reference(value)))
            } else if let part = Part.words[last] {
                var stem = path.dropLast().joined(separator: ".")
                let isFlat = last.hasPrefix("image")
                if isFlat { stem = stem.isEmpty ? "image" : stem + ".image" }
                guard ImageKeys.isImage(path.dropLast().last ?? "") || isFlat else { continue }
                let place = images.firstIndex { $0.stem == stem && $0.isFlat == isFlat } ?? images.count
                if place == images.count { images.append(Image(stem: stem, isFlat: isFlat)) }
                images[place].parts[part] = (item, value)
            }
        }
        return slots + images.compactMap { slot(of: $0, owner: owner) }
    }

    private static func slot(of image: Image, owner: String) -> ArtifactSlot? {
        guard let content = image.parts[.digest] ?? image.parts[.tag] ?? image.parts[.name] else { return nil }
        let tag = image.parts[.tag]?.value
        // Each part is the `value` of an item of its own, so that none can be added in another's mapping.
        return ArtifactSlot(
            name: "\(owner)/\(image.stem)",
            layout: .fields(
                ArtifactSlot.Fields(
                    mapping: content.item,
                    keys: ArtifactSlot.Fields.Keys(tag: "value", digest: image.parts[.digest] == nil ? nil : "value"),
                    prefixes: [image.parts[.registry]?.value].compactMap(\.self),
                    name: image.parts[.name].map { .node($0.value) } ?? .given(image.stem), tag: tag,
                    digest: image.parts[.digest]?.value)))
    }
}
