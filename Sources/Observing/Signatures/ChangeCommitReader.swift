import Git
import PromotionModel

/// Finds the commits behind a change of the watched branch, and who signed them.
struct ChangeCommitReader {
    let verifier: CommitVerifier
    /// Who may sign as of the state that is judged.
    let present: SignersReading
    /// When entries of the environment's ledger were recorded, by commit.
    let entries: [String: Timestamp]
    private var trusted = TrustedSigners()
    /// When the oldest entry that was passed on the way back was recorded.
    private var seen: Timestamp?

    /// More commits behind one merge are not looked at: it does not count then.
    private static let maximumCommits = 1_000

    init(verifier: CommitVerifier, present: SignersReading, entries: [String: Timestamp]) {
        self.verifier = verifier
        self.present = present
        self.entries = entries
    }

    /// Takes note of a commit of the watched branch, from the newest to the oldest.
    ///
    /// Whoever recorded an entry on top of a commit has seen it by then.
    mutating func pass(_ commit: ObjectID) {
        if let instant = entries[commit.hex] { seen = instant }
    }

    /// The commits of the change that `commit`, of the watched branch, made: itself, and what it merged.
    ///
    /// - Parameters:
    ///   - parent: What came before the change: the first parent of `commit`, or the commit of a ledger that took it in.
    ///   - concerns: Whether a path is the environment's.
    /// - Throws: ``GitError``.
    mutating func commits(
        of commit: Commit, onto parent: ObjectID?, where concerns: (String) -> Bool, in repository: borrowing Repository
    ) throws(GitError) -> [ChangeCommit] {
        guard !commit.isShallowBoundary else {
            let reason = CommitSignature.unverified("the clone is shallow and ends at it: git fetch --unshallow")
            return [changeCommit(commit.id, .branch, isPlain: false, reason)]
        }
        guard let first = commit.parents.first else {
            let signature = try verifier.signature(of: commit.id, former: nil, present: present, in: repository)
            return [changeCommit(commit.id, .branch, isPlain: false, signature)]
        }
        let former = try trusted.reading(at: repository.commit(parent ?? first).tree, in: repository)
        let signature = try verifier.signature(of: commit.id, former: former, present: present, in: repository)
        let isPlain = try PlainMerge.isPlain(commit, where: concerns, in: repository)
        let own = changeCommit(commit.id, .branch, isPlain: isPlain, signature)
        var found = [own]
        for side in commit.parents.dropFirst() {
            found += try range(from: side, notIn: first, .merged, former, concerns, in: repository)
        }
        // None, unless the watched branch was replaced and that was accepted.
        if let parent, parent != first {
            found += try range(from: first, notIn: parent, .branch, former, concerns, in: repository)
        }
        return found
    }

    /// The commits that `head` has and `base` has not.
    ///
    /// - Throws: ``GitError``.
    mutating func proposed(
        from head: ObjectID, notIn base: ObjectID, where concerns: (String) -> Bool, in repository: borrowing Repository
    ) throws(GitError) -> [ChangeCommit] {
        let former = try trusted.reading(at: repository.commit(base).tree, in: repository)
        return try range(from: head, notIn: base, .proposed, former, concerns, in: repository)
    }

    private func range(
        from head: ObjectID, notIn base: ObjectID, _ place: ChangeCommit.Place, _ former: SignersReading,
        _ concerns: (String) -> Bool, in repository: borrowing Repository
    ) throws(GitError) -> [ChangeCommit] {
        var commits: [Commit] = []
        try repository.topologicalWalk(from: head, hiding: [base]) { (commit) throws(GitError) in
            commits.append(commit)
            return commits.count > Self.maximumCommits ? .stop : .next
        }
        guard commits.count <= Self.maximumCommits else {
            let reason = "it brings more than \(Self.maximumCommits) commits, which are not looked at"
            return [changeCommit(head, place, isPlain: false, .refused(reason))]
        }
        return try commits.map { (commit) throws(GitError) in
            let signature = try verifier.signature(of: commit.id, former: former, present: present, in: repository)
            let isPlain = try PlainMerge.isPlain(commit, where: concerns, in: repository)
            return changeCommit(commit.id, place, isPlain: isPlain, signature)
        }
    }

    private func changeCommit(
        _ id: ObjectID, _ place: ChangeCommit.Place, isPlain: Bool, _ signature: CommitSignature
    ) -> ChangeCommit {
        ChangeCommit(
            id: id.hex, place: place, isPlainMerge: isPlain, signature: signature,
            firstSeen: place == .proposed ? nil : seen)
    }
}
