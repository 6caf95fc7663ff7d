/// One thing that is broken on purpose, to prove that the checkers notice.
package enum Sabotage: String, Sendable, CaseIterable {
    /// The branch is moved wherever it is: compare-and-swap without the comparison.
    case compare = "compare-and-swap"
    /// What was acknowledged is taken off the branch again.
    case acknowledgement = "lost-acknowledgement"
    /// The newest entry loses its trailers, and so the ledger an entry.
    case entry = "lost-entry"
    /// The newest entry says something else than its lock.
    case lock = "forged-lock"
    /// The newest entry is recorded once more.
    case twice = "recorded-twice"
    /// The newest entry changes a file that is none of its business.
    case paths = "touched-paths"
    /// The newest entry is not signed off by its committer.
    case signOff = "sign-off"
    /// What a rewind withdrew is put back by the next who records.
    case withdrawn = "returned-commit"
    /// Contracts lose a gate that everybody believes in.
    case soak
    case approvals
    case windows
    case order
    case rate
    case freeze
    /// Holds are left out of the lock and of the entry that set them.
    case hold
    /// Environments are published and never recorded.
    case unrecorded = "never-recorded"
    /// A published branch is moved to what nobody permitted.
    case published = "unpermitted-publication"
    /// The mark of what was seen is gone when somebody looks at it after a rewind.
    case alarm = "unseen-rewind"
    /// The loop looks at the branch at its interval only, whatever opens meanwhile.
    case deaf = "missed-wake-up"
}
