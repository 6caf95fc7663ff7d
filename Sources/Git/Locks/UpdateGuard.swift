internal import Glibc

/// What a writer says before it moves a reference, so that the next one knows what it left behind if it is killed.
///
/// One small file in the git directory, held with `flock` while it is in use: the kernel lets go of it when the process
/// ends, however that is, and sees across containers. Inside stands the reference and the id that it is to have; nothing
/// once the move is made. Whoever finds something there, and nobody holding it, finishes off: the lock file of that
/// reference is removed if it has that id in it, or nothing, and stays so with nobody to be seen who holds it.
///
/// Never in the way: where the file cannot be made or held, references are moved without.
struct UpdateGuard {
    private static let name = "towpath-update"
    /// -1 if there is no guard.
    private let descriptor: Int32

    /// Enters before the reference `name` is moved to `id`, having cleared away what a killed writer left.
    init(in directory: String, _ name: String, _ id: ObjectID) {
        descriptor = Self.enter(directory + "/" + Self.name)
        guard descriptor >= 0 else { return }
        if let left = Self.read(descriptor) { Self.clear(left, in: directory) }
        Self.write("\(name) \(id)\n", to: descriptor)
    }

    /// Leaves: the move is made, or was not to be.
    func leave() {
        guard descriptor >= 0 else { return }
        ftruncate(descriptor, 0)
        Turn.end(descriptor)
    }

    /// The file, held; -1 if that cannot be had within a second.
    private static func enter(_ path: String) -> Int32 {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { return -1 }
        // As long as a lock file is waited for: 5, 10, ... 320, 375 ms.
        for pause in [0, 5, 10, 20, 40, 80, 160, 320, 375] as [UInt32] {
            usleep(pause * 1_000)
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
        }
        close(descriptor)
        return -1
    }

    /// A move that was begun.
    private struct Left {
        let reference: String
        let id: String
    }

    private static func read(_ descriptor: Int32) -> Left? {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, bytes[count - 1] == UInt8(ascii: "\n") else { return nil }
        let words = String(decoding: bytes[..<(count - 1)], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 2, words[0].hasPrefix("refs/"), Repository.isValidReferenceName(words[0]),
            ObjectID(hex: words[1]) != nil
        else { return nil }
        return Left(reference: words[0], id: words[1])
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        // Never half of it: what cannot be written whole is taken back, and says nothing.
        if ftruncate(descriptor, 0) == 0, unsafe pwrite(descriptor, bytes, bytes.count, 0) != bytes.count {
            ftruncate(descriptor, 0)
        }
    }

    private static func clear(_ left: Left, in directory: String) {
        let lock = LockFile.own(ofReference: left.reference, in: directory)
        guard let content = lock.content else { return }
        guard content.isEmpty || content.elementsEqual((left.id + "\n").utf8) else { return }
        // Another may have taken the lock since, even to write the same, and goes on any moment.
        for _ in 0..<10 {
            usleep(20_000)
            guard lock.isUnchanged else { return }
        }
        // With the id in it, it is that move's; without, git may be about to write.
        guard let file = FileIdentity(at: lock.path),
            Processes.holder(of: file, workingIn: content.isEmpty ? [directory] : []) == nil
        else { return }
        lock.removeOwn(in: directory)
    }
}
