internal import CLibgit2

/// What an object is.
package enum ObjectKind: String, Hashable, Sendable, CaseIterable {
    case commit
    case tree
    case blob
    case tag

    init?(_ type: git_object_t) {
        switch type {
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }

    /// The same kind as the library names it.
    var type: git_object_t {
        switch self {
        case .commit: GIT_OBJECT_COMMIT
        case .tree: GIT_OBJECT_TREE
        case .blob: GIT_OBJECT_BLOB
        case .tag: GIT_OBJECT_TAG
        }
    }
}

extension Repository {
    /// Kind and size in bytes of the object `id`, without reading its content where that can be avoided.
    ///
    /// - Throws: ``GitError``: `notFound` or `corrupt`.
    /// *libgit2: `git_odb_read_header`*
    package borrowing func header(of id: ObjectID) throws(GitError) -> (kind: ObjectKind, byteCount: Int) {
        if let new = batch[id] { return (new.kind, new.bytes.count) }
        let operation = { "read the header of object \(id)" }
        return try reading { () throws(GitError) in
            if let loose = try looseObjects.header(of: id, operation) { return loose }
            return try packedObjects.header(of: id, operation())
        }
    }

    /// Whether there is an object `id`, of whatever kind, readable or not.
    ///
    /// *libgit2: `git_odb_exists`*
    package borrowing func contains(_ id: ObjectID) -> Bool {
        contains(id, refreshing: true)
    }

    /// Whether there is an object `id`; packs that came since the last look are only looked for if `refreshing`.
    borrowing func contains(_ id: ObjectID, refreshing: Bool) -> Bool {
        guard batch[id] == nil else { return true }
        var oid = id.oid
        let flags = refreshing ? 0 : GIT_ODB_LOOKUP_NO_REFRESH.rawValue
        return unsafe database.withPointer { (database) in unsafe git_odb_exists_ext(database, &oid, flags) == 1 }
    }

    /// Kind and content of the object `id`, as stored.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`, or `tooLarge` if it has more than `limit` bytes.
    /// *libgit2: `git_odb_read`*
    package borrowing func rawObject(
        _ id: ObjectID, limit: Int = 64 << 20
    ) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8]) {
        let header = try header(of: id)
        return try unsafe withObject(id, header.kind, limit: limit) { (bytes) throws(GitError) in
            (header.kind, unsafe Array(bytes))
        }
    }

    /// The commit `id`.
    ///
    /// - Throws: ``GitError``: `notFound`, `corrupt`, or `wrongKind` if `id` is no commit.
    /// *libgit2: `git_odb_read`*
    package borrowing func commit(_ id: ObjectID) throws(GitError) -> Commit {
        if let recent = lastPlace.commits[id] { return recent }
        let commit = try commitText(id).commit(id: id, isShallowBoundary: shallowBoundary.contains(id))
        // What is not on the disk yet may never be.
        if batch[id] == nil { lastPlace.commits.keep(commit) }
        return commit
    }

    /// The text of the commit `id`, read without making strings of it.
    borrowing func commitText(_ id: ObjectID) throws(GitError) -> CommitText {
        let text = try unsafe withObject(id, .commit) { (bytes) throws(GitError) in
            unsafe CommitText(Array(bytes))
        }
        guard let text else {
            throw GitError(
                operation: "read commit \(id)", code: .corrupt, message: "its tree or a parent is not well formed")
        }
        return text
    }

    /// Reads folders and files from packs without the library from now on, which pays from some hundred on: a size need
    /// not be found out before, and what others are made from stays unpacked.
    ///
    /// Ids are checked as the library checks them, with detection of collisions. What is in no pack is found as before.
    package borrowing func expectManyObjects() {
        lastPlace.packs = PackReader(
            directories: looseObjects.directories, detectsCollisions: true, keeping: Self.keptByteCount)
    }

    /// What a folder is made from lies near it, so little has to be kept.
    private static let keptByteCount = 8 << 20

    /// Lends the content of the object `id`, which must be of `kind`, to `body`; it ends with the call.
    ///
    /// The content is checked against the id on the way from the disk. Refused if it has more than `limit` bytes.
    @unsafe borrowing func withObject<Result: ~Copyable>(
        _ id: ObjectID, _ kind: ObjectKind, limit: Int = 64 << 20,
        _ body: (UnsafeRawBufferPointer) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        let operation = { "read \(kind.rawValue) \(id)" }
        if let new = batch[id] {
            try Self.guardKind(new.kind, kind, operation)
            try Self.guardSize(new.bytes.count, limit, operation())
            return try unsafe new.bytes.span.withUnsafeBytes(body)
        }
        if kind == .tree, let recent = lastPlace.trees[id] {
            try Self.guardSize(recent.count, limit, operation())
            return try unsafe recent.span.withUnsafeBytes(body)
        }
        if kind == .tree || kind == .blob, let content = lastPlace.packs?.read(id, kind) {
            try Self.guardSize(content.header, limit, operation())
            return try unsafe content.withUnsafeMutablePointerToElements { (start) throws(GitError) in
                try unsafe body(UnsafeRawBufferPointer(start: start, count: content.header))
            }
        }
        // Where the object before was, this one most likely is too, and need not be looked up twice.
        if lastPlace.isPacked, let object = try packedIfAny(id, kind, limit: limit, operation) {
            return try unsafe lend(object, id, kind, limit: limit, operation, body)
        }
        // Packs first, as the library does; a pack that came since the last look is found at the second try.
        lastPlace.isPacked = packedObjects.contains(id, refreshing: false)
        if !lastPlace.isPacked, let loose = try looseObjects.read(id, limit: limit, operation) {
            try Self.guardKind(loose.kind, kind, operation)
            if kind == .tree { lastPlace.trees.keep(loose.bytes, as: id) }
            return try unsafe loose.bytes.span.withUnsafeBytes(body)
        }
        let object = try packed(id, kind, limit: limit, operation)
        return try unsafe lend(object, id, kind, limit: limit, operation, body)
    }

    /// Unpacks the object `id`; `nil` where no pack has it.
    private borrowing func packedIfAny(
        _ id: ObjectID, _ kind: ObjectKind, limit: Int, _ operation: () -> String
    ) throws(GitError) -> Handle<RawObjectKind>? {
        do throws(GitError) {
            return try packed(id, kind, limit: limit, operation)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private borrowing func packed(
        _ id: ObjectID, _ kind: ObjectKind, limit: Int, _ operation: () -> String
    ) throws(GitError) -> Handle<RawObjectKind> {
        try reading { () throws(GitError) in
            // Commits and folders are read one after the other by the hundred thousand: to look at each twice would
            // take half as long again, and the library's own limit bounds what they unpack to.
            if kind == .blob {
                let header = try packedObjects.header(of: id, operation())
                try Self.guardKind(header.kind, kind, operation)
                try Self.guardSize(header.byteCount, limit, operation())
            }
            return try packedObjects.read(id, operation())
        }
    }

    @unsafe private borrowing func lend<Result: ~Copyable>(
        _ object: borrowing Handle<RawObjectKind>, _ id: ObjectID, _ kind: ObjectKind, limit: Int,
        _ operation: () -> String, _ body: (UnsafeRawBufferPointer) throws(GitError) -> Result
    ) throws(GitError) -> Result {
        try unsafe object.withPointer { (object) throws(GitError) in
            try Self.guardKind(unsafe ObjectKind(git_odb_object_type(object)), kind, operation)
            try Self.guardSize(unsafe git_odb_object_size(object), limit, operation())
            let bytes = unsafe UnsafeRawBufferPointer(
                start: git_odb_object_data(object), count: git_odb_object_size(object))
            if kind == .tree { unsafe lastPlace.trees.keep(bytes, as: id) }
            return try unsafe body(bytes)
        }
    }

    private static func guardKind(
        _ found: ObjectKind?, _ wanted: ObjectKind, _ operation: () -> String
    ) throws(GitError) {
        guard found == wanted else {
            throw GitError(
                operation: operation(), code: .wrongKind,
                message: "it is a \(found?.rawValue ?? "thing of no known kind")")
        }
    }

    /// Runs `body` and tells an object that is damaged from one that is absent.
    @discardableResult
    private borrowing func reading<Result: ~Copyable>(
        _ body: () throws(GitError) -> Result
    ) throws(GitError) -> Result {
        do {
            return try body()
        } catch {
            switch (error.code, error.category) {
            case (.mismatch, _), (.failure, .objectDatabase), (.failure, .compression), (.failure, .object):
                throw error.explained(
                    code: .corrupt, hint: "git fsck shows what is damaged; a new clone replaces it")
            case (.notFound, _) where isShallow:
                throw error.explained(hint: "the clone is shallow: git fetch --unshallow")
            default:
                throw error
            }
        }
    }

    static func guardSize(_ byteCount: Int, _ limit: Int, _ operation: @autoclosure () -> String) throws(GitError) {
        guard byteCount <= limit else {
            throw GitError(
                operation: operation(), code: .tooLarge,
                message: "it has \(byteCount) bytes, more than the limit of \(limit)")
        }
    }
}
