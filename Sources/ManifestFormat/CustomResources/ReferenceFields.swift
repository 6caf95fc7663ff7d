import PromotionModel
import YAMLSource

/// Fields of known custom resources that name artifacts under keys that say nothing of images.
enum ReferenceFields {
    /// What `document` declares besides what looks like an image.
    static func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        switch document.group {
        case "build.openshift.io", "image.openshift.io", "apps.openshift.io": openShift(document)
        case "tekton.dev": tekton(document)
        case "pkg.crossplane.io": crossplane(document)
        default: []
        }
    }

    /// `{kind: DockerImage, name: …}`, as build configurations and image streams refer to images.
    private static func openShift(_ document: ManifestDocument) -> [ArtifactSlot] {
        var slots: [ArtifactSlot] = []
        func walk(_ node: YAMLNode, path: String) {
            for (index, item) in node.items.enumerated() where !item.isAlias {
                walk(item, path: "\(path)[\(item["name"]?.text ?? "\(index)")]")
            }
            guard node.kind == .mapping else { return }
            if node["kind"]?.equals("DockerImage") == true, let name = node["name"], name.isDeclared {
                slots.append(ArtifactSlot(name: "\(document.title)/\(path)", layout: .reference(name)))
            }
            for (key, value) in node.pairs where !value.isAlias && value.kind != .scalar {
                // What a build makes is no declaration of what runs.
                guard let key = key.text, key != "output" else { continue }
                walk(value, path: path.isEmpty ? key : "\(path).\(key)")
            }
        }
        if let spec = document.root["spec"] { walk(spec, path: "") }
        return slots
    }

    /// Bundles and git resolvers: `taskRef: {resolver: bundles, params: [{name: bundle, value: …}]}`.
    private static func tekton(_ document: ManifestDocument) -> [ArtifactSlot] {
        var slots: [ArtifactSlot] = []
        func walk(_ node: YAMLNode, owner: String) {
            for item in node.items where !item.isAlias {
                let name = item["name"]?.text ?? ""
                walk(item, owner: name.isEmpty ? owner : "\(owner)/\(name)")
            }
            guard node.kind == .mapping else { return }
            for (key, value) in node.pairs where !value.isAlias && value.kind != .scalar {
                if key.equals("taskRef") || key.equals("pipelineRef") {
                    if let slot = slot(ofReference: value, owner: owner) { slots.append(slot) }
                }
                walk(value, owner: owner)
            }
        }
        if let spec = document.root["spec"] { walk(spec, owner: document.title) }
        return slots.filter { !$0.isSubstituted }
    }

    private static func slot(ofReference reference: YAMLNode, owner: String) -> ArtifactSlot? {
        if let bundle = reference["bundle"], bundle.isDeclared {
            return ArtifactSlot(name: owner, kind: .oci, layout: .reference(bundle))
        }
        func parameter(_ name: String) -> (mapping: YAMLNode, value: YAMLNode)? {
            guard let item = reference["params"]?.items.first(where: { $0["name"]?.equals(name) == true }),
                let value = item["value"], value.isDeclared
            else { return nil }
            return (item, value)
        }
        switch reference["resolver"]?.text {
        case "bundles":
            return parameter("bundle").map { ArtifactSlot(name: owner, kind: .oci, layout: .reference($0.value)) }
        case "git":
            guard let url = parameter("url"), let revision = parameter("revision") else { return nil }
            return ArtifactSlot(
                name: owner, kind: .git,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: revision.mapping, keys: ArtifactSlot.Fields.Keys(tag: "value", digest: nil),
                        repository: url.value, tag: revision.value, digest: nil)))
        default: return nil
        }
    }

    /// `spec.package` of providers, configurations and functions.
    private static func crossplane(_ document: ManifestDocument) -> [ArtifactSlot] {
        guard let package = document.root["spec"]?["package"], package.isDeclared else { return [] }
        return [ArtifactSlot(name: document.title, kind: .oci, layout: .reference(package))]
    }
}
