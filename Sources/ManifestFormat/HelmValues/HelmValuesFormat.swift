import YAMLSource

/// Values of a Helm chart: images are wherever the chart's author put them, in a few customary shapes.
///
/// `repository` with `tag` or `digest` (and perhaps `registry`) in one mapping; `image:` as a string, perhaps with a
/// `tag:` beside it.
package struct HelmValuesFormat: Format {
    package static let name = "helm-values"

    package func recognizes(_ document: ManifestDocument) -> Bool {
        let root = document.root
        return root.kind == .mapping && root["kind"] == nil && root["apiVersion"] == nil
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        Self.slots(in: document.root)
    }

    /// The images in `values`, wherever they are kept.
    static func slots(in values: YAMLNode) -> [ArtifactSlot] {
        var slots: [ArtifactSlot] = []
        walk(values, path: "", key: "", into: &slots)
        return slots
    }

    private static func walk(_ node: YAMLNode, path: String, key: String, into slots: inout [ArtifactSlot]) {
        switch node.kind {
        case .scalar: return
        case .sequence:
            for (index, item) in node.items.enumerated() where !item.isAlias {
                walk(item, path: "\(path)[\(index)]", key: key, into: &slots)
            }
        case .mapping:
            if let slot = repositorySlot(node, path: path, key: key) {
                slots.append(slot)
            }
            // Of a key written twice the last value counts, as for every reader of values.
            for (name, value) in node.mergedPairs where !value.isMerged {
                guard let text = name.text, !value.isAlias else { continue }
                let below = path.isEmpty ? text : "\(path).\(text)"
                if value.isOneValue {
                    if let slot = imageSlot(value, key: text, in: node, path: below) { slots.append(slot) }
                } else {
                    walk(value, path: below, key: text, into: &slots)
                }
            }
        }
    }

    private static func value(_ node: YAMLNode?) -> YAMLNode? {
        guard let node, node.isOneValue else { return nil }
        return node
    }

    /// `{repository, tag, digest}`; with `version` and no `tag` it is a chart, with a scheme it is an address.
    private static func repositorySlot(_ mapping: YAMLNode, path: String, key: String) -> ArtifactSlot? {
        guard let repository = value(mapping["repository"]), !repository.isNull,
            repository.kind == .mapping || repository.text.map({ !$0.isEmpty && !$0.contains("://") }) == true
        else { return nil }
        let tag = value(mapping["tag"])
        let digest = value(mapping["digest"])
        let isChart = tag == nil && mapping["version"] != nil
        let isImage = tag != nil || digest != nil || mapping["pullPolicy"] != nil || isImageKey(key)
        // A mapping that only merges another one declares nothing of its own.
        let isOwn = [repository, tag, digest].contains { $0?.isMerged == false }
        guard isImage, !isChart, isOwn else { return nil }
        return ArtifactSlot(
            name: path.isEmpty ? "image" : path,
            layout: .fields(
                ArtifactSlot.Fields(
                    mapping: mapping, keys: ArtifactSlot.Fields.Keys(tag: "tag", digest: "digest"),
                    registry: value(mapping["registry"]).flatMap { $0.isNull || $0.text == "" ? nil : $0 },
                    repository: repository, tag: tag, digest: digest)))
    }

    private static func isImageKey(_ key: String) -> Bool {
        key == "image" || key.hasSuffix("Image") || key.hasSuffix("_image") || key.hasSuffix("-image")
    }

    /// `image: name:tag@digest`, or `image: name` with `tag:` beside it.
    private static func imageSlot(
        _ value: YAMLNode, key: String, in mapping: YAMLNode, path: String
    ) -> ArtifactSlot? {
        guard isImageKey(key), !value.isNull, mapping["repository"] == nil else { return nil }
        if value.isTemplate { return ArtifactSlot(name: path, layout: .reference(value)) }
        guard let text = value.text, !text.isEmpty, !text.contains("://") else { return nil }
        let name = text.utf8.lastIndex(of: UInt8(ascii: "/")).map { text[$0...] } ?? text[...]
        let isComplete = name.contains(":") || text.contains("@")
        if !isComplete, key == "image", let tag = self.value(mapping["tag"]), !tag.isNull {
            return ArtifactSlot(
                name: path,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: mapping, keys: ArtifactSlot.Fields.Keys(tag: "tag", digest: "digest"),
                        repository: value, tag: tag, digest: self.value(mapping["digest"]))))
        }
        // A bare word without tag, digest or path may be anything: `image: base`, `image: true`.
        guard isComplete || text.contains("/") else { return nil }
        return ArtifactSlot(name: path, layout: .reference(value))
    }
}
