import Git
import ManifestFormat
import Observing
import PromotionModel
import Renderers

/// The files of one commit, with a handle of the repository of their own.
final class CommitFiles {
    private let repository: Repository
    private let blobs: [String: ObjectID]

    /// More files than are written out for renderers.
    private static let maximumFiles = 50_000
    /// More bytes than are written out for renderers.
    private static let maximumBytes = 512 << 20
    private static let maximumDepth = 64

    /// Lists the files of `tree`; symbolic links, submodules and names that no file system should see are left out.
    ///
    /// - Throws: ``GitError``, or ``Problem`` where there are too many.
    init(of tree: ObjectID, in repository: consuming Repository) throws {
        var blobs: [String: ObjectID] = [:]
        var open = [(tree: tree, path: "", depth: 0)]
        while let folder = open.popLast() {
            for entry in try repository.tree(folder.tree) where entry.nameIsValid {
                let path = RepositoryPath.join(folder.path, entry.name)
                switch entry.kind {
                case .blob, .executable: blobs[path] = entry.id
                case .directory where folder.depth < Self.maximumDepth:
                    open.append((entry.id, path, folder.depth + 1))
                case .directory, .symlink, .submodule, .unknown: continue
                }
            }
            guard blobs.count <= Self.maximumFiles else {
                throw Problem(Place(file: ""), "more than \(Self.maximumFiles) files, so nothing is rendered")
            }
        }
        self.blobs = blobs
        self.repository = repository
    }

    /// The files as readers ask for them.
    var source: SourceFiles {
        SourceFiles(paths: Set(blobs.keys)) { [self] path in content(path) }
    }

    private func content(_ path: String) -> [UInt8]? {
        guard let id = blobs[path] else { return nil }
        do throws(GitError) {
            return try repository.blob(id, limit: ManifestReader.maximumBytes)
        } catch {
            return nil
        }
    }

    /// Writes every file to `room`; those that are too large for a manifest are left out.
    ///
    /// - Throws: ``Problem`` where they are too much together, or cannot be written.
    func write(to room: borrowing RenderingRoom) throws {
        var left = Self.maximumBytes
        for (path, _) in blobs {
            guard let content = content(path) else { continue }
            left -= content.count
            guard left >= 0 else {
                throw Problem(
                    Place(file: ""), "the files have more than \(Self.maximumBytes >> 20) MiB, so nothing is rendered")
            }
            try room.write(content, to: path)
        }
    }
}
