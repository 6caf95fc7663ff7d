import YAMLSource

/// Kubernetes custom resources: containers and images wherever the resource's schema has them.
///
/// No schema is needed: lists called `containers`, `steps` or `sidecars` and the customary ``ImageShapes`` are the same
/// in Tekton, Knative, Argo Workflows and Rollouts, OpenShift and most operators. What only looks like a declaration,
/// such as a policy's pattern, is left out by API group.
package struct CustomResourceFormat: Format {
    package static let name = "custom-resource"

    package static let files = FileNames.objects

    /// API groups, or their last parts, whose objects name images and deploy none: schemas, patterns, scans.
    private static let silentGroups = [
        "apiextensions.k8s.io", "admissionregistration.k8s.io", "kyverno.io", "gatekeeper.sh", "policies.kubewarden.io",
        "image.toolkit.fluxcd.io", "external-secrets.io", "externaldata.gatekeeper.sh", "policy.sigstore.dev",
    ]

    package func recognizes(_ document: ManifestDocument) -> Bool {
        guard document.kind != nil, let group = document.group, group.utf8.contains(UInt8(ascii: ".")) else {
            return false
        }
        return !Self.silentGroups.contains { group == $0 || group.hasSuffix("." + $0) }
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        let group = document.group ?? ""
        var walk = ImageWalk(namesItems: true, ignoresTemplates: group == "argoproj.io")
        for (key, value) in document.root.mergedPairs {
            guard let key = key.text, !["apiVersion", "kind", "metadata", "status"].contains(key) else { continue }
            // The specification is where everything is: it needs no name.
            walk.walk(
                value, at: ImageWalk.Position(owner: document.title, path: key == "spec" ? "" : key, key: key))
        }
        return walk.slots + ReferenceFields.slots(in: document)
    }
}
