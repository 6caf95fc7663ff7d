import YAMLSource

/// Which helmfiles may be given to helmfile.
///
/// A helmfile may name programs to run: hooks, its own helm, functions of templates. What comes from a repository is
/// never executed, so only a helmfile without any of it is rendered; one with templates could make such a field, and
/// is left alone but for the two expressions whose value is a plain name.
package enum HelmfileSafety {
    private static let refused: Set<String> = [
        "hooks", "helmBinary", "kustomizeBinary", "postRenderer", "postRendererArgs", "transformers", "jsonPatches",
        "strategicMergePatches", "forceNamespace", "dependencies", "bases", "helmfiles", "secrets",
    ]
    private static let harmless = [".Environment.Name", ".Release.Name"]

    /// Why the helmfile `bytes` at `path` is not given to helmfile; `nil` where it may be.
    package static func objection(to bytes: [UInt8], at path: String, in files: SourceFiles) -> String? {
        var text = String(decoding: bytes, as: UTF8.self)
        for expression in harmless {
            for form in ["{{ \(expression) }}", "{{\(expression)}}"] { text = text.replacing(form, with: "x") }
        }
        guard !text.contains("{{"), !path.hasSuffix(".gotmpl") else {
            return "it is a template, which could make helmfile run programs; the values of its releases alone are read"
        }
        let folder = RepositoryPath.folder(of: path)
        let documents: [YAMLNode]
        do {
            documents = try YAMLStream(bytes: Array(text.utf8)).documents
        } catch {
            return "it is no YAML: line \(error.line): \(error.message)"
        }
        for document in documents {
            if let field = refusedField(in: document, folder: folder) {
                return "\"\(field)\" can make helmfile run programs, or reach what is not in the repository"
            }
        }
        let start = folder.isEmpty ? "" : "\(folder)/"
        if files.paths.contains(where: { $0.hasPrefix(start) && $0.hasSuffix(".gotmpl") }) {
            return "there are templates (*.gotmpl) beside it, which could make helmfile run programs; not rendered"
        }
        return nil
    }

    /// The first field below `node` that is refused, or the first path that leads out of the repository.
    private static func refusedField(in node: YAMLNode, folder: String) -> String? {
        if let text = node.text {
            let leadsOut =
                text.hasPrefix("/") || text.hasPrefix("~")
                || (text.contains("..") && RepositoryPath.resolve(text, from: folder) == nil)
            return leadsOut ? String(text.prefix(80)) : text.contains("ref+") ? "ref+" : nil
        }
        for item in node.items {
            if let field = refusedField(in: item, folder: folder) { return field }
        }
        for (key, value) in node.mergedPairs {
            if let key = key.text, refused.contains(key) { return key }
            if let field = refusedField(in: value, folder: folder) { return field }
        }
        return nil
    }

    /// The name to give helmfile for `environment`: its own where the helmfile has no environment of that name.
    package static func environment(_ name: String, in bytes: [UInt8]) -> String {
        do {
            let documents = try YAMLStream(bytes: bytes).documents
            return documents.contains { $0["environments"]?[name] != nil } ? name : "default"
        } catch {
            return "default"
        }
    }
}
