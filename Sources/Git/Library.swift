internal import CLibgit2
internal import Glibc

/// The one library of the process.
///
/// Started once, before the first repository is opened; never shut down, since a process that ends needs no tidying.
package enum Library {
    /// Starts the library and settles how it behaves, whatever the user's or the system's git configuration says.
    ///
    /// Every ``Repository`` calls it, so calling it by hand only moves the error to an earlier place. The first
    /// outcome is kept: a second call costs nothing and answers the same.
    ///
    /// - Throws: ``GitError`` with code `unsupported` if the library found at run time is not the one built against.
    /// *libgit2: `git_libgit2_init`, `git_libgit2_opts`*
    package static func start() throws(GitError) {
        try outcome.get()
    }

    /// Starts the library on a thread of its own, so that it is ready when the first repository is opened.
    ///
    /// Whoever opens one before waits for it. Before the process ends it has to call ``awaitStart()``, so as not to take
    /// from under the library what it is about to set up.
    package static func startAhead() {
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { _ in
                _ = Library.outcome
                return nil
            }, nil)
        if status == 0 { pthread_detach(thread) }
    }

    /// Waits for the end of ``start()``; whoever opens a repository hears what went wrong.
    package static func awaitStart() {
        _ = outcome
    }

    /// Version of the library in use, such as "1.5.1".
    ///
    /// *libgit2: `git_libgit2_version`*
    package static var version: String {
        let found = runtimeVersion()
        return "\(found.major).\(found.minor).\(found.revision)"
    }

    /// A static is initialised exactly once, by one thread, which is what makes `start` safe to call from several.
    private static let outcome: Result<Void, GitError> = Result { () throws(GitError) in
        try check("start libgit2", git_libgit2_init())
        try checkVersion()
        try settle()
    }

    private static func runtimeVersion() -> (major: Int32, minor: Int32, revision: Int32) {
        var (major, minor, revision): (Int32, Int32, Int32) = (0, 0, 0)
        _ = unsafe git_libgit2_version(&major, &minor, &revision)
        return (major, minor, revision)
    }

    /// Headers and library must agree: structures differ between minor versions, and a mismatch links silently.
    private static func checkVersion() throws(GitError) {
        let found = runtimeVersion()
        let built = (major: Int32(LIBGIT2_VER_MAJOR), minor: Int32(LIBGIT2_VER_MINOR))
        guard found.major == built.major, found.minor == built.minor else {
            throw GitError(
                operation: "start libgit2", code: .unsupported,
                message: "built for libgit2 \(built.major).\(built.minor), but \(version) is installed",
                hint: "install libgit2 \(built.major).\(built.minor), or build again")
        }
        guard found.major == 1, (5...9).contains(found.minor) else {
            throw GitError(
                operation: "start libgit2", code: .unsupported, message: "libgit2 \(version) is not supported",
                hint: "install a libgit2 from 1.5 to 1.9")
        }
    }

    private static func settle() throws(GitError) {
        // A write beyond a limit of the process is to fail like any other, not to end it half-way.
        signal(SIGXFSZ, SIG_IGN)
        for level in [
            GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
        ] {
            try check("set a libgit2 option", unsafe clibgit2_set_search_path(level.rawValue, ""))
        }
        let statuses = [
            // Off by default: without it a crash of the machine can leave a reference to an object that is not there.
            clibgit2_set_fsync_gitdir(1),
            clibgit2_set_owner_validation(1),
            // Costs about half of the time of reading; what decides a promotion is worth it.
            clibgit2_set_strict_hash_verification(1),
            clibgit2_set_strict_object_creation(1),
            clibgit2_set_strict_symbolic_ref_creation(1),
            clibgit2_set_pack_max_object_size(maximumPackedObjectBytes),
            // A flat folder of a few thousand environments is one tree of this size, read again and again.
            clibgit2_set_cache_object_limit(GIT_OBJECT_TREE, 256 << 10),
            clibgit2_set_cache_max_size(128 << 20),
            // The pages of a pack that were looked at count as memory of the process; by default all of it is mapped.
            clibgit2_set_pack_windows(16 << 20, 96 << 20),
        ]
        for status in statuses {
            try check("set a libgit2 option", status)
        }
    }

    /// Far above any manifest, far below what would exhaust a small machine.
    private static let maximumPackedObjectBytes = 256 << 20
}
