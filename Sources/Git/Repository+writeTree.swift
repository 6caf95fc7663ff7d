extension Repository {
    /// Writes `base` with `changes` made to it and gives the id of the root.
    ///
    /// A base of nil starts from nothing. Only folders on the way to a change are written; all other entries are taken
    /// over as they are. A folder that is left empty vanishes, the root excepted. The order of the changes does not
    /// matter.
    ///
    /// - Throws: ``GitError``: `invalid` if the changes contradict each other, a path is not well formed or an id names
    ///   nothing; `corrupt` if a folder on the way is not one that git would have made.
    /// *libgit2: `git_odb_write`*
    package borrowing func writeTree(base: ObjectID?, changes: [TreeChange]) throws(GitError) -> ObjectID {
        if let written = try write(try TreeOverlay(changes), over: base) { return written }
        return try writeObject(.tree, [])
    }

    /// Writes one folder and those below it; nil if nothing is left in it.
    private borrowing func write(_ overlay: TreeOverlay, over base: ObjectID?) throws(GitError) -> ObjectID? {
        var folder = TreeText()
        if let base {
            folder = try unsafe withObject(base, .tree) { (bytes) throws(GitError) in
                try unsafe TreeText(bytes, of: base)
            }
        }
        // The order decides nothing but which error is reported first.
        for (name, child) in overlay.children.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let present = folder.entries[name]
            if case .put(let id, let kind) = child.edit {
                try guardPresent(
                    id, kind == .directory ? .tree : .blob, "put \"\(String(decoding: name, as: UTF8.self))\"")
                folder.entries[name] = TreeText.Entry(mode: kind.mode, id: id)
                continue
            }
            // What is removed as a whole has nothing below it to keep; nor has a file that becomes a folder.
            let isKept = child.edit == nil && present?.isDirectory == true
            if !child.children.isEmpty, let id = try write(child, over: isKept ? present?.id : nil) {
                folder.entries[name] = TreeText.Entry(mode: EntryKind.directory.mode, id: id)
            } else if child.edit == .remove || isKept {
                folder.entries[name] = nil
            }
        }
        return folder.entries.isEmpty ? nil : try writeObject(.tree, folder.bytes)
    }
}

/// The entries of one folder, to be changed and written again.
///
/// Invariant: written without a change, the bytes are those that were read.
private struct TreeText {
    struct Entry {
        let mode: UInt32
        let id: ObjectID

        var isDirectory: Bool { mode == EntryKind.directory.mode }
    }

    var entries: [[UInt8]: Entry] = [:]

    /// An empty folder.
    init() {}

    /// Reads the tree `id` from its `bytes`.
    ///
    /// - Throws: ``GitError`` with code `corrupt` for an entry that git would not have made. Names that are only odd
    ///   are taken over.
    @unsafe init(_ bytes: UnsafeRawBufferPointer, of id: ObjectID) throws(GitError) {
        var cursor = unsafe TreeCursor(bytes, of: id)
        var previous: RawTreeEntry?
        while let entry = try unsafe cursor.next() {
            var problem = unsafe entry.problem
            if [.notUTF8, .control, .backslash, .tooLong].contains(problem) { problem = nil }
            if let previous = unsafe previous, unsafe RawTreeEntry.order(previous, entry) >= 0 { problem = .unsorted }
            let name = unsafe Array(entry.name)
            if unsafe entries.updateValue(Entry(mode: entry.mode, id: entry.id), forKey: name) != nil {
                problem = .duplicate
            }
            if let problem {
                throw GitError(
                    operation: "change tree \(id)", code: .corrupt, category: .tree,
                    message: "its entry \(String(decoding: name, as: UTF8.self).debugDescription) is none that git "
                        + "would have made: \(problem.rawValue)")
            }
            unsafe previous = entry
        }
    }

    /// The tree as it is stored.
    var bytes: [UInt8] {
        // A folder is ordered as if its name ended with a slash.
        let keyed = entries.map { name, entry in
            (key: entry.isDirectory ? name + [UInt8(ascii: "/")] : name, name: name, entry: entry)
        }
        var bytes: [UInt8] = []
        for item in keyed.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            bytes += String(item.entry.mode, radix: 8).utf8
            bytes.append(UInt8(ascii: " "))
            bytes += item.name
            bytes.append(0)
            item.entry.id.append(to: &bytes)
        }
        return bytes
    }
}
