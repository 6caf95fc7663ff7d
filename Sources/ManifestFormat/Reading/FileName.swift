import YAMLSource

/// A manifest's path, for formats that files are known by.
package struct FileName: Hashable, Sendable {
    /// Path from the root of the repository.
    package let path: String
    /// The path's last segment.
    package let text: String

    package init(path: String) {
        self.path = path
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        text = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// How files of such a name are written; YAML where the name does not say.
    var syntax: SourceSyntax {
        if text.hasSuffix(".json") { return .json }
        return text.hasSuffix(".tfvars") ? .hcl : .yaml
    }
}

/// The files that may hold a format, told by their names.
package struct FileNames: Hashable, Sendable {
    /// How a name ends, with its dot.
    package let suffixes: [String]
    /// Whole names.
    package let names: Set<String>
    /// Whether the files are one line of text; others are written as their names say.
    package let isText: Bool

    package init(suffixes: [String] = [], names: Set<String> = [], isText: Bool = false) {
        self.suffixes = suffixes
        self.names = names
        self.isText = isText
    }

    /// What is YAML by its name.
    package static let yaml = FileNames(suffixes: [".yaml", ".yml"], names: ["Kustomization"])

    /// What may hold objects of an API: YAML, and JSON with a version of an API in it.
    package static let objects = FileNames(suffixes: yaml.suffixes + [".json"], names: yaml.names)

    /// Whether `file` is one of them.
    package func contains(_ file: FileName) -> Bool {
        suffixes.contains { file.text.hasSuffix($0) } || names.contains(file.text)
    }
}
