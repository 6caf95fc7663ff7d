import EvidenceFormat
import Git
import PromotionModel
import Synchronization

/// What reading evidence has found out, kept for as long as the process runs: each a function of what it is kept under.
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

    /// The most results, and the most digests, that are kept; then it begins anew.
    private static let capacity = 20_000
    /// The same for branches.
    private static let mostTimelines = 8

    /// What an envelope came to, and what a refused one says of itself.
    struct Judged {
        let result: Verification.Result
        /// `nil` for what is verified, and what says nothing that can be read.
        let claim: RefusedEvidence.Claim?
    }

    private let results = Mutex<[Key: Judged]>([:])
    private let digests = Mutex<[ObjectID: Digest]>([:])
    private let timelines = Mutex<[String: EvidenceTimeline]>([:])

    package init() {}

    /// The one that readers share unless they are given another.
    package static let shared = VerificationCache()

    func judged<Failure: Error>(_ key: Key, _ make: () throws(Failure) -> Judged) throws(Failure) -> Judged {
        if let known = results.withLock({ $0[key] }) { return known }
        let made = try make()
        results.withLock { results in
            if results.count >= Self.capacity { results = [:] }
            results[key] = made
        }
        return made
    }

    /// SHA-256 of the content of `blob`, if it is known.
    func digest(of blob: ObjectID) -> Digest? {
        digests.withLock { $0[blob] }
    }

    func keep(_ digest: Digest, of blob: ObjectID) {
        digests.withLock { digests in
            if digests.count >= Self.capacity { digests = [:] }
            digests[blob] = digest
        }
    }

    /// Lends what is known of the line of `branch`, repository and reference, and keeps what `body` adds to it.
    ///
    /// Whoever asks while it is lent begins anew, and what is kept is what is given back last.
    func withTimeline<Result, Failure: Error>(
        of branch: String, _ body: (inout EvidenceTimeline) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var timeline = timelines.withLock { $0.removeValue(forKey: branch) } ?? EvidenceTimeline()
        let result = try body(&timeline)
        timelines.withLock { timelines in
            if timelines.count >= Self.mostTimelines { timelines = [:] }
            timelines[branch] = timeline
        }
        return result
    }
}
