import Git
import Glibc

/// Pauses that grow, spread by chance so that several do not come back at the same moment.
struct Backoff {
    private var bound: Duration
    private let longest: Duration

    /// - Parameters:
    ///   - first: The longest first pause; each is at most twice the one before.
    ///   - longest: The longest of all.
    init(first: Duration, longest: Duration = .seconds(5)) {
        bound = first
        self.longest = longest
    }

    /// The longest that the next pause can be.
    var longestNext: Duration { bound }

    /// Waits for the next pause: between half of its bound and all of it.
    ///
    /// Where somebody interferes, time is made up and passes when the world says so.
    mutating func wait() {
        defer { bound = min(bound * 2, longest) }
        guard Interferences.current == nil else { return }
        let (seconds, attoseconds) = bound.components
        let microseconds = UInt32(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        usleep(UInt32.random(in: microseconds / 2...max(microseconds, 1)))
    }
}
