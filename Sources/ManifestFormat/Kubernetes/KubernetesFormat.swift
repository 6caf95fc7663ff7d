import YAMLSource

/// The built-in Kubernetes workloads.
package struct KubernetesFormat: Format {
    package static let name = "kubernetes"

    package static let files = FileNames.objects

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
        return Self.podPaths[kind] != nil && Self.isBuiltIn(apiVersion: version)
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        guard let path = document.kind.flatMap({ Self.podPaths[$0] }) else { return [] }
        var pod: YAMLNode? = document.root
        for key in path { pod = pod?[key] }
        guard let pod else { return [] }
        return ["initContainers", "containers", "ephemeralContainers"].flatMap { list in
            Self.slots(inContainers: pod[list], owner: document.title)
        }
    }

    private static func slots(inContainers list: YAMLNode?, owner: String) -> [ArtifactSlot] {
        guard let list else { return [] }
        if list.isTemplate { return [ArtifactSlot(name: owner, layout: .reference(list))] }
        return list.items.enumerated().compactMap { index, container in
            if container.isTemplate { return ArtifactSlot(name: owner, layout: .reference(container)) }
            guard let image = container["image"], image.isDeclared else {
                return nil
            }
            let name = container["name"]?.text ?? "\(index)"
            return ArtifactSlot(name: "\(owner)/\(name)", layout: .reference(image))
        }
    }
}
