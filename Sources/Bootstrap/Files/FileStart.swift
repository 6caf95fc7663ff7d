import Glibc

/// Reads files as far as a bound.
package enum FileStart {
    /// The first bytes of the file or pipe at `path`, `limit` at most; `nil` if it cannot be read.
    package static func read(_ path: String, upTo limit: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return read(descriptor, upTo: limit)
    }

    /// The next bytes of this process's standard input, `limit` at most; `nil` if it cannot be read.
    package static func readInput(upTo limit: Int) -> [UInt8]? {
        read(STDIN_FILENO, upTo: limit)
    }

    /// A pipe gives what it has: read on to its end, or to the limit.
    private static func read(_ descriptor: Int32, upTo limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(limit, 1 << 20))
        while bytes.count < limit {
            let wanted = min(piece.count, limit - bytes.count)
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, wanted) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        return bytes
    }
}
