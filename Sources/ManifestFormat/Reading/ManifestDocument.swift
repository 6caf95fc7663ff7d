package import YAMLSource

/// One document of a manifest, with what most formats are known by looked up once.
package struct ManifestDocument: Sendable {
    package let root: YAMLNode
    package let file: FileName
    /// The text of `apiVersion`; `nil` where there is none.
    package let apiVersion: String?
    /// The text of `kind`; `nil` where there is none.
    package let kind: String?

    package init(_ root: YAMLNode, in file: FileName) {
        self.root = root
        self.file = file
        apiVersion = root["apiVersion"]?.text
        kind = root["kind"]?.text
    }

    /// An item of `list`, whose kind and version may be left to the list's own: `DeploymentList`.
    private init(_ root: YAMLNode, itemOf list: ManifestDocument) {
        self.root = root
        file = list.file
        let itemKind = list.kind.map { String($0.dropLast("List".count)) }
        apiVersion = root["apiVersion"]?.text ?? list.apiVersion
        kind = root["kind"]?.text ?? (itemKind?.isEmpty == false ? itemKind : nil)
    }

    /// The objects of a list, or of a template of OpenShift; `nil` for any other document.
    var items: [ManifestDocument]? {
        guard let kind, isObject else { return nil }
        if kind.hasSuffix("List"), let items = root["items"], items.kind == .sequence {
            return items.items.map { ManifestDocument($0, itemOf: self) }
        }
        if kind == "Template", group == "template.openshift.io" || apiVersion == "v1",
            let objects = root["objects"], objects.kind == .sequence
        {
            return objects.items.map { ManifestDocument($0, in: file) }
        }
        return nil
    }

    /// `Kind/name`, as components of objects are called.
    package var title: String {
        let metadata = root["metadata"]
        return "\(kind ?? "")/\(metadata?["name"]?.text ?? metadata?["generateName"]?.text ?? "")"
    }

    /// The API group, empty for the core one; `nil` for a document without `apiVersion`.
    package var group: Substring? {
        apiVersion.map { version in version.firstIndex(of: "/").map { version[..<$0] } ?? "" }
    }

    /// Whether the document is a mapping that says of what kind it is.
    package var isObject: Bool {
        kind != nil && apiVersion != nil
    }
}
