import YAMLSource

/// Lists of images as kustomize has them, in kustomizations and in what hands them on to kustomize.
enum KustomizeImages {
    /// The images of `list`: items with `newName`, `newTag` or `digest`; `owner` stands before each name.
    static func slots(in list: YAMLNode?, owner: String = "") -> [ArtifactSlot] {
        guard let list else { return [] }
        if list.isTemplate { return [ArtifactSlot(name: owner, layout: .reference(list))] }
        return list.items.compactMap { slot(of: $0, owner: owner) }
    }

    /// One image of a list.
    static func slot(of image: YAMLNode, owner: String) -> ArtifactSlot? {
        if image.isTemplate { return ArtifactSlot(name: owner, layout: .reference(image)) }
        guard image.kind == .mapping, let name = image["name"], name.isTemplate || name.text?.isEmpty == false
        else { return nil }
        let newName = image["newName"].flatMap { $0.isOneValue && !$0.isNull ? $0 : nil }
        let tag = image["newTag"].flatMap { $0.isOneValue ? $0 : nil }
        let digest = image["digest"].flatMap { $0.isOneValue ? $0 : nil }
        guard newName != nil || tag != nil || digest != nil else { return nil }
        let component = name.text ?? ""
        return ArtifactSlot(
            name: owner.isEmpty ? component : "\(owner)/\(component)",
            layout: .fields(
                ArtifactSlot.Fields(
                    mapping: image, keys: ArtifactSlot.Fields.Keys(tag: "newTag", digest: "digest"),
                    repository: newName ?? name, tag: tag, digest: digest)))
    }
}
