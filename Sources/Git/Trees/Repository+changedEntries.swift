extension Repository {
    /// Tells of each file that differs between two trees, ordered by the bytes of the whole path.
    ///
    /// `path` limits it to one file or folder; a tree of nil is empty. A file that became a folder is one file gone and
    /// several come. Modes count only as far as git tells them apart. An entry with a ``TreeEntry/problem`` is told of
    /// by itself; a folder that has one is not entered, and is the only folder ever told of. Submodules are told of
    /// like files. Renames are not looked for.
    ///
    /// - Throws: ``GitError``: `invalid` if `path` is not well formed; `corrupt` for a tree that is not in order;
    ///   `tooLarge` for one that has no end; what reading and `visit` throw.
    /// *libgit2: `git_odb_read`*
    package borrowing func changedEntries(
        from oldTree: ObjectID?, to newTree: ObjectID?, under path: String = "",
        _ visit: (_ path: String, _ old: TreeEntry?, _ new: TreeEntry?) throws(GitError) -> Step
    ) throws(GitError) {
        var diff = TreeDiff(in: path)
        guard !path.isEmpty else {
            _ = try diff.compare(oldTree, newTree, in: self, visit)
            return
        }
        let old = try oldTree.flatMap { (id) throws(GitError) in try entry(at: path, in: id) }
        let new = try newTree.flatMap { (id) throws(GitError) in try entry(at: path, in: id) }
        guard old != new else { return }
        let (oldFile, newFile) = (Self.file(old), Self.file(new))
        if oldFile != nil || newFile != nil {
            guard try visit(path, oldFile, newFile) == .next else { return }
        }
        _ = try diff.compare(Self.folder(old), Self.folder(new), in: self, visit)
    }

    private static func file(_ entry: TreeEntry?) -> TreeEntry? {
        entry?.kind == .directory ? nil : entry
    }

    private static func folder(_ entry: TreeEntry?) -> ObjectID? {
        entry?.kind == .directory ? entry?.id : nil
    }
}
