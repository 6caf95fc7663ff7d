import Git
import Glibc

/// The folder below the cache folder that keeps what was read of one repository; it may be deleted at any time.
struct MemoryFolder: Sendable {
    /// Why there is no such folder.
    enum Unusable: Error {
        /// It cannot be made.
        case absent
        /// Somebody else could write to the folder `path`: nothing in it is believed.
        case foreign(path: String)
    }

    /// Absolute path.
    let path: String

    /// The folder of the repository whose objects are in `commonDirectory`.
    ///
    /// - Throws: ``Unusable``.
    init(of commonDirectory: String, in cacheDirectory: String) throws(Unusable) {
        let hash = commonDirectory.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let all = "\(cacheDirectory)/declarations"
        path = "\(all)/\(String(hash, radix: 16))"
        try Self.make(cacheDirectory)
        for path in [all, path] {
            try Self.make(path)
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { throw .absent }
            guard status.st_mode & S_IFMT == S_IFDIR, Self.isOwn(status) else { throw .foreign(path: path) }
        }
    }

    /// Makes a folder and those above it, unless they are there.
    private static func make(_ path: String) throws(Unusable) {
        var status = stat()
        if unsafe lstat(path, &status) != 0, unsafe mkdir(path, 0o700) != 0, errno == ENOENT,
            let slash = path.lastIndex(of: "/"), slash > path.startIndex
        {
            try make(String(path[..<slash]))
            _ = unsafe mkdir(path, 0o700)
        }
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw .absent }
    }

    /// Whether nobody but this user, and whoever may do anything, can write there.
    static func isOwn(_ status: stat) -> Bool {
        status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    }

    /// The file of what environments declare.
    var environments: String { "\(path)/environments" }

    /// The file of what the files of environments were read as.
    var files: String { "\(path)/files" }

    /// Runs `body` if nobody else is writing here now.
    func withLock(_ body: () -> Void) {
        guard let turn = Turn(with: "\(path)/lock") else { return }
        defer { turn.leave() }
        body()
    }

    /// What tells one build of the program from another: what one reads, another may read otherwise.
    static let program: UInt64 = {
        var status = stat()
        guard unsafe stat("/proc/self/exe", &status) == 0 else { return 0 }
        return [Int(status.st_ino), status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
            .reduce(Checksum.start) { Checksum.mix($0, UInt64($1)) }
    }()
}
