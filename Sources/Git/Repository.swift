internal import CLibgit2
internal import Glibc

/// Where the last object was found, which tells where the next one is looked for first, and what the last ones were.
final class LastPlace {
    var isPacked = false
    var trees = RecentTrees()
    let commits = RecentCommits()
    /// What reads packs without the library; `nil` where too little is read for it.
    var packs: PackReader?
}

/// An open repository: the way to its objects, references and history.
///
/// Owned by one thread at a time and never shared; hand it over as `sending`. What its methods return are values that
/// outlive it. The index and the working tree are never touched, no hook and no filter is run, no submodule is entered,
/// no symbolic link in a tree is followed; replace references and grafts are not honoured.
package struct Repository: ~Copyable {
    let handle: Handle<RepositoryKind>
    let database: Handle<DatabaseKind>
    let looseObjects: LooseObjects
    let packedObjects: PackedObjects
    /// What is written, but not on the disk yet.
    let batch = ObjectBatch()
    let lastPlace = LastPlace()

    /// The git directory: absolute, no symbolic link in it, without a trailing slash.
    package let gitDirectory: String
    /// Where references and objects are; differs from ``gitDirectory`` in a linked working tree.
    package let commonDirectory: String
    /// Whether the repository has no working tree of its own.
    package let isBare: Bool
    /// The commits whose parents were left out when the history was fetched, as the repository said when opened.
    package let shallowBoundary: Set<ObjectID>
    /// What signs every commit that is written; `nil` where commits are not signed.
    package var commitSigner: (any CommitSigner)?
    /// Address of the repository on a server that this is a copy of, without credentials; `nil` where it is none.
    package var original: String?
    /// What keeps a commit index of the repository; `nil` where nobody does.
    package var commitIndexSource: (any CommitIndexSource)?

    /// Opens the repository whose git directory is `path` or `path/.git`; does not look further up.
    ///
    /// - Throws: ``GitError``: `notFound` if there is no repository; `owner` if it belongs to another user;
    ///   `unsupported` if its format is not read here (SHA-256 ids, working tree configuration, reftable).
    /// *libgit2: `git_repository_open_ext`*
    package static func open(at path: String) throws(GitError) -> Repository {
        try open(path, flags: GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
    }

    /// Opens the repository that `path` is inside of, walking up as git does, but not into another file system.
    ///
    /// - Throws: ``GitError`` as ``open(at:)``.
    /// *libgit2: `git_repository_open_ext`*
    package static func discover(from path: String) throws(GitError) -> Repository {
        try open(path, flags: 0)
    }

    /// Creates a bare repository at `path`, and the folders above it, with `branch` yet to be born.
    ///
    /// No template is copied. Nothing is created where a repository is already.
    ///
    /// - Throws: ``GitError``: `exists` if there is a repository at `path`; `invalidName` if `branch` is no branch name.
    /// *libgit2: `git_repository_init_ext`*
    package static func create(bareAt path: String, branch: String = "main") throws(GitError) -> Repository {
        try Library.start()
        let operation = "create a repository at \"\(path)\""
        try guardPath(path, operation)
        guard isValidReferenceName("refs/heads/" + branch) else {
            throw GitError(operation: operation, code: .invalidName, message: "\"\(branch)\" is no branch name")
        }
        let handle = try unsafe Handle<RepositoryKind>(operation) { made in
            var options = unsafe git_repository_init_options()
            let status = unsafe git_repository_init_options_init(
                &options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
            guard status == 0 else { return status }
            unsafe options.flags =
                GIT_REPOSITORY_INIT_BARE.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
                | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
            return unsafe branch.withCString { head in
                unsafe options.initial_head = head
                return unsafe git_repository_init_ext(made, path, &options)
            }
        }
        return try adopt(handle, operation)
    }

    private static func open(_ path: String, flags: UInt32) throws(GitError) -> Repository {
        try Library.start()
        let operation = "open the repository at \"\(path)\""
        try guardPath(path, operation)
        do {
            let handle = try unsafe Handle<RepositoryKind>(operation) { made in
                unsafe git_repository_open_ext(made, path, flags, nil)
            }
            return try adopt(handle, operation)
        } catch {
            throw RepositoryRefusal.explain(error, at: path, searchingUp: flags == 0)
        }
    }

    private static func guardPath(_ path: String, _ operation: String) throws(GitError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw GitError(operation: operation, code: .invalid, message: "the path is empty or holds a NUL byte")
        }
    }

    private static func adopt(
        _ handle: consuming Handle<RepositoryKind>, _ operation: String
    ) throws(GitError) -> Repository {
        let database = try unsafe handle.withPointer { (repository) throws(GitError) in
            try unsafe Handle<DatabaseKind>(operation) { made in
                unsafe git_repository_odb(made, repository)
            }
        }
        let (gitDirectory, commonDirectory, isBare) = try unsafe handle.withPointer { (repository) throws(GitError) in
            (
                try unsafe canonicalPath(git_repository_path(repository), operation),
                try unsafe canonicalPath(git_repository_commondir(repository), operation),
                unsafe git_repository_is_bare(repository) == 1
            )
        }
        let shallowBoundary = try readShallowBoundary(in: commonDirectory, operation)
        let looseObjects = LooseObjects(commonDirectory: commonDirectory)
        let packedObjects = try PackedObjects.open(in: looseObjects.directories, operation)
        return Repository(
            handle: handle, database: database,
            looseObjects: looseObjects, packedObjects: packedObjects, gitDirectory: gitDirectory,
            commonDirectory: commonDirectory,
            isBare: isBare, shallowBoundary: shallowBoundary)
    }

    /// The folder with the work tree's files, without a slash at its end; `nil` for a bare repository.
    ///
    /// *libgit2: `git_repository_workdir`*
    package var workTree: String? {
        unsafe handle.withPointer { repository in
            guard let path = unsafe git_repository_workdir(repository) else { return nil }
            let text = unsafe String(cString: path)
            return text.hasSuffix("/") && text.utf8.count > 1 ? String(text.dropLast()) : text
        }
    }

    /// Whether history ends early because older commits were not fetched.
    package var isShallow: Bool { !shallowBoundary.isEmpty }

    /// Whether objects may be missing because the clone leaves them with its remote (a partial clone).
    ///
    /// - Throws: ``GitError`` if the configuration cannot be read.
    /// *libgit2: `git_repository_config_snapshot`*
    package var isPartial: Bool {
        get throws(GitError) {
            let operation = "read the configuration of \"\(gitDirectory)\""
            let configuration = try unsafe handle.withPointer { (repository) throws(GitError) in
                try unsafe Handle<ConfigurationKind>(operation) { made in
                    unsafe git_repository_config_snapshot(made, repository)
                }
            }
            return try unsafe configuration.withPointer { (pointer) throws(GitError) in
                try unsafe RepositoryRefusal.namesPromisor(pointer, operation)
            }
        }
    }

    /// Keeps large folders in `trees` from now on, where those stand that another handle of the repository has read.
    package borrowing func keepLargeTrees(in trees: RecentTrees) {
        lastPlace.trees = trees
    }

    /// Sets who is written into reference logs, where the repository keeps them.
    ///
    /// - Throws: ``GitError`` if there is no memory for it.
    /// *libgit2: `git_repository_set_ident`*
    package borrowing func setReflogIdentity(_ identity: Identity) throws(GitError) {
        try unsafe handle.withPointer { (repository) throws(GitError) in
            try check(
                "set the identity for reference logs",
                unsafe git_repository_set_ident(repository, identity.name, identity.email))
        }
    }
}

/// The path at `text` with symbolic links resolved.
///
/// *libgit2: none; `realpath`*
@unsafe private func canonicalPath(_ text: UnsafePointer<CChar>?, _ operation: String) throws(GitError) -> String {
    guard let text = unsafe text, let resolved = unsafe realpath(text, nil) else {
        throw GitError(operation: operation, code: .failure, category: .system, message: "its path cannot be resolved")
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
}

/// The ids in the file `shallow`; none if there is no such file.
private func readShallowBoundary(in directory: String, _ operation: String) throws(GitError) -> Set<ObjectID> {
    guard let bytes = readSmallFile(directory + "/shallow") else { return [] }
    var boundary: Set<ObjectID> = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
        guard let id = ObjectID(hex: line) else {
            throw GitError(operation: operation, code: .corrupt, message: "its file \"shallow\" is not well formed")
        }
        boundary.insert(id)
    }
    return boundary
}

/// The bytes of a file that git itself keeps small; nil if it cannot be read.
func readSmallFile(_ path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "re") else { return nil }
    defer { unsafe fclose(file) }
    let maximumBytes = 64 << 20
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count < maximumBytes {
        let count = unsafe fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { break }
        bytes.append(contentsOf: chunk[..<count])
    }
    return bytes
}
