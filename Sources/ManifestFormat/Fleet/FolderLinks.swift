import YAMLSource

/// The folders whose manifests another folder's manifests take in: kustomizations, and what Flux and Argo CD are told.
package enum FolderLinks {
    private static let maximumDepth = 16
    private static let kustomizeFields = ["resources", "bases", "components"]

    private static let kustomizations: Set<String> = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

    /// Whether the file at `path` may name folders.
    package static func reads(_ path: String) -> Bool {
        path.hasSuffix(".yaml") || path.hasSuffix(".yml") || path.hasSuffix("/Kustomization") || path == "Kustomization"
    }

    /// The folders, from the root of the repository, that the manifest `bytes` at `path` names.
    ///
    /// Addresses and paths out of the repository are left out; a path to a file counts as its folder's name, which
    /// no folder has. Bytes that cannot be understood name nothing.
    package static func folders(in bytes: [UInt8], at path: String) -> Set<String> {
        let segments = path.split(separator: "/").map(String.init)
        let isKustomization = kustomizations.contains(segments.last ?? "")
        guard reads(path) else { return [] }
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes)
        } catch {
            return []
        }
        var found: Set<String> = []
        for document in stream.documents where document.kind == .mapping {
            if isKustomization {
                for field in kustomizeFields {
                    guard let items = document[field]?.items else { continue }
                    found.formUnion(items.compactMap { resolve($0.text, from: segments.dropLast()) })
                }
            }
            // What the agent's source has for its root is not said here: any folder above the object may be it.
            for path in agentPaths(document) {
                // The copies of an artifact begin at the root of their source, which goes by an alias.
                if let text = path.text, text.hasPrefix("@") {
                    let folder = String(text.drop { $0 != "/" }.dropFirst()).replacing("/**", with: "")
                    if let folder = resolve(folder, from: [String]()) { found.insert(folder) }
                    continue
                }
                for depth in 0..<max(1, min(segments.count, maximumDepth)) {
                    if let folder = resolve(path.text, from: segments.prefix(depth)) { found.insert(folder) }
                }
            }
        }
        return found
    }

    /// The paths from the root that an object tells its agent to apply.
    private static func agentPaths(_ document: YAMLNode) -> [YAMLNode] {
        guard let version = document["apiVersion"]?.text, let spec = document["spec"] else { return [] }
        if version.hasPrefix("kustomize.toolkit.fluxcd.io/") { return [spec["path"]].compactMap(\.self) }
        if version.hasPrefix("source.extensions.fluxcd.io/") {
            let artifacts = spec["artifacts"]?.items.map(\.self) ?? []
            return artifacts.flatMap { $0["copy"]?.items.compactMap { $0["from"] } ?? [] }
        }
        guard version.hasPrefix("argoproj.io/"), document["kind"]?.equals("Application") == true else { return [] }
        let sources = [spec["source"]].compactMap(\.self) + (spec["sources"].map { Array($0.items) } ?? [])
        return sources.compactMap { $0["path"] }
    }

    /// `path`, relative to the folder `start`, from the root; `nil` where it is none, or leads out.
    private static func resolve(_ path: String?, from start: some Sequence<String>) -> String? {
        guard let path, !path.hasPrefix("/"), !path.contains("://") else { return nil }
        var segments = Array(start)
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..":
                guard segments.popLast() != nil else { return nil }
            default: segments.append(String(segment))
            }
        }
        return segments.isEmpty ? nil : segments.joined(separator: "/")
    }
}
