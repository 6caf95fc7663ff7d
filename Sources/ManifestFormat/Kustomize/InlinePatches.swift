import YAMLSource

/// Patches of kustomize: objects to merge, or operations of JSON Patch, in the document or in a text that it holds.
enum InlinePatches {
    /// The images that the patches in `list` set; `owner` stands before each name.
    ///
    /// An item is a patch itself, or has it under `patch`, with what it is for under `target`.
    static func slots(in list: YAMLNode?, owner: String = "") -> [ArtifactSlot] {
        guard let list, !list.isAlias else { return [] }
        if list.kind == .scalar { return slots(ofPatch: list, target: "", owner: owner) }
        return list.items.flatMap { slots(ofItem: $0, owner: owner) }
    }

    /// The images that one item of such a list sets; the name of a file sets none here.
    static func slots(ofItem item: YAMLNode, owner: String = "") -> [ArtifactSlot] {
        guard !item.isAlias else { return [] }
        guard item.kind == .mapping else { return slots(ofPatch: item, target: "", owner: owner) }
        guard item["path"] == nil, let patch = item["patch"] ?? (item["kind"] == nil ? nil : item) else { return [] }
        return slots(ofPatch: patch, target: target(item["target"]), owner: owner, mayNameFile: false)
    }

    /// The images that the documents of one patch set.
    ///
    /// - Parameter mayNameFile: whether a text of one line that is no flow collection names a file instead.
    static func slots(
        ofPatch patch: YAMLNode, target: String, owner: String, mayNameFile: Bool = true
    ) -> [ArtifactSlot] {
        guard !patch.isAlias else { return [] }
        if patch.isTemplate, patch.text?.utf8.contains(0x0A) != true {
            return [ArtifactSlot(name: owner, layout: .reference(patch))]
        }
        if mayNameFile, let text = patch.text, !text.utf8.contains(0x0A), !text.hasPrefix("{"), !text.hasPrefix("[") {
            return []
        }
        guard patch.kind == .scalar else { return slots(ofDocument: patch, target: target, owner: owner) }
        return EmbeddedSlots.slots(in: patch, owner: owner) { document in
            slots(ofDocument: document, target: target, owner: owner)
        }
    }

    private static func slots(ofDocument document: YAMLNode, target: String, owner: String) -> [ArtifactSlot] {
        let prefix = owner.isEmpty ? "" : owner + "/"
        if document.kind == .sequence {
            let operations = JSONPatch.slots(in: document, target: target)
            return operations.map { ArtifactSlot(name: prefix + $0.name, kind: $0.kind, layout: $0.layout) }
        }
        let object = ManifestDocument(document, in: FileName(path: ""))
        let formats: [any Format] = [KubernetesFormat(), FluxFormat(), ArgoCDFormat(), CustomResourceFormat()]
        guard let format = formats.first(where: { $0.recognizes(object) }) else { return [] }
        // A text within a text has no place in the file.
        return format.slots(in: object).filter { $0.text == nil }.map {
            ArtifactSlot(name: prefix + $0.name, kind: $0.kind, layout: $0.layout)
        }
    }

    /// `Kind/name` of what a patch is for, as far as it says.
    static func target(_ target: YAMLNode?) -> String {
        [target?["kind"]?.text, target?["name"]?.text].compactMap(\.self).joined(separator: "/")
    }
}

/// Operations of JSON Patch (RFC 6902) that set images.
enum JSONPatch {
    /// Whether `document` is a list of operations.
    static func isPatch(_ document: YAMLNode) -> Bool {
        guard document.kind == .sequence, let first = document.items.first(where: { _ in true }) else { return false }
        return first["op"] != nil && first["path"]?.text?.hasPrefix("/") == true
    }

    /// The images that the operations of `document` add or replace, named by target and path.
    static func slots(in document: YAMLNode, target: String) -> [ArtifactSlot] {
        document.items.flatMap { operation -> [ArtifactSlot] in
            guard !operation.isAlias, ["add", "replace"].contains(operation["op"]?.text),
                let value = operation["value"],
                !value.isAlias, let path = operation["path"]?.text
            else { return [] }
            let keys = path.split(separator: "/").map {
                String($0).replacing("~1", with: "/").replacing("~0", with: "~")
            }
            guard let key = keys.last else { return [] }
            let owner = ([target] + keys).filter { !$0.isEmpty }.joined(separator: "/")
            if value.isOneValue {
                guard value.isDeclared, key == "image" || ImageKeys.isImage(key) && ImageShapes.names(value) else {
                    return []
                }
                return [ArtifactSlot(name: owner, layout: .reference(value))]
            }
            var walk = ImageWalk(namesItems: true)
            let list = key == "-" || key.allSatisfy(\.isNumber) ? keys.dropLast().last ?? "" : key
            let isItem = value.kind == .mapping && list != key
            walk.walk(
                value,
                at: ImageWalk.Position(
                    owner: owner, key: list, isContainer: isItem && ImageWalk.containerLists.contains(list)))
            return walk.slots
        }
    }
}
