import Glibc

extension Invocation {
    /// Runs the program to its end.
    ///
    /// - Parameter hear: told of standard error while it comes, in pieces of any length.
    /// - Throws: ``ProgramFailure``; the program and what it started in its group are dead by then.
    package func run(
        hearing hear: ((ArraySlice<UInt8>) -> Void)? = nil
    ) throws(ProgramFailure) -> Completion {
        let deadline = ContinuousClock.now + timeLimit
        var input = try Channel()
        var output = try Channel()
        var errors = try Channel()
        let child = try ChildProcess(
            self, input: input.programEnd, output: output.programEnd, errors: errors.programEnd)
        input.handOver()
        output.handOver()
        errors.handOver()
        var conversation = Conversation(
            input: Source(channel: input, bytes: self.input),
            output: Sink(channel: output, limit: outputLimit, endsAtLimit: true),
            errors: Sink(channel: errors, limit: Completion.errorLimit, endsAtLimit: false), silence: silenceLimit,
            hear: hear)
        do {
            let ending = try conversation.follow(child, until: deadline)
            return Completion(ending: ending, output: conversation.output.bytes, errors: conversation.errors.bytes)
        } catch {
            child.kill()
            _ = try child.ending(waiting: true)
            throw error
        }
    }
}

/// What is still to be written to a program.
private struct Source: ~Copyable {
    var channel: Channel
    var bytes: [UInt8]
    var written = 0

    init(channel: consuming Channel, bytes: [UInt8]) {
        self.channel = channel
        self.bytes = bytes
        if bytes.isEmpty { self.channel.finish() }
    }

    /// Writes what the channel takes now; a program that does not listen any more is no failure.
    mutating func write() {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe send(
                channel.ownEnd, bytes.baseAddress?.advanced(by: written), bytes.count - written,
                Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        written += max(count, 0)
        if count < 0 || written == bytes.count { channel.finish() }
    }
}

/// What has been read of one of a program's streams.
private struct Sink: ~Copyable {
    var channel: Channel
    let limit: Int
    /// Whether more than the limit is a failure; otherwise it is dropped.
    let endsAtLimit: Bool
    var bytes: [UInt8] = []

    init(channel: consuming Channel, limit: Int, endsAtLimit: Bool) {
        self.channel = channel
        self.limit = limit
        self.endsAtLimit = endsAtLimit
    }

    var hasEnded: Bool { channel.ownEnd < 0 }

    /// Reads once what is there, and returns it.
    mutating func read() throws(ProgramFailure) -> ArraySlice<UInt8> {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe Glibc.read(channel.ownEnd, &chunk, chunk.count)
        if count < 0 {
            switch errno {
            case EINTR, EAGAIN: return []
            // The other end is gone; that is an end as well.
            case ECONNRESET:
                channel.finish()
                return []
            default: throw .lost(systemText(errno))
            }
        }
        if count == 0 { channel.finish() }
        if endsAtLimit, bytes.count + count > limit { throw .tooMuchOutput }
        bytes += chunk.prefix(min(count, limit - bytes.count))
        return chunk.prefix(count)
    }
}

/// All three streams of a program while it runs.
private struct Conversation: ~Copyable {
    var input: Source
    var output: Sink
    var errors: Sink
    /// How long nothing at all may come.
    let silence: Duration?
    let hear: ((ArraySlice<UInt8>) -> Void)?
    private var lastSign = ContinuousClock.now

    init(
        input: consuming Source, output: consuming Sink, errors: consuming Sink, silence: Duration?,
        hear: ((ArraySlice<UInt8>) -> Void)?
    ) {
        self.input = input
        self.output = output
        self.errors = errors
        self.silence = silence
        self.hear = hear
    }

    /// How often the end of the program is asked for while something else may hold its streams open.
    private static let patience: Int32 = 20

    /// Writes and reads until the program has ended.
    mutating func follow(
        _ child: ChildProcess, until deadline: ContinuousClock.Instant
    ) throws(ProgramFailure) -> Completion.Ending {
        while !(output.hasEnded && errors.hasEnded) {
            let now = ContinuousClock.now
            let left = min(deadline, silence.map { lastSign + $0 } ?? deadline) - now
            guard left > .zero else { throw .timedOut }
            let hasMoved = try exchange(waiting: min(Self.patience, Self.milliseconds(left)))
            guard !hasMoved, let ending = try child.ending(waiting: false) else { continue }
            // What the program started may hold its streams for ever; its own end is what counts, and what it wrote
            // before.
            while ContinuousClock.now < deadline, try exchange(waiting: 0) {}
            return ending
        }
        while ContinuousClock.now < deadline {
            if let ending = try child.ending(waiting: false) { return ending }
            usleep(500)
        }
        throw .timedOut
    }

    /// `duration` in whole milliseconds, rounded up.
    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Waits for one of the streams, and moves what can be moved; false where nothing could.
    private mutating func exchange(waiting milliseconds: Int32) throws(ProgramFailure) -> Bool {
        // A channel that is closed has a negative descriptor, which is passed over.
        var polled = [
            pollfd(fd: input.channel.ownEnd, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: output.channel.ownEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors.channel.ownEnd, events: Int16(POLLIN), revents: 0),
        ]
        let count = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
        guard count >= 0 || errno == EINTR else { throw .lost(systemText(errno)) }
        guard count > 0 else { return false }
        if polled[0].revents != 0 { input.write() }
        if polled[1].revents != 0 { _ = try output.read() }
        if polled[2].revents != 0 {
            let words = try errors.read()
            if !words.isEmpty { hear?(words) }
        }
        lastSign = ContinuousClock.now
        return true
    }
}
