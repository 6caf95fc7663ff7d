import YAMLSource

/// The built-in Kubernetes workloads, alone or in a `List`.
package struct KubernetesFormat: Format {
    package static let name = "kubernetes"

    /// The path from the object to the pod's specification, by kind.
    static let podPaths: [String: [String]] = [
        "Pod": ["spec"],
        "PodTemplate": ["template", "spec"],
        "Deployment": ["spec", "template", "spec"],
        "StatefulSet": ["spec", "template", "spec"],
        "DaemonSet": ["spec", "template", "spec"],
        "ReplicaSet": ["spec", "template", "spec"],
        "ReplicationController": ["spec", "template", "spec"],
        "Job": ["spec", "template", "spec"],
        "CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
    ]

    /// API groups that have these kinds; other groups use the same names for other things.
    static func isBuiltIn(apiVersion: String) -> Bool {
        guard let slash = apiVersion.firstIndex(of: "/") else { return apiVersion == "v1" }
        return ["apps", "batch", "extensions"].contains(apiVersion[..<slash])
    }

    package func recognizes(_ document: ManifestDocument) -> Bool {
        guard let kind = document.kind, let version = document.apiVersion else { return false }
        return Self.isBuiltIn(apiVersion: version) && (Self.podPaths[kind] != nil || kind.hasSuffix("List"))
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        guard let kind = document.kind else { return [] }
        guard kind.hasSuffix("List") else { return Self.slots(inObject: document.root, kind: kind) }
        // The kind of a typed list's items may be left to the list's own: `DeploymentList`.
        let itemKind = String(kind.dropLast(4))
        guard let items = document.root["items"], items.kind == .sequence else { return [] }
        return items.items.flatMap { item in
            let version = item["apiVersion"]?.text
            guard version.map(Self.isBuiltIn) ?? true else { return [ArtifactSlot]() }
            return Self.slots(inObject: item, kind: item["kind"]?.text ?? itemKind)
        }
    }

    private static func slots(inObject object: YAMLNode, kind: String) -> [ArtifactSlot] {
        guard let path = podPaths[kind] else { return [] }
        var pod: YAMLNode? = object
        for key in path { pod = pod?[key] }
        guard let pod else { return [] }
        let metadata = object["metadata"]
        let owner = metadata?["name"]?.text ?? metadata?["generateName"]?.text ?? ""
        return ["initContainers", "containers", "ephemeralContainers"].flatMap { list in
            slots(inContainers: pod[list], owner: "\(kind)/\(owner)")
        }
    }

    private static func slots(inContainers list: YAMLNode?, owner: String) -> [ArtifactSlot] {
        guard let list else { return [] }
        if list.isTemplate { return [ArtifactSlot(name: owner, layout: .reference(list))] }
        return list.items.enumerated().compactMap { index, container in
            if container.isTemplate { return ArtifactSlot(name: owner, layout: .reference(container)) }
            guard let image = container["image"], image.isOneValue, !image.isNull, image.text != "" else {
                return nil
            }
            let name = container["name"]?.text ?? "\(index)"
            return ArtifactSlot(name: "\(owner)/\(name)", layout: .reference(image))
        }
    }
}
