import Bootstrap
import PromotionModel
import Reconciling

/// One machine that runs the loop: a clock, a cache and a schedule of its own.
struct Replica {
    let name: String
    let clock: MachineClock
    let settings: OperatorSettings
    private let interval: TimeSpan
    private var schedule: WatchSchedule
    /// When it looks again, in true time.
    private(set) var wake: Timestamp
    var isRunning = false

    init(name: String, clock: MachineClock, settings: OperatorSettings, interval: TimeSpan, wake: Timestamp) {
        self.name = name
        self.clock = clock
        self.settings = settings
        self.interval = interval
        self.wake = wake
        schedule = WatchSchedule(interval: interval)
    }

    /// Goes to sleep after a tick, as the loop's own schedule says; what stops for good is started again by whoever
    /// watches over it, a minute later.
    mutating func sleep(after event: WatchSchedule.Event?, at now: Timestamp, isDeaf: Bool) {
        isRunning = false
        guard let event else { return restart(at: now) }
        switch schedule.step(after: event, at: clock.now()) {
        case .stop: restart(at: now)
        case .wait(let span):
            // A sleep is measured by another clock than the one that is wrong.
            wake = now + (isDeaf && event != .tickRecorded ? TimeSpan(seconds: 30 * 86_400) : span)
        }
    }

    /// Begins anew, with what is on the disk.
    mutating func restart(at now: Timestamp) {
        isRunning = false
        schedule = WatchSchedule(interval: interval)
        wake = now + TimeSpan(seconds: 60)
    }

    /// Is told that something happened, and looks at once.
    mutating func trigger(at now: Timestamp) {
        wake = now
    }
}

/// A process that has been started and has not ended.
struct Running {
    /// What it is called in the trace.
    let actor: String
    let job: Job
    let process: SimulatedProcess
    /// Who signs off.
    let identity: String
    /// Which replica it belongs to; `nil` for a person's command.
    let replica: Int?
    /// How many consents there were when it began.
    let knownEvidence: Int
    /// How often the branch had been moved when it looked at it last.
    var lookedAt: Int
    /// Whether the branch did not follow from where it was seen when the process looked at that last.
    var sawRewritten = false
    /// Whether it looked at the branch after that.
    var hasCompared = false
    /// Whether it is about to look at the branch.
    var isLooking = false
    /// How its last effect is answered.
    var answer: Fault?
}
