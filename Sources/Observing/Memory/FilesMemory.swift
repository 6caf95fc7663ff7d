import Git
import PromotionModel
import Synchronization

/// The environments of a fleet as a process that goes on found them last, so that the next look follows what moved.
package final class FilesMemory: Sendable {
    private struct Known {
        let layout: FleetLayout
        var files: EnvironmentFiles
        let places: FolderPlaces
    }

    private let known = Mutex<Known?>(nil)

    package init() {}

    /// The files of every environment at `tree` by `layout`, folders of one environment alone not entered.
    ///
    /// - Throws: ``GitError`` as ``EnvironmentFiles/init(in:layout:extent:repository:at:)``.
    func files(
        in tree: ObjectID, layout: FleetLayout, repository: borrowing Repository
    ) throws(GitError) -> EnvironmentFiles {
        if var last = known.withLock({ $0 }), last.layout == layout {
            if last.files.tree == tree { return last.files }
            if let moved = try Self.moved(last.files, to: tree, last.places, in: repository) {
                last.files = moved
                let now = last
                known.withLock { $0 = now }
                return moved
            }
        }
        let files = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository)
        let places = FolderPlaces(of: files)
        known.withLock { $0 = places.map { Known(layout: layout, files: files, places: $0) } }
        return files
    }

    /// `nil` also where a folder cannot be read: whoever needs it says so, and what was may be gone by now.
    private static func moved(
        _ files: EnvironmentFiles, to tree: ObjectID, _ places: FolderPlaces, in repository: borrowing Repository
    ) throws(GitError) -> EnvironmentFiles? {
        do throws(GitError) {
            return try files.moved(to: tree, places, in: repository)
        } catch  where error.code == .corrupt || error.code == .notFound {
            return nil
        }
    }
}

/// Where the folders stand of environments that are a folder each, and what is above them.
struct FolderPlaces: Sendable {
    let names: [String: EnvironmentName]
    /// The folders that have them below, by path; the root is "".
    let above: Set<String>

    /// `nil` where some environment is more than a folder, or something has to be told.
    init?(of files: EnvironmentFiles) {
        guard files.isFolders else { return nil }
        var names: [String: EnvironmentName] = [:]
        var above: Set = [""]
        names.reserveCapacity(files.folders.count)
        for (name, folder) in zip(files.folders.names, files.folders.folders) {
            guard Self.isPlain(folder.path) else { return nil }
            names[folder.path] = name
            var path = folder.path[...]
            while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
                path = path[..<slash]
                guard above.insert(String(path)).inserted else { break }
            }
        }
        (self.names, self.above) = (names, above)
    }

    /// Whether the path is nothing but ASCII: of others, several may look the same, and texts count as one then.
    static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { $0 < 128 }
    }
}

extension EnvironmentFiles {
    /// The same at the root folder `tree`, where nothing differs but what is in folders of one environment each, or is
    /// nobody's; `nil` where more may.
    func moved(
        to tree: ObjectID, _ places: FolderPlaces, in repository: borrowing Repository
    ) throws(GitError) -> EnvironmentFiles? {
        var moved = self
        guard try moved.move("", from: self.tree, to: tree, places, in: repository) else { return nil }
        moved.tree = tree
        return moved
    }

    private mutating func move(
        _ path: String, from old: ObjectID, to new: ObjectID, _ places: FolderPlaces,
        in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard let entries = try repository.movedEntries(from: old, to: new) else { return false }
        for entry in entries where entry.kind == .directory {
            let below = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
            let isPlain = FolderPlaces.isPlain(below)
            if isPlain, let name = places.names[below] {
                folders.move(name, to: entry.id)
            } else if isPlain, places.above.contains(below) {
                guard let before = try repository.entry(at: entry.name, in: old)?.id,
                    try move(below, from: before, to: entry.id, places, in: repository)
                else { return false }
            } else if mayEnter(below) {
                return false
            }
        }
        return true
    }
}
