import Git
import Glibc

/// A lock between processes, let go with the value or with the process, whatever ends it.
final class MirrorLock: Sendable {
    enum Kind: Sendable {
        /// Several at a time.
        case shared
        /// One alone.
        case exclusive

        fileprivate var operation: Int32 {
            self == .shared ? LOCK_SH : LOCK_EX
        }
    }

    private let descriptor: Int32

    /// Opens the file at `path`, and makes it where there is none; nothing is locked yet.
    init(at path: String) throws(GitError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw GitError(
                operation: "open the lock \"\(path)\"", code: .failure, category: .system,
                message: unsafe String(cString: strerror(errno)))
        }
    }

    deinit {
        Turn.end(descriptor)
    }

    /// Takes the lock, or changes its kind, if nobody is in the way now.
    func take(_ kind: Kind) -> Bool {
        flock(descriptor, kind.operation | LOCK_NB) == 0
    }

    /// Takes the lock within `limit`.
    ///
    /// - Parameter tell: called once if it takes longer than a moment.
    /// - Throws: ``GitError`` `busy` when the time is up.
    func take(_ kind: Kind, within limit: Duration, _ tell: () -> Void) throws(GitError) {
        let start = ContinuousClock.now
        var isTold = false
        while !take(kind) {
            let waited = ContinuousClock.now - start
            guard waited < limit else {
                throw GitError(
                    operation: "use the copy of the remote repository", code: .busy,
                    message: "another towpath has been using it for \(limit.components.seconds) s",
                    hint: "try again; or give each its own folder with --cache-dir")
            }
            if !isTold, waited > .seconds(1) {
                tell()
                isTold = true
            }
            usleep(20_000)
        }
    }

    func release() {
        _ = flock(descriptor, LOCK_UN)
    }
}
