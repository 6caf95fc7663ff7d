internal import CLibgit2
internal import CZlib
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
        let hex = id.hex
        let name = "/" + hex.prefix(2) + "/" + hex.dropFirst(2)
        for directory in directories {
            guard let compressed = try readFile(directory + name, operation) else { continue }
            let object = try LooseObject.unpack(compressed, limit: limit, operation)
            guard try LooseObject.id(of: object.bytes, object.kind, operation) == id else {
                throw LooseObject.corrupt("its content has another id", operation)
            }
            return object
        }
        return nil
    }

    private func readFile(_ path: String, _ operation: () -> String) throws(GitError) -> [UInt8]? {
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
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
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
    /// Takes `compressed` apart.
    static func unpack(
        _ compressed: [UInt8], limit: Int, _ operation: () -> String
    ) throws(GitError) -> (kind: ObjectKind, bytes: [UInt8]) {
        var stream = unsafe z_stream()
        guard unsafe czlib_inflate_init(&stream) == Z_OK else {
            throw GitError(operation: operation(), code: .failure, category: .compression, message: "out of memory")
        }
        defer { unsafe inflateEnd(&stream) }
        // The longest header there is: "commit", a blank, twenty digits, NUL.
        var head = [UInt8](repeating: 0, count: 32)
        var input = compressed
        return try unsafe input.withUnsafeMutableBufferPointer { (input) throws(GitError) in
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = UInt32(clamping: input.count)
            let headCount = try unsafe inflateSome(&stream, into: &head, operation)
            guard let end = head[..<headCount].firstIndex(of: 0), let header = parse(head[..<end]) else {
                throw corrupt("its header is not well formed", operation)
            }
            try Repository.guardSize(header.byteCount, limit, operation())
            var bytes = Array(head[(end + 1)..<headCount])
            guard bytes.count <= header.byteCount else { throw corrupt("it is longer than it says", operation) }
            if bytes.count < header.byteCount {
                var rest = [UInt8](repeating: 0, count: header.byteCount - bytes.count)
                let count = try unsafe inflateSome(&stream, into: &rest, operation)
                guard count == rest.count else { throw corrupt("its file is cut short", operation) }
                bytes = bytes.isEmpty ? rest : bytes + rest
            }
            // One byte more must not come, and the checksum at the end must hold.
            var excess: [UInt8] = [0]
            guard try unsafe inflateSome(&stream, into: &excess, operation) == 0, unsafe stream.avail_in == 0 else {
                throw corrupt("its file is longer than it says", operation)
            }
            return (header.kind, bytes)
        }
    }

    /// Fills `output` as far as the stream goes and gives the number of bytes; less than asked for only at its end.
    private static func inflateSome(
        _ stream: inout z_stream, into output: inout [UInt8], _ operation: () -> String
    ) throws(GitError) -> Int {
        let wanted = output.count
        let status = unsafe output.withUnsafeMutableBufferPointer { buffer in
            unsafe stream.next_out = buffer.baseAddress
            unsafe stream.avail_out = UInt32(clamping: wanted)
            return unsafe inflate(&stream, Z_SYNC_FLUSH)
        }
        let isFull = unsafe stream.avail_out == 0
        // Z_STREAM_END comes once; asked again, zlib answers the same. Anything else short of full means no more input.
        guard status == Z_STREAM_END || (status == Z_OK && isFull) else {
            throw corrupt("its file is cut short or damaged", operation)
        }
        return unsafe wanted - Int(stream.avail_out)
    }

    private static func parse(_ header: ArraySlice<UInt8>) -> (kind: ObjectKind, byteCount: Int)? {
        let words = String(decoding: header, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, let kind = ObjectKind(rawValue: String(words[0])), let count = Int(words[1]), count >= 0
        else { return nil }
        return (kind, count)
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
