package import Git
package import Ports

extension PortFailure {
    /// The failure of a port that met `error` in `phase`.
    package init(_ error: GitError, phase: String) {
        let consequence: Consequence
        switch error.code {
        case .locked, .busy, .modified, .unsigned, .unreachable, .declined: consequence = .retry
        case .notFound, .unborn, .invalidName, .owner, .unsupported, .shallow: consequence = .waitForChange
        default: consequence = error.category == .system ? .retry : .halt
        }
        let phase = error.code == .unreachable ? Self.reachingPhase : phase
        self.init(phase: phase, consequence: consequence, message: error.summary, hint: error.remedy)
    }
}

extension GitError {
    /// What to do about it: the hint, or for trouble with the machine that all of it can be done again.
    package var remedy: String? {
        hint ?? (category == .system ? "nothing is half done: once that is mended, run it again" : nil)
    }

    /// What could not be done and why, on one line, without the hint.
    package var summary: String {
        "could not \(operation): \(message)"
    }
}
