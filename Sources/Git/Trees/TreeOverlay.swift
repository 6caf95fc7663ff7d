/// One change to make to a tree.
package struct TreeChange: Hashable, Sendable {
    /// Where, steps separated by "/".
    package let path: String
    /// What is to be done there.
    package let edit: Edit

    /// What to do at a path.
    package enum Edit: Hashable, Sendable {
        /// Have this entry there, whatever was there before; folders above are made as needed.
        case put(ObjectID, EntryKind)
        /// Have nothing there: the entry and all below it go. Nothing there already is fine.
        case remove
    }

    /// Describes a change; whether it can be made is found by ``Repository/writeTree(base:changes:)``.
    package init(_ path: String, _ edit: Edit) {
        self.path = path
        self.edit = edit
    }
}

/// Changes sorted into the folders they touch.
///
/// Invariant: a node that puts an entry has nothing below it.
struct TreeOverlay {
    private(set) var edit: TreeChange.Edit?
    private(set) var children: [[UInt8]: TreeOverlay] = [:]

    /// Sorts `changes`.
    ///
    /// - Throws: ``GitError`` with code `invalid` if a path is not well formed, appears twice or lies below another
    ///   that puts an entry, or an entry is of a kind that is not written here.
    init(_ changes: [TreeChange]) throws(GitError) {
        for change in changes {
            let path = try TreePath(change.path, operation: "change \"\(change.path)\"")
            if case .put(_, let kind) = change.edit {
                switch kind {
                case .blob, .executable, .symlink, .directory: break
                case .submodule, .unknown:
                    throw Self.refusal(change, "an entry of that kind is not written here")
                }
            }
            try insert(change, path.steps[...])
        }
    }

    private init() {}

    private mutating func insert(_ change: TreeChange, _ steps: ArraySlice<[UInt8]>) throws(GitError) {
        guard let step = steps.first else {
            guard edit == nil else { throw Self.refusal(change, "the path is changed twice") }
            if case .put = change.edit, !children.isEmpty {
                throw Self.refusal(change, "another change is below it")
            }
            edit = change.edit
            return
        }
        if case .put = edit { throw Self.refusal(change, "it is below another change") }
        // Taken out while it is changed, so that it is not copied.
        var child = children.removeValue(forKey: step) ?? TreeOverlay()
        try child.insert(change, steps.dropFirst())
        children[step] = child
    }

    private static func refusal(_ change: TreeChange, _ reason: String) -> GitError {
        GitError(operation: "change \"\(change.path)\"", code: .invalid, message: reason)
    }
}
