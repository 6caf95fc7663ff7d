/// Where files of a repository's own format declare artifacts: one kind of value in one kind of file.
package struct HouseFormat: Hashable, Sendable {
    /// The files; what they capture may stand in ``name`` and ``component``.
    package let files: [PathGlob]
    /// Where in each document the value stands; `nil` where the file is one line of text, which is the value.
    package let path: DocumentPath?
    /// The name of the artifact, whose version the value is; `nil` where the value is a whole reference.
    package let name: String?
    /// What the component is called; `nil` for ``name``, or else the value's place in the document.
    package let component: String?
    /// The key beside the value that holds the digest; `nil` for none.
    package let digest: String?
    package let kind: ArtifactKind
    /// Where the rule is written.
    package let place: Place

    package init(
        files: [PathGlob], path: DocumentPath?, name: String?, component: String?, digest: String?, kind: ArtifactKind,
        place: Place
    ) {
        self.files = files
        self.path = path
        self.name = name
        self.component = component
        self.digest = digest
        self.kind = kind
        self.place = place
    }

    /// Of the path of each file, beside its captures: its name without extension, its name, and its folder's.
    package static let pathWords = ["basename", "filename", "folder"]

    /// Endings that ``pathWords`` leaves out of `basename`.
    private static let extensions = [".yaml", ".yml", ".json", ".tfvars", ".txt"]

    /// What `{…}` stands for, in ``name`` and ``component``, for the file at `path`; `nil` for any other file.
    package func captures(of path: String) -> PathGlob.Captures? {
        guard let captured = files.lazy.compactMap({ $0.match(path) }).first else { return nil }
        let segments = path.split(separator: "/")
        let name = String(segments.last ?? "")
        let ending = Self.extensions.first { name.hasSuffix($0) && name != $0 } ?? ""
        return captured.merging([
            "basename": String(name.dropLast(ending.count)), "filename": name,
            "folder": segments.count > 1 ? String(segments[segments.count - 2]) : "",
        ]) { $1 }
    }
}
