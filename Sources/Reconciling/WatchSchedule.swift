package import Ports
package import PromotionModel

/// When the loop runs its next tick: a pure machine, told what happened and asked how long to wait.
package struct WatchSchedule: Hashable, Sendable {
    /// What one tick came to.
    package enum Event: Hashable, Sendable {
        /// It went through; another plan can come by itself at the instant, if there is one.
        case tickFinished(stableUntil: Timestamp?)
        /// It recorded something: what follows from that is due at once.
        case tickRecorded
        case tickFailed(PortFailure.Consequence)
    }

    /// What the loop is to do.
    package enum Step: Hashable, Sendable {
        case wait(TimeSpan)
        case stop
    }

    /// How often the branch is looked at when nothing else is due.
    private let interval: TimeSpan
    private var failures = 0

    /// The longest pause after failures, five minutes: long enough to spare a sick server, short enough to notice its
    /// recovery.
    package static let longestBackoff = TimeSpan(seconds: 300)

    package init(interval: TimeSpan) {
        self.interval = interval
    }

    /// The step after `event` at `instant`.
    package mutating func step(after event: Event, at instant: Timestamp) -> Step {
        switch event {
        case .tickRecorded:
            failures = 0
            return .wait(TimeSpan(seconds: 0))
        case .tickFinished(let end):
            failures = 0
            guard let end else { return .wait(interval) }
            return .wait(min(interval, max(end - instant, TimeSpan(seconds: 1))))
        case .tickFailed(.halt):
            return .stop
        case .tickFailed(.retry), .tickFailed(.waitForChange):
            failures += 1
            let backoff = TimeSpan(seconds: 1 << Int64(min(failures - 1, 9)))
            return .wait(min(backoff, Self.longestBackoff))
        }
    }
}
