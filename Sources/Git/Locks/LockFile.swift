internal import Glibc

/// A lock file that another writer holds, or left behind.
///
/// The rule for removing one: it is a plain file of this user, on a file system of this machine; it is ten minutes old;
/// no process has it open, and no git process is at work in the repository. Where any of that cannot be told it stays.
/// What a killed writer of our own left is known by other means (``UpdateGuard``).
struct LockFile {
    let path: String
    /// Milliseconds since it was made; nil if it is gone by now.
    let age: Int?
    private let file: FileIdentity?

    /// From this age on a lock was there before the first attempt to take it, so nobody is just passing.
    private static let staleAge = 1_000
    /// Git holds a lock for milliseconds, its hooks for a while, and a process in another container cannot be seen.
    static let abandonedAge = 600_000

    /// The lock file that keeps the reference `name` from being written: its own, or that of the packed ones.
    static func inTheWay(ofReference name: String, in directory: String) -> LockFile {
        let candidates = ["\(directory)/\(name).lock", "\(directory)/packed-refs.lock"].map(LockFile.init(at:))
        return candidates.first { $0.age != nil } ?? candidates[0]
    }

    /// The lock file of the reference `name` itself.
    static func own(ofReference name: String, in directory: String) -> LockFile {
        LockFile(at: "\(directory)/\(name).lock")
    }

    private init(at path: String) {
        self.path = path
        file = FileIdentity(at: path)
        guard let file else {
            age = nil
            return
        }
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let seconds = Int(now.tv_sec) - file.modifiedSeconds
        age = max(0, seconds * 1_000 + (Int(now.tv_nsec) - file.modifiedNanoseconds) / 1_000_000)
    }

    /// The content, as far as a lock of one reference has any; nil if it cannot be read.
    var content: [UInt8]? {
        guard file?.isPlain == true, let bytes = readSmallFile(path) else { return nil }
        return Array(bytes.prefix(64))
    }

    /// Whether nothing has happened to it since it was looked at.
    var isUnchanged: Bool {
        file != nil && FileIdentity(at: path) == file
    }

    /// Removes the file if the rule says that whoever made it is gone; `directory` is where all writers meet.
    func removeIfAbandoned(in directory: String, folders: Set<String>) -> Bool {
        guard let age, age >= Self.abandonedAge, obstacle(folders) == nil else { return false }
        return remove(in: directory, "\(Self.span(age)) old, and nobody has it open")
    }

    /// Removes the file, which a killed writer of our own left behind.
    func removeOwn(in directory: String) {
        _ = remove(in: directory, "left behind by a towpath that was killed")
    }

    private func remove(in directory: String, _ reason: String) -> Bool {
        // Two that come to the same end must not remove, the one after the other, the lock of a third.
        guard let turn = Turn(in: directory) else { return false }
        defer { turn.leave() }
        guard isUnchanged, unsafe unlink(path) == 0 else { return false }
        Notices.post("removed the lock file \"\(path)\": \(reason)")
        return true
    }

    /// Why it cannot be told that nobody holds the file; nil if nobody does.
    private func obstacle(_ folders: Set<String>) -> String? {
        guard let file, file.isPlain else { return "it is no plain file" }
        guard file.owner == geteuid() || geteuid() == 0 else { return "it belongs to user \(file.owner)" }
        guard FileSystem.isOfThisMachine(path) else { return "the file system may be shared with other machines" }
        return Processes.holder(of: file, workingIn: folders)
    }

    /// `error` with the lock file named.
    func explaining(_ error: GitError, folders: Set<String>) -> GitError {
        guard let age, age >= Self.staleAge else {
            return error.explained(
                code: .busy, message: "other writers held \"\(path)\" for more than a second", hint: "try again")
        }
        let reason = obstacle(folders).map { "; \($0)" } ?? ""
        return error.explained(
            message: "the lock file \"\(path)\" has been there for \(Self.span(age))\(reason)",
            hint: "if no git process is running in this repository, delete that file: rm \"\(path)\"")
    }

    private static func span(_ age: Int) -> String {
        let seconds = age / 1_000
        return "\(seconds) second\(seconds == 1 ? "" : "s")"
    }
}

/// Which file a path leads to, without following a symbolic link, and when it was written last.
struct FileIdentity: Equatable {
    let device: UInt
    let inode: UInt
    let owner: UInt32
    let isPlain: Bool
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int

    init?(at path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        owner = status.st_uid
        isPlain = status.st_mode & S_IFMT == S_IFREG
        modifiedSeconds = Int(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
    }
}

/// Makes sure that the names in `folder` are on the disk.
///
/// - Throws: ``GitError`` of `operation` if they cannot be brought there.
func synchronizeFolder(_ folder: String, _ operation: String) throws(GitError) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // A file system that cannot synchronise folders says that the call makes no sense.
    guard fsync(descriptor) != 0, errno != EINVAL, errno != EROFS else { return }
    let reason = unsafe String(cString: strerror(errno))
    throw GitError(
        operation: operation, code: .failure, category: .system,
        message: "\"\(folder)\" could not be synchronised: \(reason)")
}
