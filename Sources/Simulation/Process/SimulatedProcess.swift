import Dispatch
import Git
import Glibc
import Synchronization

/// A process of the simulated world: production code on a thread of its own, stopped at every effect until the
/// scheduler lets it go on.
///
/// Only one thread of a world ever runs: who hands over waits until it is handed back, so the same choices give the same
/// history.
final class SimulatedProcess: Sendable {
    /// Where a process has stopped.
    enum Stop: Sendable {
        case will(RepositoryEffect)
        case did(RepositoryEffect)
        case ended(JobOutcome)
    }

    private let handover: Handover

    /// Starts a thread for `job`, which does nothing before ``proceed(_:)`` is called.
    init(_ job: @escaping @Sendable () -> JobOutcome) {
        let handover = Handover()
        self.handover = handover
        DetachedThread.start {
            handover.awaitStart()
            let outcome = Interferences.$current.withValue(handover) { job() }
            handover.end(outcome)
        }
    }

    /// Lets the process go on, its last effect answered by `failure` or by what it does, until it stops again.
    func proceed(_ failure: GitError? = nil) -> Stop {
        handover.resume(failure)
    }

    /// Lets no effect happen any more, until the process has ended.
    func kill() {
        while true {
            if case .ended = proceed(Self.death) { return }
        }
    }

    private static let death = GitError(
        operation: "go on", code: .failure, category: .system, message: "the process was killed")
}

/// Passes control to and fro between the scheduler and one process.
private final class Handover: Interference, Sendable {
    private struct Slot {
        var stop: SimulatedProcess.Stop?
        var failure: GitError?
    }

    private let slot = Mutex(Slot())
    private let process = DispatchSemaphore(value: 0)
    private let scheduler = DispatchSemaphore(value: 0)

    func resume(_ failure: GitError?) -> SimulatedProcess.Stop {
        slot.withLock { $0.failure = failure }
        process.signal()
        scheduler.wait()
        guard let stop = slot.withLock({ $0.stop }) else { preconditionFailure("a process says where it stops") }
        return stop
    }

    func awaitStart() {
        process.wait()
    }

    func end(_ outcome: JobOutcome) {
        slot.withLock { $0.stop = .ended(outcome) }
        scheduler.signal()
    }

    func willPerform(_ effect: RepositoryEffect) throws(GitError) {
        try stop(.will(effect))
    }

    func didPerform(_ effect: RepositoryEffect) throws(GitError) {
        switch effect {
        case .moveReference, .push: try stop(.did(effect))
        case .readReference, .writeObject, .writePack, .listRemote, .fetch: return
        }
    }

    private func stop(_ stop: SimulatedProcess.Stop) throws(GitError) {
        slot.withLock { $0.stop = stop }
        scheduler.signal()
        process.wait()
        if let failure = slot.withLock({ $0.failure }) { throw failure }
    }
}
