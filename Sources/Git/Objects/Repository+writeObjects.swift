internal import CLibgit2

extension Repository {
    /// Writes a blob of `bytes`, as they are; no filter is run.
    ///
    /// - Throws: ``GitError`` if it cannot be written.
    /// *libgit2: `git_odb_write`*
    package borrowing func writeBlob(_ bytes: [UInt8]) throws(GitError) -> ObjectID {
        try writeObject(.blob, bytes)
    }

    /// Writes a commit, signed if the repository has a ``commitSigner``; no reference is moved.
    ///
    /// Without a signer a function of its arguments: the same give the same id. `message` is stored as it is, nothing
    /// is cleaned up. An author or committer that was read from another commit is judged as an ``Identity`` is.
    ///
    /// - Throws: ``GitError``: `invalid` if the message holds a NUL, an author is none that git would write, or the
    ///   tree or a parent is no such object; `unsigned` if it could not be signed. Then no commit is written.
    /// *libgit2: `git_odb_read_header`, `git_odb_write`*
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
        try guardPresent(tree, .tree, operation)
        for parent in parents { try guardPresent(parent, .commit, operation) }
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        text += "author \(try author.line(operation))\ncommitter \(try committer.line(operation))\n\n"
        var commit = Array(text.utf8) + message.utf8
        if let commitSigner {
            commit = try SignatureHeader.adding(try commitSigner.signature(over: commit), to: commit)
        }
        return try writeObject(.commit, commit)
    }

    /// Expects an object `id` of `kind` to be there.
    borrowing func guardPresent(
        _ id: ObjectID, _ kind: ObjectKind, _ operation: @autoclosure () -> String
    ) throws(GitError) {
        guard contains(id), try header(of: id).kind == kind else {
            throw GitError(operation: operation(), code: .invalid, message: "there is no \(kind.rawValue) \(id)")
        }
    }

    /// Writes an object of any kind, unless it is there already; its content is the caller's to answer for.
    ///
    /// - Parameter base: an object of the same kind that differs little from it.
    borrowing func writeObject(
        _ kind: ObjectKind, _ bytes: [UInt8], base: ObjectID? = nil
    ) throws(GitError) -> ObjectID {
        guard batch.isOpen else { return try writeLoose(kind, bytes) }
        let id = ObjectID(new: bytes, kind)
        batch.add(NewObject(id: id, kind: kind, bytes: bytes, base: base))
        if batch.byteCount > Self.maximumBatchByteCount { try writeBatch() }
        return id
    }

    private borrowing func writeLoose(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
        try RepositoryEffect.writeObject(kind).performed { () throws(GitError) in
            var oid = git_oid()
            try unsafe database.withPointer { (database) throws(GitError) in
                try unsafe bytes.span.withUnsafeBytes { (buffer) throws(GitError) in
                    try check(
                        "write a \(kind.rawValue)",
                        unsafe git_odb_write(&oid, database, buffer.baseAddress, buffer.count, kind.type))
                }
            }
            return ObjectID(oid)
        }
    }

    /// Runs `body` and writes its objects at its end: many in one pack, few as a file each.
    ///
    /// Until then they are known to this repository alone, and no reference may be moved to them. Where it throws, none
    /// of them need be there. Once inside another, it ends with that one.
    ///
    /// - Throws: ``GitError`` of `body`, or if the objects cannot be written.
    package borrowing func writingTogether<Result>(
        _ body: () throws(GitError) -> Result
    ) throws(GitError) -> Result {
        guard !batch.isOpen else { return try body() }
        batch.isOpen = true
        defer {
            batch.isOpen = false
            _ = batch.drain()
        }
        let result = try body()
        try writeBatch()
        return result
    }

    /// Writes what is in the batch to the disk.
    private borrowing func writeBatch() throws(GitError) {
        let objects = batch.drain()
        guard objects.count > Self.maximumLooseCount else {
            for object in objects { _ = try writeLoose(object.kind, object.bytes) }
            return
        }
        // A look at the folder of packs for each object would cost more than writing one that is there already.
        let new = objects.filter { !contains($0.id, refreshing: false) }
        guard !new.isEmpty else { return }
        try RepositoryEffect.writePack(objects: new.count).performed { () throws(GitError) in
            try PackFile.write(try PackText(new), to: commonDirectory + "/objects", "write \(new.count) objects")
        }
    }

    /// Up to so many objects are written as a file each; as many as git unpacks of what it receives by default.
    private static var maximumLooseCount: Int { 100 }
    /// How many bytes are kept in memory before they are written.
    private static var maximumBatchByteCount: Int { 64 << 20 }
}

extension Signature {
    /// The signature as a line of a commit.
    ///
    /// - Throws: ``GitError`` of `operation` with code `invalid` if git would not write it like that.
    fileprivate func line(_ operation: String) throws(GitError) -> String {
        let identity = try Identity(name: name, email: email)
        guard identity.name == name, identity.email == email, abs(offsetMinutes) < 100 * 60, seconds >= 0 else {
            throw GitError(
                operation: operation, code: .invalid,
                message: "git would not store the signature \"\(identity)\" as given (blanks, zone or negative time)")
        }
        let (hours, minutes) = abs(offsetMinutes).quotientAndRemainder(dividingBy: 60)
        let digits = String(10_000 + hours * 100 + minutes).dropFirst()
        return "\(identity) \(seconds) \(offsetMinutes < 0 ? "-" : "+")\(digits)"
    }
}
