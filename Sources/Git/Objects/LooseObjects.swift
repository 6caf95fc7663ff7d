internal import CLibgit2
internal import Glibc

/// The objects that have a file of their own.
///
/// Read here and not by the library, which up to at least 1.9 goes round for ever on a file that was cut short; a
/// machine that loses power leaves such files behind.
struct LooseObjects {
    /// The folders that hold objects: the repository's own, then those that it borrows from.
    let directories: [String]

    /// Finds the folders of the repository in `commonDirectory`; an alternate that cannot be read is left out.
    init(commonDirectory: String) {
        var found: [String] = []
        var pending = [(path: commonDirectory + "/objects", depth: 0)]
        // As git does: alternates of alternates, five deep.
        while let (path, depth) = pending.popLast() {
            guard !found.contains(path) else { continue }
            found.append(path)
            guard depth < 5, let list = readSmallFile(path + "/info/alternates") else { continue }
            for line in list.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
                let named = String(decoding: line, as: UTF8.self)
                pending.append((named.hasPrefix("/") ? named : path + "/" + named, depth + 1))
            }
        }
        directories = found
    }

    /// Kind and content of the object `id`; nil if it has no file.
    ///
    /// - Throws: ``GitError`` of `operation`: `corrupt` if the file is cut short or its content does not have that id;
    ///   `tooLarge` if it has more than `limit` bytes.
    func read(
        _ id: ObjectID, limit: Int, _ operation: () -> String
    ) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8])? {
        let name = Self.name(id)
        for directory in directories {
            guard let compressed = try readFile(directory + name, limit: .max, operation) else { continue }
            let object = try LooseObject.unpack(compressed, limit: limit, operation)
            guard try LooseObject.id(of: object.bytes, object.kind, operation) == id else {
                throw LooseObject.corrupt("its content has another id", operation)
            }
            return object
        }
        return nil
    }

    /// Kind and size in bytes of the object `id` as its file claims; nil if it has no file.
    ///
    /// - Throws: ``GitError`` of `operation` with code `corrupt`.
    func header(
        of id: ObjectID, _ operation: () -> String
    ) throws(GitError) -> (kind: ObjectKind, byteCount: Int)? {
        for directory in directories {
            guard let start = try readFile(directory + Self.name(id), limit: 128, operation) else { continue }
            return try LooseObject.header(start, operation)
        }
        return nil
    }

    private static func name(_ id: ObjectID) -> String {
        let hex = id.hex
        return "/" + hex.prefix(2) + "/" + hex.dropFirst(2)
    }

    private func readFile(_ path: String, limit: Int, _ operation: () -> String) throws(GitError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno != ENOENT, errno != ENOTDIR else { return nil }
            throw systemError("its file cannot be opened", operation)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw systemError("its file cannot be examined", operation)
        }
        var bytes = [UInt8](repeating: 0, count: min(limit, Int(status.st_size)))
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw systemError("its file cannot be read", operation) }
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeSubrange(filled...)
        return bytes
    }

    private func systemError(_ what: String, _ operation: () -> String) -> GitError {
        let reason = unsafe String(cString: strerror(errno))
        return GitError(operation: operation(), code: .failure, category: .system, message: "\(what): \(reason)")
    }
}

/// The file of one object: compressed; inside, "kind size", a NUL, and the content.
private enum LooseObject {
    /// The longest header there is: "commit", a blank, twenty digits, NUL.
    private static let maximumHeaderByteCount = 32

    /// What the beginning of a file claims.
    static func header(
        _ compressed: [UInt8], _ operation: () -> String
    ) throws(GitError) -> (kind: ObjectKind, byteCount: Int) {
        var inflater = try Inflater(compressed)
        return try parse(inflater.next(maximumHeaderByteCount).bytes, operation).header
    }

    /// Takes a whole file apart.
    static func unpack(
        _ compressed: [UInt8], limit: Int, _ operation: () -> String
    ) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8]) {
        var inflater = try Inflater(compressed)
        let (header, start) = try parse(inflater.next(maximumHeaderByteCount).bytes, operation)
        try Repository.guardSize(header.byteCount, limit, operation())
        var bytes = Array(start)
        if bytes.count < header.byteCount {
            let rest = inflater.next(header.byteCount - bytes.count).bytes
            bytes = bytes.isEmpty ? rest : bytes + rest
        }
        // Not a byte less nor more, and the checksum that follows must hold.
        guard bytes.count == header.byteCount, inflater.next(1) == ([], true), inflater.isExhausted else {
            throw corrupt("its file is cut short or damaged", operation)
        }
        return (header.kind, bytes)
    }

    private static func parse(
        _ start: [UInt8], _ operation: () -> String
    ) throws(GitError) -> (header: (kind: ObjectKind, byteCount: Int), rest: ArraySlice<UInt8>) {
        let end = start.firstIndex(of: 0) ?? 0
        let words = start[..<end].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 2, let kind = ObjectKind(rawValue: words[0]), let count = Int(words[1]), count >= 0 else {
            throw corrupt("its header is not well formed", operation)
        }
        return ((kind, count), start[(end + 1)...])
    }

    /// The id that an object of that kind and content has.
    static func id(
        of bytes: [UInt8], _ kind: ObjectKind, _ operation: () -> String
    ) throws(GitError) -> ObjectID {
        var oid = git_oid()
        _ = try unsafe bytes.span.withUnsafeBytes { (buffer) throws(GitError) in
            try check(operation(), unsafe git_odb_hash(&oid, buffer.baseAddress, buffer.count, kind.type))
        }
        return ObjectID(oid)
    }

    static func corrupt(_ reason: String, _ operation: () -> String) -> GitError {
        GitError(
            operation: operation(), code: .corrupt, category: .objectDatabase, message: reason,
            hint: "git fsck shows what is damaged; a new clone replaces it")
    }
}
