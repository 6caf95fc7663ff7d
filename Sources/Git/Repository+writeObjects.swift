internal import CLibgit2

extension Repository {
    /// Writes a blob of `bytes`, as they are; no filter is run.
    ///
    /// - Throws: ``GitError`` if it cannot be written.
    /// *libgit2: `git_blob_create_from_buffer`*
    package borrowing func writeBlob(_ bytes: [UInt8]) throws(GitError) -> ObjectID {
        var oid = git_oid()
        try unsafe handle.withPointer { (repository) throws(GitError) in
            try check("write a blob", unsafe git_blob_create_from_buffer(&oid, repository, bytes, bytes.count))
        }
        return ObjectID(oid)
    }

    /// Writes a commit; no reference is moved.
    ///
    /// A function of its arguments: the same give the same id. `message` is stored as it is, nothing is cleaned up.
    /// A signature that was read from another commit is judged as an ``Identity`` is.
    ///
    /// - Throws: ``GitError``: `invalid` if the message holds a NUL, a signature cannot be written without change, or
    ///   the tree or a parent is no such object.
    /// *libgit2: `git_commit_create`, `git_signature_new`*
    package borrowing func writeCommit(
        tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
    ) throws(GitError) -> ObjectID {
        let operation = "write a commit"
        guard !message.utf8.contains(0) else {
            throw GitError(operation: operation, code: .invalid, message: "the message holds a NUL byte")
        }
        guard Set(parents).count == parents.count else {
            throw GitError(operation: operation, code: .invalid, message: "a parent is given twice")
        }
        let author = try WritableSignature(author, operation)
        let committer = try WritableSignature(committer, operation)
        let tree = try load(tree, GIT_OBJECT_TREE, operation)
        return try unsafe withLoaded(parents[...], []) { (loaded) throws(GitError) in
            try unsafe handle.withPointer { (repository) throws(GitError) in
                try unsafe tree.withPointer { (tree) throws(GitError) in
                    var oid = git_oid()
                    var parents = unsafe loaded
                    try check(
                        operation,
                        unsafe git_commit_create(
                            &oid, repository, nil, author.pointer, committer.pointer, nil, message, tree,
                            parents.count, &parents))
                    return ObjectID(oid)
                }
            }
        }
    }

    /// Loads `parents` one inside the other, so that each is released when `body` is done.
    private borrowing func withLoaded(
        _ parents: ArraySlice<ObjectID>, _ loaded: [OpaquePointer?],
        _ body: ([OpaquePointer?]) throws(GitError) -> ObjectID
    ) throws(GitError) -> ObjectID {
        guard let first = parents.first else { return try unsafe body(loaded) }
        let parent = try load(first, GIT_OBJECT_COMMIT, "write a commit")
        return try unsafe parent.withPointer { (pointer) throws(GitError) in
            try unsafe withLoaded(parents.dropFirst(), loaded + [pointer], body)
        }
    }

    private borrowing func load(
        _ id: ObjectID, _ type: git_object_t, _ operation: String
    ) throws(GitError) -> Handle<LoadedObjectKind> {
        var oid = id.oid
        do {
            return try unsafe handle.withPointer { (repository) throws(GitError) in
                try unsafe Handle<LoadedObjectKind>(operation) { made in
                    unsafe git_object_lookup(made, repository, &oid, type)
                }
            }
        } catch {
            let kind = ObjectKind(type)?.rawValue ?? "object"
            throw error.code == .notFound
                ? error.explained(code: .invalid, message: "there is no \(kind) \(id)") : error
        }
    }
}

/// A signature in the form the library wants.
@safe private struct WritableSignature: ~Copyable {
    let pointer: UnsafeMutablePointer<git_signature>

    /// Copies `signature`.
    ///
    /// - Throws: ``GitError`` with code `invalid` if git would store something else than it says.
    init(_ signature: Signature, _ operation: String) throws(GitError) {
        let identity = try Identity(name: signature.name, email: signature.email)
        guard identity.name == signature.name, identity.email == signature.email,
            abs(signature.offsetMinutes) < 100 * 60, signature.seconds >= 0
        else {
            throw GitError(
                operation: operation, code: .invalid,
                message: "git would not store the signature \"\(identity)\" as given (blanks, zone or negative time)")
        }
        var made: UnsafeMutablePointer<git_signature>?
        try check(
            operation,
            unsafe git_signature_new(
                &made, identity.name, identity.email, signature.seconds, Int32(signature.offsetMinutes)))
        guard let made = unsafe made else {
            throw GitError(operation: operation, code: .failure, message: "the library made no signature")
        }
        unsafe pointer = made
    }

    deinit {
        unsafe git_signature_free(pointer)
    }
}
