import YAMLSource

/// Finds the names of the secrets that an object refers to, or has made for it.
enum SecretNames {
    /// Adds the names in `object` to `names`.
    static func collect(from object: ManifestObject, into names: inout Set<String>) {
        if let kind = object.kind, let name = object.name, makesSecret(kind, object.node) {
            names.insert(name)
            insert(object.node["spec"]?["target"]?["name"], into: &names)
        }
        if object.kind == "Component", object.isOf("towpath.dev") {
            insertItems(of: object.node["spec"]?["secrets"], into: &names)
        }
        guard object.kind != "CustomResourceDefinition" else { return }
        walk(object.node, into: &names)
    }

    /// Objects from which a controller makes a Secret of the same name, and encrypted Secrets.
    private static func makesSecret(_ kind: String, _ node: YAMLNode) -> Bool {
        switch kind {
        case "ExternalSecret", "SealedSecret": true
        case "Secret": node["sops"].map { SecretScope.isSOPSMetadata($0, key: "sops") } ?? false
        default: false
        }
    }

    private static func walk(_ node: YAMLNode, into names: inout Set<String>) {
        switch node.kind {
        case .scalar: return
        case .sequence:
            for item in node.items { walk(item, into: &names) }
        case .mapping:
            if node["kind"]?.equals("Secret") == true, node["metadata"] == nil { insert(node["name"], into: &names) }
            for (key, value) in node.mergedPairs {
                if let text = key.text { refer(text, value, into: &names) }
                walk(value, into: &names)
            }
        }
    }

    private static func refer(_ key: String, _ value: YAMLNode, into names: inout Set<String>) {
        switch key {
        case "secretName": insert(value, into: &names)
        case "imagePullSecrets": insertItems(of: value, into: &names)
        case _ where key.hasSuffix("existingSecret") || key.hasSuffix("ExistingSecret"): insert(value, into: &names)
        case _ where ["secretRef", "SecretRef", "secretKeyRef", "SecretKeyRef"].contains(where: key.hasSuffix):
            insert(value["name"], into: &names)
        // A projected volume's source; elsewhere the key holds text, or the mapping has no name.
        case "secret": insert(value["name"], into: &names)
        default: break
        }
    }

    /// Items that are names, or mappings with one.
    private static func insertItems(of list: YAMLNode?, into names: inout Set<String>) {
        guard let list, list.kind == .sequence else { return }
        for item in list.items { insert(item.kind == .mapping ? item["name"] : item, into: &names) }
    }

    private static func insert(_ node: YAMLNode?, into names: inout Set<String>) {
        if let name = ManifestObject.scalar(node) { names.insert(name) }
    }
}
