internal import CLibgit2

/// Whether to go on with an iteration.
package enum Step: Hashable, Sendable {
    case next
    case stop
}

extension Repository {
    /// The entries of the tree `id`, as they stand in it; what is wrong with one is said in ``TreeEntry/problem``.
    ///
    /// - Throws: ``GitError``: `notFound`, `wrongKind`, or `corrupt` if the bytes are no tree.
    /// *libgit2: `git_odb_read`*
    package borrowing func tree(_ id: ObjectID) throws(GitError) -> [TreeEntry] {
        try unsafe withObject(id, .tree) { (bytes) throws(GitError) in
            var cursor = unsafe TreeCursor(bytes, of: id)
            var entries: [TreeEntry] = []
            // Kept from where on a name may appear twice: in order, as a file and a folder with what begins alike between.
            var names: Set<[UInt8]>?
            var previous: RawTreeEntry?
            while let entry = try unsafe cursor.next() {
                var problem = unsafe entry.problem
                let isUnsorted = unsafe previous.map { unsafe RawTreeEntry.order($0, entry) >= 0 } ?? false
                if names == nil, unsafe isUnsorted || previous?.mayRepeat(behind: entry) == true {
                    names = Set(entries.map(\.nameBytes))
                }
                if unsafe names?.insert(Array(entry.name)).inserted == false { problem = problem ?? .duplicate }
                if isUnsorted { problem = problem ?? .unsorted }
                entries.append(unsafe TreeEntry(entry.name, kind: entry.kind, id: entry.id, problem: problem))
                unsafe previous = entry
            }
            return entries
        }
    }

    /// Visits the entries of the tree `id` in their order without making strings or arrays of them.
    ///
    /// The name is lent for the length of the call and may be anything: judge it with
    /// ``TreeEntry/Problem/init(name:)`` before following it. `visit` must not use the repository's trees by name.
    ///
    /// - Throws: ``GitError`` as ``tree(_:)``, and what `visit` throws.
    /// *libgit2: `git_odb_read`*
    package borrowing func forEachEntry(
        of id: ObjectID, _ visit: (_ name: Span<UInt8>, _ kind: EntryKind, _ id: ObjectID) throws(GitError) -> Step
    ) throws(GitError) {
        try unsafe withObject(id, .tree) { (bytes) throws(GitError) in
            var cursor = unsafe TreeCursor(bytes, of: id)
            while let entry = try unsafe cursor.next() {
                let name = unsafe Span<UInt8>(_unsafeBytes: entry.name)
                if try unsafe visit(name, entry.kind, entry.id) == .stop { return }
            }
        }
    }

    /// The entry at `path`, steps separated by "/", below the tree `id`; nil if there is none.
    ///
    /// Goes through directories only: below a symbolic link, a submodule or a file there is nothing.
    ///
    /// - Throws: ``GitError``: `invalid` if `path` is not well formed; `corrupt` if a name on the way appears twice;
    ///   what ``tree(_:)`` throws.
    /// *libgit2: `git_odb_read`*
    package borrowing func entry(at path: String, in id: ObjectID) throws(GitError) -> TreeEntry? {
        let steps = try TreePath(path, operation: "look up \"\(path)\"").steps
        var tree = id
        for (position, step) in steps.enumerated() {
            guard let entry = try entry(named: step, in: tree) else { return nil }
            if position == steps.count - 1 { return entry }
            guard entry.kind == .directory else { return nil }
            tree = entry.id
        }
        return nil
    }

    private borrowing func entry(named name: [UInt8], in id: ObjectID) throws(GitError) -> TreeEntry? {
        try unsafe withObject(id, .tree) { (bytes) throws(GitError) in
            var cursor = unsafe TreeCursor(bytes, of: id)
            var found: TreeEntry?
            // To the end, though entries are ordered: a hostile tree is not, and may name a file twice.
            while true {
                unsafe name.withUnsafeBytes { unsafe cursor.pass(unlike: $0) }
                guard let entry = try unsafe cursor.next() else { break }
                guard unsafe entry.name.count == name.count, unsafe entry.name.elementsEqual(name) else { continue }
                guard found == nil else {
                    throw GitError(
                        operation: "read tree \(id)", code: .corrupt, category: .tree,
                        message: "it names \"\(String(decoding: name, as: UTF8.self))\" twice")
                }
                var problem: TreeEntry.Problem?
                if case .unknown = unsafe entry.kind { problem = .unknownMode }
                found = unsafe TreeEntry(entry.name, kind: entry.kind, id: entry.id, problem: problem)
            }
            return found
        }
    }

    /// Number of bytes of the blob `id`.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`, `wrongKind`.
    /// *libgit2: `git_odb_read_header`*
    package borrowing func blobSize(_ id: ObjectID) throws(GitError) -> Int {
        let header = try header(of: id)
        guard header.kind == .blob else {
            throw GitError(
                operation: "read blob \(id)", code: .wrongKind, message: "it is a \(header.kind.rawValue)")
        }
        return header.byteCount
    }

    /// Lends the content of the blob `id` to `body`, without a copy.
    ///
    /// The size is looked at before anything is decompressed, so that a small file that unpacks to a huge one is
    /// refused before it costs memory.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`, `wrongKind`, `tooLarge` if it has more than `limit` bytes; what
    ///   `body` throws.
    /// *libgit2: `git_odb_read_header`, `git_odb_read`*
    package borrowing func withBlob<Result: ~Copyable>(
        _ id: ObjectID, limit: Int, _ body: (Span<UInt8>) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        try unsafe withObject(id, .blob, limit: limit) { (bytes) throws(GitError) in
            try body(unsafe Span<UInt8>(_unsafeBytes: bytes))
        }
    }

    /// The content of the blob `id`.
    ///
    /// - Throws: ``GitError`` as ``withBlob(_:limit:_:)``.
    /// *libgit2: `git_odb_read_header`, `git_odb_read`*
    package borrowing func blob(_ id: ObjectID, limit: Int) throws(GitError) -> [UInt8] {
        try unsafe withObject(id, .blob, limit: limit) { (bytes) throws(GitError) in unsafe Array(bytes) }
    }
}
