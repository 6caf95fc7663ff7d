internal import Glibc

/// Puts a pack where a repository looks for it: both files whole and on the disk, or none.
enum PackFile {
    /// Writes `text` to the folder of packs below `objects`.
    ///
    /// A crash can leave a file `tmp_pack_…` or `tmp_idx_…` behind, which `git gc` removes, or a pack without index,
    /// which nobody reads.
    ///
    /// - Throws: ``GitError`` of `operation`; nothing is visible then.
    static func write(_ text: PackText, to objects: String, _ operation: String) throws(GitError) {
        let folder = objects + "/pack"
        if unsafe mkdir(folder, 0o777) != 0, errno != EEXIST { throw failure("make \"\(folder)\"", operation) }
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        let (pack, index) = (folder + "/tmp_pack_" + suffix, folder + "/tmp_idx_" + suffix)
        do throws(GitError) {
            try write(text.pack, to: pack, operation)
            try write(text.index, to: index, operation)
            // The index is what makes a pack known.
            for (from, ending) in [(pack, ".pack"), (index, ".idx")] {
                let place = folder + "/pack-" + text.name + ending
                guard unsafe rename(from, place) == 0 else { throw failure("make \"\(place)\"", operation) }
            }
        } catch {
            for left in [pack, index] { _ = unsafe unlink(left) }
            throw error
        }
        try synchronizeFolder(folder, operation)
    }

    private static func write(_ bytes: [UInt8], to path: String, _ operation: String) throws(GitError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw failure("make \"\(path)\"", operation) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write \"\(path)\"", operation) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw failure("synchronise \"\(path)\"", operation) }
    }

    private static func failure(_ what: String, _ operation: String) -> GitError {
        let reason = unsafe String(cString: strerror(errno))
        return GitError(
            operation: operation, code: .failure, category: .system, message: "cannot \(what): \(reason)")
    }
}
