package import Git
package import Ports

extension PortFailure {
    /// The failure of a port that met `error` in `phase`.
    package init(_ error: GitError, phase: String) {
        let consequence: Consequence
        switch error.code {
        case .locked, .busy, .modified, .unsigned: consequence = .retry
        case .notFound, .unborn, .invalidName, .owner, .unsupported, .shallow: consequence = .waitForChange
        default: consequence = error.category == .system ? .retry : .halt
        }
        self.init(phase: phase, consequence: consequence, message: error.summary, hint: error.hint)
    }
}

extension GitError {
    /// What could not be done and why, on one line, without the hint.
    package var summary: String {
        "could not \(operation): \(message)"
    }
}
