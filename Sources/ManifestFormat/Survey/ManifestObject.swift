import PromotionModel
import YAMLSource

/// One object of a document: all of it, or an item of a `List`.
struct ManifestObject {
    let node: YAMLNode
    /// The kind, where there is a name too: together they title the object.
    let kind: String?
    let name: String?

    /// The objects of `document`, in order of appearance.
    static func objects(in document: YAMLNode) -> [ManifestObject] {
        guard let kind = scalar(document["kind"]), kind.hasSuffix("List"), document["apiVersion"] != nil,
            let items = document["items"], items.kind == .sequence
        else { return [ManifestObject(document, kind: scalar(document["kind"]))] }
        // The kind of a typed list's items may be left to the list's own: `DeploymentList`.
        let itemKind = kind == "List" ? nil : String(kind.dropLast(4))
        return items.items.map { ManifestObject($0, kind: scalar($0["kind"]) ?? itemKind) }
    }

    private init(_ node: YAMLNode, kind: String?) {
        self.node = node
        self.kind = kind
        let metadata = node["metadata"]
        name = Self.scalar(metadata?["name"]) ?? Self.scalar(metadata?["generateName"])
    }

    /// Whether kind and name stand in the title, and so are no settings.
    var isTitled: Bool {
        kind != nil && name != nil
    }

    /// `FILE#Kind/name`, or `FILE` where there is no kind or no name.
    func title(in file: String) -> String {
        guard let kind, let name else { return file.printable }
        return "\(file)#\(kind)/\(name)".printable
    }

    /// Whether the object is of the API group `apiGroup` or of a group below it.
    func isOf(_ apiGroup: String) -> Bool {
        Self.scalar(node["apiVersion"])?.split(separator: "/").first?.hasSuffix(apiGroup) ?? false
    }

    /// The text of a scalar that is neither null nor empty.
    static func scalar(_ node: YAMLNode?) -> String? {
        guard let node, node.kind == .scalar, !node.isNull, let text = node.text, !text.isEmpty else { return nil }
        return text
    }
}
