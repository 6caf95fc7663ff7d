package import Git
package import Ports
package import PromotionModel

/// Says who signed entries of the ledger, or any other commits of a branch.
///
/// A signature counts by `allowed_signers` of the commit's first parent, the state before it, at the date of the commit
/// and when it was first seen. For want of better, that is the latest date of the commit and of its first parents: so
/// dating a commit back goes no further than the commit before it.
package struct LedgerSignatures: Sendable {
    /// A commit and what its signature is worth.
    package struct Finding: Hashable, Sendable {
        /// 40 hexadecimal digits.
        package let commit: String
        /// Judged by date and by first sight.
        package let signature: CommitSignature

        package init(commit: String, signature: CommitSignature) {
            self.commit = commit
            self.signature = signature
        }
    }

    private let verifier: CommitVerifier
    private let now: Timestamp
    private var trusted = TrustedSigners()
    /// Seconds by commit, for those that were walked.
    private var firstSights: [ObjectID: Int64] = [:]

    /// - Parameters:
    ///   - openPGP: What verifies OpenPGP signatures.
    ///   - now: The present, by the clock; nothing was first seen later.
    package init(openPGP: any OpenPGPVerifier, at now: Timestamp) {
        verifier = CommitVerifier(openPGP: openPGP, at: now)
        self.now = now
    }

    /// Who signed each of `commits`, in their order.
    ///
    /// - Parameter commits: 40 hexadecimal digits each.
    /// - Throws: ``GitError`` where one cannot be read, or is no id.
    package static func findings(
        on commits: [String], openPGP: any OpenPGPVerifier, at now: Timestamp, in repository: borrowing Repository
    ) throws(GitError) -> [Finding] {
        var signatures = LedgerSignatures(openPGP: openPGP, at: now)
        return try commits.map { (commit) throws(GitError) in
            guard let id = ObjectID(hex: commit) else {
                throw GitError(
                    operation: "verify \"\(commit.printable)\"", code: .invalid, message: "it is no commit id")
            }
            return Finding(commit: commit, signature: try signatures.signature(of: id, in: repository))
        }
    }

    /// Who signed the commit `id`.
    ///
    /// - Throws: ``GitError`` where it cannot be read.
    package mutating func signature(
        of id: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> CommitSignature {
        let commit = try repository.commit(id)
        var former: SignersReading?
        if let parent = commit.parents.first {
            guard !commit.isShallowBoundary else {
                let isSigned = try repository.signedCommit(id) != .unsigned
                return isSigned ? .unverified("the clone is shallow and ends at it: git fetch --unshallow") : .unsigned
            }
            former = try trusted.reading(at: repository.commit(parent).tree, in: repository)
        }
        let signature = try verifier.signature(of: id, former: former, in: repository)
        // Only a key that begins or ends some time makes the walk worth while.
        guard case .signed(let signatory) = signature, signatory.from != nil || signatory.until != nil else {
            return signature
        }
        return signature.counted(at: try firstSight(of: id, in: repository))
    }

    /// The earliest instant at which `id` can have been seen: no earlier than what it stands on.
    ///
    /// - Throws: ``GitError`` where the history below it cannot be read.
    package mutating func firstSight(
        of id: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> Timestamp {
        var unknown: [(id: ObjectID, seconds: Int64)] = []
        var latest = Int64.min
        let known = firstSights
        try repository.firstParentWalk(from: id) { (commit) throws(GitError) in
            if let seconds = known[commit.id] {
                latest = seconds
                return .stop
            }
            unknown.append((commit.id, commit.committer.seconds))
            return .next
        }
        for commit in unknown.reversed() {
            latest = max(latest, min(commit.seconds, now.seconds))
            firstSights[commit.id] = latest
        }
        return Timestamp(seconds: latest)
    }
}
