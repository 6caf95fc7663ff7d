import Ports
import PromotionModel
import Synchronization

/// The true time of a simulated world: it passes only when the world says so.
final class VirtualTime: Sendable {
    private let seconds: Mutex<Int64>

    init(_ start: Timestamp) {
        seconds = Mutex(start.seconds)
    }

    var now: Timestamp {
        Timestamp(seconds: seconds.withLock(\.self))
    }

    func pass(_ span: TimeSpan) {
        precondition(span.seconds >= 0, "time goes forward")
        seconds.withLock { $0 += span.seconds }
    }

    func pass(until instant: Timestamp) {
        seconds.withLock { $0 = max($0, instant.seconds) }
    }
}

/// The clock of one machine, which can be wrong.
final class MachineClock: WallClock, Sendable {
    private let time: VirtualTime
    private let offset = Mutex<Int64>(0)

    init(_ time: VirtualTime) {
        self.time = time
    }

    func now() -> Timestamp {
        Timestamp(seconds: time.now.seconds + offset.withLock(\.self))
    }

    /// How far the clock is ahead of the true time.
    var error: TimeSpan {
        get { TimeSpan(seconds: offset.withLock(\.self)) }
        set { offset.withLock { $0 = newValue.seconds } }
    }
}
