internal import CLibgit2

extension Repository {
    /// Writes `base` with `changes` made to it and gives the id of the root.
    ///
    /// A base of nil starts from nothing. Only folders on the way to a change are written; all other entries are taken over as they are. A folder that is
    /// left empty vanishes, the root excepted. The order of the changes does not matter.
    ///
    /// - Throws: ``GitError``: `invalid` if the changes contradict each other, a path is not well formed or an id names
    ///   nothing; `corrupt` if a folder on the way is not one that git would have made.
    /// *libgit2: `git_treebuilder_new`, `git_treebuilder_insert`, `git_treebuilder_write`*
    package borrowing func writeTree(base: ObjectID?, changes: [TreeChange]) throws(GitError) -> ObjectID {
        let overlay = try TreeOverlay(changes)
        if let written = try write(overlay, over: base) { return written }
        return try build(over: nil, []).id
    }

    /// A change to one folder, its names resolved to ids.
    private enum FolderEdit {
        case put([UInt8], ObjectID, EntryKind)
        case remove([UInt8])
    }

    /// Writes one folder and those below it; nil if nothing is left in it.
    private borrowing func write(_ overlay: TreeOverlay, over base: ObjectID?) throws(GitError) -> ObjectID? {
        let entries = try base.map { id throws(GitError) in try wellFormedEntries(of: id) } ?? [:]
        var edits: [FolderEdit] = []
        // The order decides nothing but which error is reported first.
        for (name, child) in overlay.children.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let present = entries[name]
            if case .put(let id, let kind) = child.edit {
                edits.append(.put(name, try verified(id, kind, name), kind))
                continue
            }
            let below = child.edit == nil && present?.kind == .directory ? present?.id : nil
            if let id = try child.children.isEmpty ? nil : write(child, over: below) {
                edits.append(.put(name, id, .directory))
            } else if let present, child.edit == .remove || present.kind == .directory {
                edits.append(.remove(name))
            }
        }
        let (id, count) = try build(over: base, edits)
        return count == 0 ? nil : id
    }

    private borrowing func wellFormedEntries(of id: ObjectID) throws(GitError) -> [[UInt8]: TreeEntry] {
        var entries: [[UInt8]: TreeEntry] = [:]
        for entry in try tree(id) {
            switch entry.problem {
            case nil, .notUTF8, .control, .backslash, .tooLong: entries[entry.nameBytes] = entry
            case .some(let problem):
                throw GitError(
                    operation: "change tree \(id)", code: .corrupt, category: .tree,
                    message: "its entry \(entry.name.debugDescription) is none that git would have made: "
                        + problem.rawValue)
            }
        }
        return entries
    }

    private borrowing func verified(
        _ id: ObjectID, _ kind: EntryKind, _ name: [UInt8]
    ) throws(GitError) -> ObjectID {
        let wanted = kind == .directory ? ObjectKind.tree : .blob
        guard contains(id), try header(of: id).kind == wanted else {
            throw GitError(
                operation: "put \"\(String(decoding: name, as: UTF8.self))\"", code: .invalid,
                message: "there is no \(wanted.rawValue) \(id)")
        }
        return id
    }

    /// Writes the folder `base` with `edits` made to it, and says how many entries it has.
    private borrowing func build(
        over base: ObjectID?, _ edits: [FolderEdit]
    ) throws(GitError) -> (id: ObjectID, count: Int) {
        let operation = "write a tree"
        let builder = try unsafe handle.withPointer { (repository) throws(GitError) in
            guard let base else {
                return try unsafe Handle<TreeBuilderKind>(operation) { made in
                    unsafe git_treebuilder_new(made, repository, nil)
                }
            }
            var oid = base.oid
            let source = try unsafe Handle<LoadedObjectKind>(operation) { made in
                unsafe git_object_lookup(made, repository, &oid, GIT_OBJECT_TREE)
            }
            return try unsafe source.withPointer { (source) throws(GitError) in
                try unsafe Handle<TreeBuilderKind>(operation) { made in
                    unsafe git_treebuilder_new(made, repository, source)
                }
            }
        }
        return try unsafe builder.withPointer { (builder) throws(GitError) in
            for edit in edits {
                switch edit {
                case .put(let name, let id, let kind):
                    var oid = id.oid
                    try check(
                        operation,
                        unsafe git_treebuilder_insert(
                            nil, builder, cString(name), &oid, git_filemode_t(kind.mode)))
                case .remove(let name):
                    try check(operation, unsafe git_treebuilder_remove(builder, cString(name)))
                }
            }
            var oid = git_oid()
            let count = unsafe git_treebuilder_entrycount(builder)
            try check(operation, unsafe git_treebuilder_write(&oid, builder))
            return (ObjectID(oid), count)
        }
    }
}

/// `name` as the library wants it: it holds no NUL, since it came from a tree or a checked path.
private func cString(_ name: [UInt8]) -> [CChar] {
    name.map { CChar(bitPattern: $0) } + [0]
}
