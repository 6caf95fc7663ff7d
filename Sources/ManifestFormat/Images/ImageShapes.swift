import YAMLSource

/// The shapes in which people write images where no schema says how: values of charts, custom resources.
enum ImageShapes {
    /// The image that `mapping`, under `key`, is as a whole: `{registry, repository, tag, digest}` and its like.
    ///
    /// With `version` and no tag it is a chart, with a scheme in `repository` an address.
    static func image(in mapping: YAMLNode, under key: String) -> ArtifactSlot.Layout? {
        guard let name = repository(in: mapping, under: key) else { return nil }
        let (tagKey, tag) = first(ImageKeys.tags, of: mapping)
        let (digestKey, digest) = first(ImageKeys.digests, of: mapping)
        let isImage = tag != nil || digest != nil || mapping["pullPolicy"] != nil || ImageKeys.isImage(key)
        let isChart = tag == nil && mapping["version"] != nil
        // A mapping that only merges another one declares nothing of its own.
        let isOwn = [name.repository, tag, digest].contains { $0?.isMerged == false }
        guard isImage, !isChart, isOwn else { return nil }
        return .fields(
            ArtifactSlot.Fields(
                mapping: mapping,
                keys: ArtifactSlot.Fields.Keys(tag: tagKey ?? "tag", digest: digestKey ?? "digest"),
                prefixes: name.prefixes, name: .node(name.repository), tag: tag, digest: digest))
    }

    /// `repository`, or `name` under a key of an image, with what belongs before it.
    private static func repository(
        in mapping: YAMLNode, under key: String
    ) -> (repository: YAMLNode, prefixes: [YAMLNode])? {
        let registry = [mapping["registry"]].compactMap(text)
        let name = part(in: mapping["name"])
        guard let repository = part(in: mapping["repository"]) else {
            // Anything may have a name; an image's stands beside its tag.
            guard let name, ImageKeys.isImage(key), mapping["repository"] == nil,
                ["tag", "digest", "pullPolicy"].contains(where: { mapping[$0] != nil })
            else { return nil }
            return (name, registry)
        }
        // An organisation and its image: `{repository: bitnami, image: kubectl}`.
        if let image = part(in: mapping["image"]), let text = image.text, !text.contains(where: { ":@/".contains($0) })
        {
            return (image, registry + [repository])
        }
        // Three parts: `registry/repository/name`.
        guard let name, mapping["registry"] != nil, ImageKeys.isImage(key) else { return (repository, registry) }
        return (name, registry + [repository])
    }

    private static func part(in node: YAMLNode?) -> YAMLNode? {
        guard let node = value(node), !node.isNull else { return nil }
        guard node.kind == .scalar else { return node }
        guard let text = node.text, !text.isEmpty, !text.contains("://") else { return nil }
        return node
    }

    /// The image that the string `value`, under `key` of `mapping`, names, alone or with a tag beside it.
    static func image(named value: YAMLNode, under key: String, in mapping: YAMLNode) -> ArtifactSlot.Layout? {
        let isImage = ImageKeys.isImage(key)
        guard isImage || ImageKeys.isImageName(key) || ImageKeys.isImageRepository(key), !value.isNull,
            mapping["repository"] == nil
        else { return nil }
        if value.isTemplate { return isImage ? .reference(value) : nil }
        guard let text = value.text, !text.isEmpty, !text.contains("://") else { return nil }
        if isComplete(text) { return .reference(value) }
        let siblings = ImageKeys.siblings(of: key)
        let (tagKey, tag) = first(siblings.tags, of: mapping)
        let (digestKey, digest) = first(siblings.digests, of: mapping)
        if let tagKey, let tag, !tag.isNull, tagKey.lowercased().hasSuffix("tag") || isVersion(tag) {
            let registry = [mapping["registry"], mapping["imageRegistry"]].compactMap(self.text).prefix(1)
            return .fields(
                ArtifactSlot.Fields(
                    mapping: mapping, keys: ArtifactSlot.Fields.Keys(tag: tagKey, digest: digestKey ?? "digest"),
                    prefixes: Array(registry), name: .node(value), tag: tag, digest: digest))
        }
        // A bare word without tag, digest or path may be anything: `image: base`, `image: true`.
        return isImage && text.contains("/") ? .reference(value) : nil
    }

    /// Whether `value` is an image by itself: it has a path, a tag or a digest, or is rendered from a template.
    static func names(_ value: YAMLNode) -> Bool {
        guard let text = value.text, !value.isTemplate else { return value.isTemplate }
        return !text.contains("://") && (text.contains("/") || isComplete(text))
    }

    /// The reference `text` without its tag and digest.
    static func name(of text: String) -> String {
        let name = text.prefix { $0 != "@" }
        let slash = name.lastIndex(of: "/") ?? name.startIndex
        return String(name[slash...].lastIndex(of: ":").map { name[..<$0] } ?? name)
    }

    /// Whether the reference `text` says which image it means, by tag or digest.
    static func isComplete(_ text: String) -> Bool {
        let name = text.utf8.lastIndex(of: UInt8(ascii: "/")).map { text[$0...] } ?? text[...]
        return name.utf8.contains(UInt8(ascii: ":")) || text.utf8.contains(UInt8(ascii: "@"))
    }

    /// Whether `text` is an image beyond doubt: it has a path and says which image it means.
    static func isFullReference(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "/")) && !text.contains("://") && isComplete(text) && text.isPlainWordText
    }

    /// Whether `node` is a version as images have: a digit first, perhaps behind a `v`.
    private static func isVersion(_ node: YAMLNode) -> Bool {
        if node.isTemplate { return true }
        let text = (node.text ?? "").utf8
        let first = text.first == UInt8(ascii: "v") ? text.dropFirst().first : text.first
        return first.map { (0x30...0x39).contains($0) } ?? false
    }

    /// The first of `keys` that `mapping` has a value for, and the value.
    private static func first(_ keys: [String], of mapping: YAMLNode) -> (key: String?, value: YAMLNode?) {
        var empty: (String?, YAMLNode?) = (nil, nil)
        for key in keys {
            guard let value = value(mapping[key]) else { continue }
            if !value.isNull, value.text != "" { return (key, value) }
            if empty.0 == nil { empty = (key, value) }
        }
        return empty
    }

    private static func value(_ node: YAMLNode?) -> YAMLNode? {
        guard let node, node.isOneValue else { return nil }
        return node
    }

    private static func text(_ node: YAMLNode?) -> YAMLNode? {
        guard let node = value(node), !node.isNull, node.text != "" else { return nil }
        return node
    }
}

extension String {
    /// Whether the text has no white space in it.
    fileprivate var isPlainWordText: Bool {
        !utf8.contains { $0 <= 0x20 }
    }
}
