internal import Glibc

/// A turn that one process at a time has with a file or in a folder, across containers of one machine; ends with the
/// process (`flock`, whose lock belongs to the open file and not to the process).
package struct Turn {
    private let descriptor: Int32

    /// A turn with the file at `path`, which is made where there is none; `nil` if somebody else has it, or the file
    /// system knows no such locks.
    package init?(with path: String) {
        self.init(unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
    }

    /// A turn in `folder`; `nil` as for a file.
    package init?(in folder: String) {
        self.init(unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    private init?(_ opened: Int32) {
        guard opened >= 0 else { return nil }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    /// Ends the turn for certain.
    package func leave() {
        Self.end(descriptor)
    }

    /// Lets go of the lock on `descriptor`, and closes it.
    ///
    /// Closing is not enough: a child that another thread is about to start shares the open file, and with it the lock,
    /// until its program begins.
    package static func end(_ descriptor: Int32) {
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
