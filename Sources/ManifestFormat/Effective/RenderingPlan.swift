import YAMLSource

/// Which folders of an environment renderers are run over, told by what lies in them.
package struct RenderingPlan {
    /// Folders with a kustomization that no other one takes in.
    package private(set) var kustomizations: [String] = []
    /// Charts with the environment's own values files, in the order in which they are laid over each other.
    package private(set) var charts: [(folder: String, values: [String])] = []
    /// Files of helmfile.
    package private(set) var helmfiles: [String] = []
    /// Folders and files that the kustomizations take in, by the outermost kustomization.
    private var reach: [String: Set<String>] = [:]

    private static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
    /// Folders of a chart that hold no values of a release.
    private static let inner: Set<String> = ["templates", "charts", "ci", "crds", "files", "tests"]
    /// More folders than a kustomization takes in.
    private static let maximumReach = 10_000

    /// Looks at the files `claimed` of one environment.
    package init(claimed: [String], in files: SourceFiles) {
        findKustomizations(claimed, in: files)
        findCharts(claimed, in: files)
        helmfiles = claimed.filter { path in
            let name = FileName(path: path).text
            return name == "helmfile.yaml" || name == "helmfile.yaml.gotmpl" || name == "helmfile.yml"
        }
    }

    /// The outermost kustomization that the file at `path` belongs to; `nil` where none takes it in.
    package func kustomization(of path: String, in files: SourceFiles) -> String? {
        var folder = RepositoryPath.folder(of: path)
        while true {
            if Self.file(in: folder, files) != nil {
                return kustomizations.first { $0 == folder || reach[$0, default: []].contains(folder) }
                    ?? kustomizations.first { reach[$0, default: []].contains(path) }
            }
            if folder.isEmpty { return kustomizations.first { reach[$0, default: []].contains(path) } }
            folder = RepositoryPath.folder(of: folder)
        }
    }

    /// The path of the kustomization in `folder`.
    package static func file(in folder: String, _ files: SourceFiles) -> String? {
        names.lazy.map { RepositoryPath.join(folder, $0) }.first { files.paths.contains($0) }
    }

    private mutating func findKustomizations(_ claimed: [String], in files: SourceFiles) {
        let folders = Set(claimed.filter { Self.names.contains(FileName(path: $0).text) }.map(RepositoryPath.folder))
        var taken: Set<String> = []
        for folder in folders.sorted() {
            let found = Self.reach(of: folder, in: files)
            reach[folder] = found
            taken.formUnion(found.subtracting([folder]))
        }
        kustomizations = folders.subtracting(taken).filter { !Self.isComponent($0, in: files) }.sorted()
    }

    /// Everything that the kustomization in `folder` takes in, at any depth.
    private static func reach(of folder: String, in files: SourceFiles) -> Set<String> {
        var found: Set<String> = []
        var open = [folder]
        while let next = open.popLast(), found.count < maximumReach {
            guard let path = file(in: next, files), let bytes = files.content(path) else { continue }
            for link in FolderLinks.folders(in: bytes, at: path) where found.insert(link).inserted {
                open.append(link)
            }
        }
        return found
    }

    /// Whether the kustomization in `folder` only makes sense in others.
    private static func isComponent(_ folder: String, in files: SourceFiles) -> Bool {
        guard let path = file(in: folder, files), let bytes = files.content(path) else { return false }
        do {
            return try YAMLStream(bytes: bytes).documents.first?["kind"]?.equals("Component") == true
        } catch {
            return false
        }
    }

    private mutating func findCharts(_ claimed: [String], in files: SourceFiles) {
        var values: [String: [String]] = [:]
        for path in claimed {
            guard let folder = Self.chart(above: path, in: files) else { continue }
            let rest = path.dropFirst(folder.isEmpty ? 0 : folder.count + 1)
            let segments = rest.split(separator: "/")
            guard let name = segments.last, let first = segments.first else { continue }
            values[folder, default: []] += []
            let isValues =
                (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
                && (segments.count == 1 || !Self.inner.contains(String(first)))
                && !["Chart.yaml", "values.yaml", "requirements.yaml"].contains(String(rest))
                && !name.hasPrefix("kustomization.") && !name.hasPrefix("helmfile")
            if isValues, Self.isValues(path, in: files) { values[folder, default: []].append(path) }
        }
        charts = values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    /// The folder of the outermost chart around `path`; `nil` where there is none.
    private static func chart(above path: String, in files: SourceFiles) -> String? {
        var found: String?
        var folder = RepositoryPath.folder(of: path)
        while true {
            if files.charts.contains(folder) { found = folder }
            // A chart in the folder `charts` of another one is part of it.
            if found != nil, found != folder, FileName(path: folder).text != "charts", !files.charts.contains(folder) {
                return found
            }
            if folder.isEmpty { return found }
            folder = RepositoryPath.folder(of: folder)
        }
    }

    /// Whether the file at `path` holds values rather than an object.
    private static func isValues(_ path: String, in files: SourceFiles) -> Bool {
        guard let bytes = files.content(path) else { return false }
        do {
            let documents = try YAMLStream(bytes: bytes).documents
            guard documents.count == 1, let root = documents.first else { return false }
            return HelmValuesFormat().recognizes(ManifestDocument(root, in: FileName(path: path)))
        } catch {
            return false
        }
    }
}
