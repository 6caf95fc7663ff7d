import Glibc

/// A stream between a program and this one; both ends are closed when the value goes, at the latest.
///
/// A pair of sockets rather than a pipe: writing to a program that has gone is an error then and no signal.
struct Channel: ~Copyable {
    private(set) var ownEnd: Int32
    private(set) var programEnd: Int32

    init() throws(ProgramFailure) {
        var ends: [Int32] = [-1, -1]
        guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else {
            throw .lost(systemText(errno))
        }
        for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 {
            let reason = systemText(errno)
            for end in ends { close(end) }
            throw .lost(reason)
        }
        ownEnd = ends[0]
        programEnd = ends[1]
    }

    deinit {
        if ownEnd >= 0 { close(ownEnd) }
        if programEnd >= 0 { close(programEnd) }
    }

    /// Leaves the other end to the program, so that the end of its output can be seen.
    mutating func handOver() {
        close(programEnd)
        programEnd = -1
    }

    /// Tells the program that nothing more comes.
    mutating func finish() {
        close(ownEnd)
        ownEnd = -1
    }
}

/// What the system calls the error `code`.
func systemText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
