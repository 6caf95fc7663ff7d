import Glibc

/// Whole reads and writes of the files in a memory folder.
enum FileBytes {
    /// All of `count` bytes from `offset` on; `nil` where there are fewer.
    static func read(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled, offset + filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
        return bytes.count == count ? bytes : nil
    }

    /// All of the file at `path`; `nil` where there is none, it is not this user's own, or longer than `limit`.
    static func own(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, MemoryFolder.isOwn(status),
            status.st_size <= limit
        else { return nil }
        return read(descriptor, at: 0, count: Int(status.st_size))
    }

    /// Puts what `write` writes in the place of the file at `path`, all or nothing; readers of the old one keep it.
    ///
    /// To be called under the lock of the folder.
    ///
    /// - Returns: Whether it is there now.
    @discardableResult
    static func replace(_ path: String, _ write: (Int32) -> Bool) -> Bool {
        let fresh = "\(path).new"
        _ = unsafe unlink(fresh)
        let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = write(descriptor)
        close(descriptor)
        if unsafe isWritten && rename(fresh, path) == 0 { return true }
        _ = unsafe unlink(fresh)
        return false
    }

    /// Writes all of `bytes` where the descriptor stands; false where some are missing.
    static func put(_ bytes: [UInt8], on descriptor: Int32) -> Bool {
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress.map { unsafe $0 + position }, buffer.count - position)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            position += count
        }
        return true
    }
}
