/// A file that differs between two folders.
package struct ChangedFile: Hashable, Sendable {
    /// What stands at a path.
    package struct Version: Hashable, Sendable {
        package let kind: EntryKind
        package let id: ObjectID

        package init(kind: EntryKind, id: ObjectID) {
            self.kind = kind
            self.id = id
        }

        /// Whether it is a file with content of its own: no link, no submodule.
        package var isFile: Bool { kind == .blob || kind == .executable }
    }

    /// Path from the root of the repository.
    package let path: String
    /// `nil` where there was none.
    package let old: Version?
    /// `nil` where there is none any more.
    package let new: Version?

    package init(path: String, old: Version?, new: Version?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

extension Repository {
    /// The files that differ between two trees, as ``changedEntries(from:to:under:_:)`` tells of them.
    ///
    /// - Throws: ``GitError`` as there.
    /// *libgit2: `git_odb_read`*
    package borrowing func changedFiles(from old: ObjectID?, to new: ObjectID?) throws(GitError) -> [ChangedFile] {
        var files: [ChangedFile] = []
        try changedEntries(from: old, to: new) { path, old, new in
            files.append(
                ChangedFile(
                    path: path, old: old.map { ChangedFile.Version(kind: $0.kind, id: $0.id) },
                    new: new.map { ChangedFile.Version(kind: $0.kind, id: $0.id) }))
            return .next
        }
        return files
    }
}
