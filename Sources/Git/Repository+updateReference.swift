internal import CLibgit2
internal import Glibc

extension Repository {
    /// Moves the reference `name` to `id` if, and only if, it still is at `old`; nil means that it must not exist.
    ///
    /// The comparison is made while the reference is locked, so of several writers that expect the same value one
    /// succeeds. A lock of another writer is waited for, about a second in all. The reference log is written where the
    /// repository keeps one, with `message`.
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
        do {
            try RepositoryEffect.moveReference(name, from: old, to: id).performed { () throws(GitError) in
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
            }
        } catch {
            throw try explainingMove(error, name, old)
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
        try body()
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
            return LockFile.inTheWay(ofReference: name, in: commonDirectory).explaining(error)
        default:
            return error
        }
    }
}

/// A lock file that another writer holds, or left behind.
struct LockFile {
    let path: String
    /// Milliseconds since it was made; nil if it is gone by now.
    let age: Int?

    /// From this age on a lock was there before the first attempt to take it, so nobody is just passing.
    private static let staleAge = 1_000

    /// The lock file that keeps the reference `name` from being written: its own, or that of the packed ones.
    static func inTheWay(ofReference name: String, in directory: String) -> LockFile {
        let candidates = ["\(directory)/\(name).lock", "\(directory)/packed-refs.lock"].map(LockFile.init(at:))
        return candidates.first { $0.age != nil } ?? candidates[0]
    }

    private init(at path: String) {
        self.path = path
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            age = nil
            return
        }
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let seconds = Int(now.tv_sec) - Int(status.st_mtim.tv_sec)
        age = max(0, seconds * 1_000 + (Int(now.tv_nsec) - Int(status.st_mtim.tv_nsec)) / 1_000_000)
    }

    /// `error` with the lock file named.
    func explaining(_ error: GitError) -> GitError {
        guard let age, age >= Self.staleAge else {
            return error.explained(
                code: .busy, message: "other writers held \"\(path)\" for more than a second", hint: "try again")
        }
        let seconds = age / 1_000
        return error.explained(
            message: "the lock file \"\(path)\" has been there for \(seconds) second\(seconds == 1 ? "" : "s")",
            hint: "if no git process is running in this repository, delete that file: rm \"\(path)\"")
    }
}
