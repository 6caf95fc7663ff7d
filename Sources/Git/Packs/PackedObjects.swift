internal import CLibgit2
internal import Glibc
import Synchronization

/// The objects that are kept in packs, and nothing else.
///
/// A database of its own, so that the library never comes to read an object from a file that may be cut short (see
/// ``LooseObjects``).
struct PackedObjects: ~Copyable {
    private let database: Handle<DatabaseKind>

    /// Opens the packs in `directories`.
    ///
    /// - Throws: ``GitError`` of `operation`: `corrupt` if an index would lead the library astray.
    static func open(in directories: [String], _ operation: String) throws(GitError) -> PackedObjects {
        let database = try unsafe Handle<DatabaseKind>(operation) { made in unsafe git_odb_new(made) }
        for (position, directory) in directories.enumerated() {
            try PackIndex.checkAll(in: directory + "/pack", operation)
            try unsafe database.withPointer { (database) throws(GitError) in
                var backend: OpaquePointer?
                try check(operation, unsafe git_odb_backend_pack(&backend, directory))
                // The database owns the backend from here on. Own packs are asked before borrowed ones.
                try check(operation, unsafe git_odb_add_backend(database, backend, Int32(directories.count - position)))
            }
        }
        return PackedObjects(database: database)
    }

    /// Whether a pack has the object; packs that came since are only looked for if `refreshing`.
    func contains(_ id: ObjectID, refreshing: Bool) -> Bool {
        var oid = id.oid
        let flags = refreshing ? 0 : GIT_ODB_LOOKUP_NO_REFRESH.rawValue
        return unsafe database.withPointer { (database) in unsafe git_odb_exists_ext(database, &oid, flags) == 1 }
    }

    /// Kind and size in bytes of the object `id`.
    ///
    /// - Throws: ``GitError`` of `operation`.
    func header(
        of id: ObjectID, _ operation: @autoclosure () -> String
    ) throws(GitError) -> (kind: ObjectKind, byteCount: Int) {
        var oid = id.oid
        var (byteCount, type) = (0, GIT_OBJECT_INVALID)
        try unsafe database.withPointer { (database) throws(GitError) in
            try check(operation(), unsafe git_odb_read_header(&byteCount, &type, database, &oid))
        }
        guard let kind = ObjectKind(type) else {
            throw GitError(operation: operation(), code: .corrupt, message: "it is of no known kind")
        }
        return (kind, byteCount)
    }

    /// Unpacks the object `id`.
    ///
    /// - Throws: ``GitError`` of `operation`.
    func read(_ id: ObjectID, _ operation: @autoclosure () -> String) throws(GitError) -> Handle<RawObjectKind> {
        var oid = id.oid
        return try unsafe database.withPointer { (database) throws(GitError) in
            try unsafe Handle<RawObjectKind>(operation()) { made in unsafe git_odb_read(made, database, &oid) }
        }
    }
}

/// The index of a pack: where in the pack each object begins.
///
/// The library trusts the places it finds there and reads outside of its memory if they are wrong, so they are looked
/// at before it is let near them. What the places lead to is checked by the id of each object.
private enum PackIndex {
    /// Checks the indexes of all packs in `folder`.
    static func checkAll(in folder: String, _ operation: String) throws(GitError) {
        guard let directory = unsafe opendir(folder) else { return }
        defer { unsafe closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix("pack-"), name.hasSuffix(".idx") else { continue }
            let path = folder + "/" + name
            var status = stat()
            // Without its pack an index is not used.
            guard unsafe stat(path.dropLast(3) + "pack", &status) == 0 else { continue }
            guard isSound(path, packByteCount: UInt64(status.st_size)) else {
                throw GitError(
                    operation: operation, code: .corrupt, category: .objectDatabase,
                    message: "the index \"\(path)\" is damaged or does not fit its pack",
                    hint: "git fsck shows what is damaged; a new clone replaces it")
            }
        }
    }

    private static func isSound(_ path: String, packByteCount: UInt64) -> Bool {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size > 0 else { return false }
        let identity = Identity(status, packByteCount: packByteCount)
        // Each part of a run that owns a handle opens the repository anew.
        guard !sound.withLock({ $0.contains(identity) }) else { return true }
        guard let base = unsafe mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
            unsafe base != MAP_FAILED
        else { return false }
        defer { unsafe munmap(base, Int(status.st_size)) }
        guard
            unsafe isSound(
                UnsafeRawBufferPointer(start: base, count: Int(status.st_size)), packByteCount: packByteCount)
        else { return false }
        sound.withLock { sound in
            if sound.count >= capacity { sound = [] }
            sound.insert(identity)
        }
        return true
    }

    /// The indexes that this process has found sound.
    private static let sound = Mutex<Set<Identity>>([])
    private static let capacity = 1_024

    /// What tells an index from any other, and from itself once it was written to.
    private struct Identity: Hashable {
        let device: UInt
        let inode: UInt
        let byteCount: Int
        let changed: [Int]
        let packByteCount: UInt64

        init(_ status: stat, packByteCount: UInt64) {
            (device, inode, byteCount) = (UInt(status.st_dev), UInt(status.st_ino), Int(status.st_size))
            changed = [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
            self.packByteCount = packByteCount
        }
    }

    /// gitformat-pack, "Original (version 1) pack-*.idx files" and "Version 2".
    private static func isSound(_ bytes: UnsafeRawBufferPointer, packByteCount: UInt64) -> Bool {
        let word = { (position: Int) in
            unsafe UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
        let fanoutByteCount = 256 * 4
        guard bytes.count >= 8 + fanoutByteCount + 40 else { return bytes.count == fanoutByteCount + 40 }
        let isSecond = word(0) == 0xFF74_4F63
        let fanout = isSecond ? 8 : 0
        let count = Int(word(fanout + fanoutByteCount - 4))
        for slot in 1..<256 where word(fanout + slot * 4) < word(fanout + slot * 4 - 4) { return false }
        guard isSecond else {
            guard bytes.count == fanoutByteCount + count * 24 + 40 else { return false }
            return (0..<count).allSatisfy { UInt64(word(fanoutByteCount + $0 * 24)) < packByteCount }
        }
        let offsets = fanout + fanoutByteCount + count * 24
        let wideOffsets = offsets + count * 4
        let wideByteCount = bytes.count - wideOffsets - 40
        guard word(4) == 2, wideByteCount >= 0, wideByteCount % 8 == 0 else { return false }
        return (0..<count).allSatisfy { index in
            let offset = word(offsets + index * 4)
            guard offset & 0x8000_0000 != 0 else { return UInt64(offset) < packByteCount }
            let place = Int(offset & 0x7FFF_FFFF)
            guard place < wideByteCount / 8 else { return false }
            let high = UInt64(word(wideOffsets + place * 8))
            return high << 32 | UInt64(word(wideOffsets + place * 8 + 4)) < packByteCount
        }
    }
}
