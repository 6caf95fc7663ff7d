/// An entry of a folder that became another object of the same name and kind.
package struct MovedEntry: Hashable, Sendable {
    package let name: String
    package let kind: EntryKind
    /// The object that it names now.
    package let id: ObjectID
}

extension Repository {
    /// The entries in which the tree `new` differs from `old`, where both have the same names and kinds in the same order;
    /// `nil` where they have not.
    ///
    /// - Throws: ``GitError`` as ``tree(_:)``.
    /// *libgit2: `git_odb_read`*
    package borrowing func movedEntries(
        from old: ObjectID, to new: ObjectID
    ) throws(GitError) -> [MovedEntry]? {
        try unsafe withObject(old, .tree) { (oldBytes) throws(GitError) in
            try unsafe withObject(new, .tree) { (newBytes) throws(GitError) in
                var before = unsafe TreeCursor(oldBytes, of: old)
                var after = unsafe TreeCursor(newBytes, of: new)
                var moved: [MovedEntry] = []
                while true {
                    _ = unsafe before.passAlike(&after, after: nil)
                    guard let entry = try unsafe before.next() else { break }
                    if unsafe after.pass(before.lastBytes) { continue }
                    guard let now = try unsafe after.next(), unsafe now.mode == entry.mode,
                        unsafe now.name.elementsEqual(entry.name)
                    else { return nil }
                    unsafe moved.append(
                        MovedEntry(name: String(decoding: now.name, as: UTF8.self), kind: now.kind, id: now.id))
                }
                return try unsafe after.next() == nil ? moved : nil
            }
        }
    }
}
