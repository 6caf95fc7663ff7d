internal import CLibgit2
internal import Glibc

/// Why a repository was not opened, in words that say what to do.
///
/// The library's own texts differ between versions and are wrong for some causes (1.5.1 answers "config value
/// 'safe.directory' was not found" for a repository of another user), so the cause is looked up on the disk.
enum RepositoryRefusal {
    /// `error` with the cause found at `path`, or unchanged if none of the known causes is there.
    static func explain(_ error: GitError, at path: String, searchingUp: Bool) -> GitError {
        let place = searchingUp ? (discovered(from: path) ?? path) : path
        for directory in [place, place + "/.git"] where isRepository(directory) {
            if let refusal = ownership(error, directory) ?? format(error, directory) { return refusal }
        }
        guard error.code == .notFound else { return error }
        return error.explained(
            message: "there is no git repository", hint: "give the folder of a clone, or of a bare repository")
    }

    /// Whether `configuration` names a remote that keeps objects back.
    @unsafe static func namesPromisor(
        _ configuration: OpaquePointer, _ operation: String
    ) throws(GitError) -> Bool {
        if unsafe string("extensions.partialclone", in: configuration) != nil { return true }
        // Not by a pattern: libgit2 1.5.1 never frees what it compares the name of an entry with.
        var iterator: OpaquePointer?
        try check(operation, unsafe git_config_iterator_new(&iterator, configuration))
        defer { unsafe git_config_iterator_free(iterator) }
        var entry: UnsafeMutablePointer<git_config_entry>?
        while unsafe git_config_next(&entry, iterator) == 0 {
            guard let name = unsafe entry?.pointee.name.map({ unsafe String(cString: $0) }),
                name.hasPrefix("remote."), name.hasSuffix(".promisor")
            else { continue }
            var isTrue: Int32 = 0
            if let value = unsafe entry?.pointee.value, unsafe git_config_parse_bool(&isTrue, value) == 0, isTrue != 0 {
                return true
            }
        }
        git_error_clear()
        return false
    }

    private static func discovered(from path: String) -> String? {
        var buffer = unsafe git_buf()
        defer { unsafe git_buf_dispose(&buffer) }
        guard unsafe git_repository_discover(&buffer, path, 0, nil) == 0, let text = unsafe buffer.ptr else {
            git_error_clear()
            return nil
        }
        return unsafe String(cString: text)
    }

    private static func isRepository(_ directory: String) -> Bool {
        unsafe access(directory + "/HEAD", F_OK) == 0 && access(directory + "/objects", F_OK) == 0
    }

    private static func ownership(_ error: GitError, _ directory: String) -> GitError? {
        guard error.code == .owner || error.code == .notFound else { return nil }
        var status = stat()
        guard unsafe stat(directory, &status) == 0, status.st_uid != geteuid() else { return nil }
        return error.explained(
            code: .owner,
            message: "\"\(directory)\" is owned by user \(status.st_uid), but this process runs as \(geteuid())",
            hint: "run as the owner, or give the repository to this user with chown")
    }

    private static func format(_ error: GitError, _ directory: String) -> GitError? {
        var made: OpaquePointer?
        guard unsafe git_config_open_ondisk(&made, directory + "/config") == 0, let made = unsafe made else {
            git_error_clear()
            return nil
        }
        let configuration = unsafe Handle<ConfigurationKind>(owning: made)
        let found = unsafe configuration.withPointer { (pointer) in
            known.first { unsafe $0.refuses(string($0.key, in: pointer)) }
        }
        guard let found else { return nil }
        return error.explained(code: .unsupported, message: found.message, hint: found.hint)
    }

    /// A setting in the configuration of a repository that stands for a format not read here.
    private struct Format {
        let key: String
        let message: String
        let hint: String
        let refuses: (String?) -> Bool
    }

    private static var known: [Format] {
        [
            Format(
                key: "extensions.objectformat", message: "its objects are named by SHA-256, which is not supported",
                hint: "use a repository with SHA-1 ids", refuses: { $0 != nil && $0?.lowercased() != "sha1" }),
            Format(
                key: "extensions.refstorage", message: "its references are kept in a format that is not supported",
                hint: "git refs migrate --ref-format=files", refuses: { $0 != nil && $0 != "files" }),
            Format(
                key: "extensions.partialclone",
                message: "it is a partial clone: some objects were left on the server, and are not fetched here",
                hint: "clone it without --filter", refuses: { $0 != nil }),
            Format(
                key: "extensions.worktreeconfig",
                message: "it has a configuration for each working tree, which libgit2 \(Library.version) does not read",
                hint: "git config --unset extensions.worktreeConfig, or use libgit2 1.8 or newer",
                refuses: { $0 != nil }),
        ]
    }

    @unsafe private static func string(_ key: String, in configuration: OpaquePointer) -> String? {
        var buffer = unsafe git_buf()
        defer { unsafe git_buf_dispose(&buffer) }
        guard unsafe git_config_get_string_buf(&buffer, configuration, key) == 0, let text = unsafe buffer.ptr else {
            git_error_clear()
            return nil
        }
        return unsafe String(cString: text)
    }
}
