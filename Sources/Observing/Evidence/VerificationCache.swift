import EvidenceFormat
import PromotionModel
import Synchronization

/// Results of verification, kept for as long as the process runs: a function of what they are kept under.
package final class VerificationCache: Sendable {
    /// Everything that a result depends on.
    struct Key: Hashable {
        /// SHA-256 of the envelope's bytes.
        let envelope: Digest
        /// The blob of `allowed_signers`.
        let signers: String
        let subject: Digest
        let firstSeen: Timestamp
    }

    /// The most results that are kept; then it begins anew.
    private static let capacity = 20_000

    /// What an envelope came to, and what a refused one says of itself.
    struct Judged {
        let result: Verification.Result
        /// `nil` for what is verified, and what says nothing that can be read.
        let claim: RefusedEvidence.Claim?
    }

    private let results = Mutex<[Key: Judged]>([:])

    package init() {}

    /// The one that readers share unless they are given another.
    package static let shared = VerificationCache()

    func judged(_ key: Key, _ make: () -> Judged) -> Judged {
        if let known = results.withLock({ $0[key] }) { return known }
        let made = make()
        results.withLock { results in
            if results.count >= Self.capacity { results = [:] }
            results[key] = made
        }
        return made
    }
}
