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

    /// The API group, empty for the core one; `nil` for a document without `apiVersion`.
    package var group: Substring? {
        apiVersion.map { version in version.firstIndex(of: "/").map { version[..<$0] } ?? "" }
    }

    /// Whether the document is a mapping that says of what kind it is.
    package var isObject: Bool {
        kind != nil && apiVersion != nil
    }
}
