internal import CLibgit2
internal import Glibc

extension Repository {
    /// Moves the reference `name` to `id` if, and only if, it still is at `old`; nil means that it must not exist.
    ///
    /// The comparison is made while the reference is locked, so of several writers that expect the same value one
    /// succeeds. A lock of another writer is waited for, about a second in all; one that was left behind is removed
    /// (``LockFile``). The reference log is written where the repository keeps one, with `message`.
    ///
    /// - Throws: ``GitError``: `modified` if the reference is elsewhere; `locked`, naming the lock file and its age;
    ///   `busy` where other writers kept coming first; `invalidName`; `invalid` if there is no object `id`.
    /// *libgit2: `git_reference_create_matching`*
    package borrowing func updateReference(
        _ name: String, to id: ObjectID, expecting old: ObjectID?, message: String
    ) throws(GitError) {
        let operation = "move \"\(name)\" to \(id.short)"
        try Self.guardWritable(name, operation)
        guard !message.utf8.contains(where: { $0 < 32 }) else {
            throw GitError(
                operation: operation, code: .invalid, message: "the message of a reference log is one line of text")
        }
        guard contains(id) else {
            throw GitError(operation: operation, code: .invalid, message: "there is no object \(id)")
        }
        // The library takes a zero id for "must not exist", and compares under the lock; its own check for existence
        // does not, and would let two creators both succeed.
        var (new, expected) = (id.oid, (old ?? .zero).oid)
        // A folder of objects that was just made is not on the disk before its own folder is.
        try synchronizeFolder(commonDirectory + "/objects", operation)
        do {
            try RepositoryEffect.moveReference(name, from: old, to: id).performed { () throws(GitError) in
                let guarding = UpdateGuard(in: commonDirectory, name, id)
                defer { guarding.leave() }
                try waitingForLock(on: name) { () throws(GitError) in
                    try unsafe handle.withPointer { (repository) throws(GitError) in
                        _ = try unsafe Handle<ReferenceKind>(operation) { made in
                            unsafe git_reference_create_matching(made, repository, name, &new, 1, &expected, message)
                        }
                    }
                }
            }
        } catch {
            throw try explainingMove(error, name, old)
        }
    }

    /// Deletes the reference `name` if, and only if, it still is at `old`.
    ///
    /// - Throws: ``GitError``: `modified` if the reference is elsewhere or gone; `locked`; `busy`; `invalidName`.
    /// *libgit2: `git_reference_delete`*
    package borrowing func deleteReference(_ name: String, expecting old: ObjectID) throws(GitError) {
        let operation = "delete \"\(name)\""
        try Self.guardWritable(name, operation)
        do {
            try RepositoryEffect.moveReference(name, from: old, to: nil).performed { () throws(GitError) in
                try waitingForLock(on: name) { () throws(GitError) in
                    // With eyes of its own each time: where the packed references are locked, the library forgets the
                    // one that it was to delete, and then says that it is done.
                    let fresh = try Repository.open(at: gitDirectory)
                    try fresh.delete(name, expecting: old, operation)
                    guard try Repository.open(at: gitDirectory).reference(name) == nil else {
                        throw GitError(operation: operation, code: .locked, category: .reference, message: "")
                    }
                }
            }
        } catch {
            throw try explainingMove(error, name, old)
        }
    }

    private borrowing func delete(
        _ name: String, expecting old: ObjectID, _ operation: String
    ) throws(GitError) {
        let reference = try lookUp(name, operation)
        try unsafe reference.withPointer { (reference) throws(GitError) in
            let oid = unsafe git_reference_target(reference)
            guard let oid = unsafe oid, unsafe ObjectID(oid.pointee) == old else {
                throw GitError(operation: operation, code: .modified, category: .reference, message: "")
            }
            // Compares again, under the lock, with the value just looked up.
            try check(operation, unsafe git_reference_delete(reference))
        }
    }

    private static func guardWritable(_ name: String, _ operation: String) throws(GitError) {
        guard name.hasPrefix("refs/"), isValidReferenceName(name) else {
            throw GitError(
                operation: operation, code: .invalidName,
                message: "that is no full name of a reference, such as \"refs/heads/main\"")
        }
    }

    /// Runs `body` until it succeeds or a second has passed, as long as only a lock is in its way.
    private borrowing func waitingForLock(
        on name: String, _ body: () throws(GitError) -> Void
    ) throws(GitError) {
        // Doubles from 5 ms: 5, 10, ... 320, 375; in all 1.01 s, the longest that git itself waits by default.
        for pause in [5, 10, 20, 40, 80, 160, 320, 375] as [UInt32] {
            do {
                return try body()
            } catch {
                guard error.code == .locked else { throw error }
                // Spread by process and thread, so that two writers do not meet at every attempt.
                usleep(pause * 1_000 + UInt32.random(in: 0..<5_000))
            }
        }
        do {
            try body()
        } catch {
            guard error.code == .locked, removeAbandonedLock(on: name) else { throw error }
            try body()
        }
    }

    /// Removes the lock file in the way of `name`, if whoever made it is gone.
    private borrowing func removeAbandonedLock(on name: String) -> Bool {
        let lock = LockFile.inTheWay(ofReference: name, in: commonDirectory)
        return lock.removeIfAbandoned(in: commonDirectory, folders: [gitDirectory, commonDirectory])
    }

    private borrowing func explainingMove(
        _ error: GitError, _ name: String, _ old: ObjectID?
    ) throws(GitError) -> GitError {
        switch error.code {
        case .modified, .notFound:
            let place = try reference(name).map { "at \($0.short)" } ?? "absent"
            let expectation = old.map { "at \($0.short)" } ?? "absent"
            return error.explained(
                code: .modified, message: "it was expected \(expectation), but is \(place)",
                hint: "another writer was first: read it again and decide again")
        case .locked:
            return LockFile.inTheWay(ofReference: name, in: commonDirectory)
                .explaining(error, folders: [gitDirectory, commonDirectory])
        default:
            return error
        }
    }
}
