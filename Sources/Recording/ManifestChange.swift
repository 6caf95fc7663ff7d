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
        for (path, declarations) in Dictionary(grouping: changed, by: \.place.file).sorted(by: { $0.key < $1.key }) {
            guard let entry = try repository.entry(at: path, in: tree) else { continue }
            let bytes = try repository.blob(entry.id, limit: ManifestReader.maximumBytes)
            let replacements = declarations.compactMap { declaration in
                artifacts[declaration.component].map { artifact in
                    ManifestEditor.Replacement(
                        line: declaration.place.line, column: declaration.place.column, artifact: artifact)
                }
            }
            let edited = try editor.edit(bytes, path: path, replacements: replacements)
            if edited != bytes { blobs[path] = try repository.writeBlob(edited) }
        }
        return blobs
    }
}
