import Git
import ManifestFormat
import Observing
import PromotionModel

/// Edits of manifests in the object database: artifacts of components set in place.
struct ManifestChange {
    let reader: FleetReader

    /// New blobs by path: `declarations` set to `artifacts` at the commit tree `tree`.
    ///
    /// - Throws: ``Problem`` where a file cannot be edited safely, ``GitError``.
    func blobs(
        setting artifacts: [ComponentName: Artifact], of declarations: [Declaration], at tree: ObjectID,
        in repository: borrowing Repository
    ) throws -> [String: ObjectID] {
        let layout = try reader.layout(at: tree, in: repository)
        let editor = ManifestEditor(formats: FormatSet(layout))
        var blobs: [String: ObjectID] = [:]
        let changed = declarations.filter { declaration in
            artifacts[declaration.component].map { $0 != declaration.artifact } ?? false
        }
        let files = Dictionary(grouping: changed, by: \.place.file)
        let additions = Self.additions(of: artifacts, to: declarations)
        for path in Set(files.keys).union(additions.keys).sorted() {
            let declarations = files[path] ?? []
            guard let entry = try repository.entry(at: path, in: tree) else { continue }
            let bytes = try repository.blob(entry.id, limit: ManifestReader.maximumBytes)
            let replacements = declarations.compactMap { declaration in
                artifacts[declaration.component].map { artifact in
                    ManifestEditor.Replacement(
                        line: declaration.place.line, column: declaration.place.column, artifact: artifact)
                }
            }
            let edited = try editor.edit(
                bytes, path: path, replacements: replacements, additions: additions[path] ?? [])
            if edited != bytes { blobs[path] = try repository.writeBlob(edited) }
        }
        return blobs
    }

    /// The components of `artifacts` that stand in none of `declarations` and cannot be added to one; sorted.
    func unreachable(
        _ artifacts: [ComponentName: Artifact], in declarations: [Declaration]
    ) -> [ComponentName] {
        let added = Self.additions(of: artifacts, to: declarations).values.joined().map(\.artifact)
        let known = Set(declarations.map(\.component))
        return artifacts.filter { !known.contains($0.key) && !added.contains($0.value) }.keys.sorted()
    }

    /// What is not declared yet, by the file with a list of the same image that it is added to.
    private static func additions(
        of artifacts: [ComponentName: Artifact], to declarations: [Declaration]
    ) -> [String: [ManifestEditor.Addition]] {
        let known = Set(declarations.map(\.component))
        var additions: [String: [ManifestEditor.Addition]] = [:]
        for (component, artifact) in artifacts.sorted(by: { $0.key < $1.key }) where !known.contains(component) {
            guard
                let place = declarations.first(where: { $0.isEntry && $0.artifact.repository == artifact.repository })?
                    .place
            else { continue }
            additions[place.file, default: []].append(
                ManifestEditor.Addition(line: place.line, column: place.column, artifact: artifact))
        }
        return additions
    }
}
