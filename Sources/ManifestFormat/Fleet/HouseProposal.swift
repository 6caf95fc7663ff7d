import PromotionModel
import YAMLSource

/// A rule for files of a repository's own format, told from where they lie and what they hold.
///
/// Looked for are files without an extension in folders called after stages, `image-tags/staging/web`: no built-in
/// format reads them, and many teams keep a file for each component in this way.
package struct HouseProposal: Hashable, Sendable {
    /// The pattern of the files.
    package let pattern: String
    /// The files, sorted.
    package let files: [String]
    /// The key of the version; `nil` until one is found.
    package private(set) var key: String?

    /// Keys that hold a version or a whole reference, in order of preference.
    private static let keys = ["image_tag", "imageTag", "image-tag", "image", "tag", "version", "digest"]

    /// What may be such files among `paths`.
    package static func candidates(among paths: [String]) -> [HouseProposal] {
        var groups: [String: [String]] = [:]
        for path in paths {
            let segments = path.split(separator: "/")
            guard segments.count > 1, let name = segments.last, !name.contains("."), name != "Kustomization",
                StageWord.rank(of: segments[segments.count - 2]) != nil
            else { continue }
            groups[segments.dropLast(2).map { $0 + "/" }.joined(), default: []].append(path)
        }
        return groups.sorted { $0.key < $1.key }.compactMap { folder, files in
            guard files.count > 1, !folder.contains(where: "*{}".contains), folder.isPlainWord || folder.isEmpty else {
                return nil
            }
            return HouseProposal(pattern: folder + "*/*", files: files.sorted(), key: nil)
        }
    }

    /// The same with the first key that all of `samples`, contents of files, have a value for; `nil` for none.
    package func keyed(by samples: [[UInt8]]) -> HouseProposal? {
        var found: [Set<String>] = []
        for bytes in samples {
            do {
                let root = try YAMLStream(bytes: bytes).documents.first
                found.append(Set(Self.keys.filter { root?[$0].map { $0.kind == .scalar && !$0.isNull } == true }))
            } catch {
                return nil
            }
        }
        guard let key = Self.keys.first(where: { key in found.allSatisfy { $0.contains(key) } }), !found.isEmpty else {
            return nil
        }
        return HouseProposal(pattern: pattern, files: files, key: key)
    }

    /// The rule as `towpath.yaml` has it.
    var text: String {
        let names = key == "image" ? "component: \"{basename}\"" : "name: \"{basename}\""
        return "    - {files: \"\(pattern)\", path: \(key ?? ""), \(names)}\n"
    }
}

/// Environments that are parts of one file: `staging:` and `production:` beside each other.
package enum SectionProposal {
    /// Keys that hold nothing but environments.
    private static let containers = ["environments", "envs", "stages", "clusters"]

    /// The environments of the file `bytes` and where their parts are; empty where it has none.
    package static func sections(in bytes: [UInt8]) -> [(name: String, section: String)] {
        let documents: [YAMLNode]
        do {
            documents = try YAMLStream(bytes: bytes).documents
        } catch {
            return []
        }
        guard documents.count == 1, let root = documents.first, root["kind"] == nil else { return [] }
        for (container, prefix) in [(root, "")] + containers.compactMap({ key in root[key].map { ($0, key + ".") } }) {
            let keys = container.pairs.compactMap { key, value in value.kind == .scalar ? nil : key.text }
            let names = keys.filter { StageWord.rank(of: $0) != nil }
            guard names.count > 1 else { continue }
            let all = prefix.isEmpty ? names : keys
            return all.filter { $0.isPlainWord && !$0.contains(where: ".[]{}*\"".contains) }.map { ($0, prefix + $0) }
        }
        return []
    }
}
