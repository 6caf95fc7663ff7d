import Git
import Glibc

/// The folder that keeps what was learnt from one repository's history; whatever is in it may be deleted at any time.
///
/// Nothing in it is believed but what its own checksums bear out, and nothing at all where somebody else could have
/// written it.
package struct HistoryFolder: Sendable {
    /// Absolute path.
    let path: String

    /// A file larger than that is as if it were not there.
    static let maximumBytes = 2 << 30

    /// The folder below `cacheDirectory` of the repository whose objects are in `commonDirectory`; `nil` where it cannot
    /// be made, or is not this user's own.
    package init?(of commonDirectory: String, in cacheDirectory: String) {
        let hash = commonDirectory.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let all = "\(cacheDirectory)/history"
        path = "\(all)/\(String(hash, radix: 16))"
        guard Self.make(cacheDirectory, isOwn: false), Self.make(all, isOwn: true), Self.make(path, isOwn: true) else {
            return nil
        }
    }

    /// Makes a folder and those above it; whether it is there, and nobody else's where it has to be this user's own.
    private static func make(_ path: String, isOwn: Bool) -> Bool {
        if unsafe mkdir(path, 0o700) != 0, errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex
        {
            guard make(String(path[..<slash]), isOwn: false) else { return false }
            _ = unsafe mkdir(path, 0o700)
        }
        var status = stat()
        guard isOwn else { return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR }
        guard unsafe lstat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    }

    /// The bytes of the file `name`; `nil` where there is none, or it is not this user's own.
    package func read(_ name: String) -> [UInt8]? {
        withFile(name) { descriptor, byteCount in
            unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
                count = unsafe Self.fill(UnsafeMutableRawBufferPointer(buffer), from: descriptor, at: 0)
            }
        }
    }

    /// The commit index in the file `name`, and how many bytes that file has; `nil` as for ``read(_:)``.
    func readIndex(_ name: String) -> (reading: CommitIndexFile.Reading, byteCount: Int)? {
        withFile(name) { descriptor, byteCount in
            let reading = unsafe CommitIndexFile.read(byteCount) { offset, buffer in
                unsafe Self.fill(buffer, from: descriptor, at: offset) == buffer.count
            }
            return (reading, byteCount)
        }
    }

    /// Tells whether a file was written to since the last look.
    struct Stamp: Hashable {
        let number: UInt64
        let byteCount: Int
        /// Seconds and nanoseconds of the last change of the content, and of anything.
        let instants: [Int]

        init(_ status: stat) {
            number = UInt64(status.st_ino)
            byteCount = Int(status.st_size)
            instants = [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
        }
    }

    /// The stamp of the file `name`; `nil` where there is none, or it is not this user's own.
    func stamp(of name: String) -> Stamp? {
        var status = stat()
        guard unsafe lstat("\(path)/\(name)", &status) == 0, Self.isOwn(status) else { return nil }
        return Stamp(status)
    }

    /// Whether `status` is that of a file which nobody but this user can have written.
    private static func isOwn(_ status: stat) -> Bool {
        status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    }

    /// Lends the file `name`, open for reading, and its size.
    private func withFile<Result>(_ name: String, _ body: (Int32, Int) -> Result) -> Result? {
        let descriptor = unsafe open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, Self.isOwn(status), status.st_size <= Self.maximumBytes else {
            return nil
        }
        return body(descriptor, Int(status.st_size))
    }

    /// Reads to `buffer` what the file has from `offset` on; how many bytes that was.
    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
    ) -> Int {
        var count = 0
        while count < buffer.count {
            let got = unsafe pread(
                descriptor, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count, offset + count)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return count
    }

    /// Puts `bytes` in the place of the file `name`, all or nothing; whether that could be done.
    @discardableResult
    package func write(_ bytes: [UInt8], as name: String) -> Bool {
        let fresh = "\(path)/\(name).\(getpid()).new"
        _ = unsafe unlink(fresh)
        let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = Self.put(bytes, on: descriptor)
        close(descriptor)
        guard isWritten, unsafe rename(fresh, "\(path)/\(name)") == 0 else {
            _ = unsafe unlink(fresh)
            return false
        }
        return true
    }

    /// Appends `bytes` to the file `name` behind its first `byteCount` bytes; whether that could be done.
    func append(_ bytes: [UInt8], to name: String, after byteCount: Int) -> Bool {
        let descriptor = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard ftruncate(descriptor, byteCount) == 0, lseek(descriptor, byteCount, SEEK_SET) == byteCount else {
            return false
        }
        return Self.put(bytes, on: descriptor)
    }

    /// Files whose names begin with `prefix`: where there are more than `limit`, those that were written first are
    /// removed.
    package func prune(_ prefix: String, to limit: Int) {
        guard let directory = unsafe opendir(path) else { return }
        defer { unsafe closedir(directory) }
        var found: [(seconds: Int, name: String)] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            guard name.hasPrefix(prefix), unsafe lstat("\(path)/\(name)", &status) == 0 else { continue }
            found.append((status.st_mtim.tv_sec, name))
        }
        for file in found.sorted(by: { $0.seconds < $1.seconds }).dropLast(limit) { remove(file.name) }
    }

    /// What tells this program from others, and from itself before it was built anew.
    package static var programMark: String {
        var status = stat()
        guard unsafe stat("/proc/self/exe", &status) == 0 else { return "unknown" }
        return "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }

    func remove(_ name: String) {
        _ = unsafe unlink("\(path)/\(name)")
    }

    private static func put(_ bytes: [UInt8], on descriptor: Int32) -> Bool {
        var position = 0
        while position < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + position }, buffer.count - position)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            position += count
        }
        return true
    }

    /// Runs `body` if nobody else is writing here now; `nil` where somebody is.
    func withLock<Result>(_ body: (HistoryFolder) -> Result) -> Result? {
        guard let turn = Turn(with: "\(path)/lock") else { return nil }
        defer { turn.leave() }
        return body(self)
    }
}
