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

    private let results = Mutex<[Key: Verification.Result]>([:])

    package init() {}

    /// The one that readers share unless they are given another.
    package static let shared = VerificationCache()

    func result(for key: Key, _ make: () -> Verification.Result) -> Verification.Result {
        if let known = results.withLock({ $0[key] }) { return known }
        let made = make()
        results.withLock { results in
            if results.count >= Self.capacity { results = [:] }
            results[key] = made
        }
        return made
    }
}
