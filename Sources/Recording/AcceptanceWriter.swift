package import Git
import LedgerFormat
package import Observing
package import Ports
package import PromotionModel

/// Records that the watched branch may go on from another history than the one that was seen.
package struct AcceptanceWriter: ~Copyable {
    private let repository: Repository
    private let identity: Identity
    private let publisher: any ReferencePublisher

    package init(
        repository: consuming Repository, identity: Identity, publisher: any ReferencePublisher = OwnReferences()
    ) {
        self.repository = repository
        self.identity = identity
        self.publisher = publisher
    }

    /// Writes the commit that says so on top of `basis`; no branch moves.
    ///
    /// It changes no file: it is about commits.
    ///
    /// - Throws: ``GitError``.
    package borrowing func commit(
        _ acceptance: HistoryAcceptance, of mark: HistoryMark, on basis: ObjectID, at instant: Timestamp
    ) throws(GitError) -> ObjectID {
        let signature = Signature(identity, seconds: instant.seconds)
        return try repository.writeCommit(
            tree: try repository.commit(basis).tree, parents: [basis], author: signature, committer: signature,
            message: LedgerMessage.text(
                for: acceptance, of: mark.branch, basis: basis.hex, at: instant, signedOffBy: identity.description))
    }

    /// Records `environments`, whose ledgers begin anew, on top of the acceptance `commit`; then moves the branch of
    /// `mark` from `basis`, and the mark after it.
    ///
    /// Cut off between the two moves, the alarm stays, and the next acceptance finds this one (``former(of:from:)``).
    ///
    /// - Throws: ``GitError``; a lost race is an answer.
    package borrowing func record(
        _ environments: [EnvironmentPlan], on commit: ObjectID, mark: HistoryMark, expecting basis: ObjectID?
    ) throws(GitError) -> Ports.Recording {
        let ledger = LedgerBranch(reference: mark.branch, identity: identity, publisher: publisher)
        let line = try ledger.append(environments, manifests: [:], on: commit, in: repository)
        let update = ReferenceUpdate(
            mark.branch, to: line.tip, expecting: basis, message: "towpath: accept the history")
        switch try publisher.move(update, with: [], in: repository) {
        case .moved: break
        case .lostRace: return .lostRace
        case .declined(let reason): throw ledger.declined(reason)
        }
        return try remember(line.tip, mark)
            ? .recorded(tip: line.tip.hex, commits: [commit.hex] + line.commits) : .lostRace
    }

    /// Records on `ledger`, at `tip`, that the branch of `mark` goes on from `watched`, and takes that commit in.
    ///
    /// The locks are the ledger's and stay as they are.
    ///
    /// - Throws: ``GitError``; a lost race is an answer.
    package borrowing func record(
        _ acceptance: HistoryAcceptance, of mark: HistoryMark, at watched: ObjectID, on ledger: OwnLedger,
        tip: ObjectID, instant: Timestamp
    ) throws(GitError) -> Ports.Recording {
        let signature = Signature(identity, seconds: instant.seconds)
        let commit = try repository.writeCommit(
            tree: try repository.commit(tip).tree, parents: [tip], author: signature, committer: signature,
            message: LedgerMessage.text(
                for: acceptance, of: mark.branch, basis: watched.hex, at: instant,
                signedOffBy: identity.description))
        let next = try ledger.take([watched], onto: commit, by: identity, in: repository)
        let update = ReferenceUpdate(
            ledger.branch, to: next, expecting: try repository.reference(ledger.branch),
            message: "towpath: accept the history")
        switch try publisher.move(update, with: [], in: repository) {
        case .moved: break
        case .lostRace: return .lostRace
        case .declined(let reason):
            throw LedgerBranch(reference: ledger.branch, identity: identity, publisher: publisher).declined(reason)
        }
        HistoryMark.follow(ledger.branch, to: next, in: repository)
        return try remember(watched, mark) ? .recorded(tip: next.hex, commits: [commit.hex]) : .lostRace
    }

    /// Moves `mark` to `tip`; false where somebody else moved it since it was read.
    package borrowing func remember(_ tip: ObjectID, _ mark: HistoryMark) throws(GitError) -> Bool {
        do {
            try mark.move(to: tip, in: repository)
            return true
        } catch {
            guard error.code == .modified || error.code == .busy else { throw error }
            return false
        }
    }

    /// The commit on the first parents of `tip` that accepts, in the place of what `mark` saw, the history below it:
    /// somebody else was there before, or an acceptance was cut off; 40 hexadecimal digits.
    ///
    /// - Throws: ``GitError`` if a commit cannot be read.
    package borrowing func former(of mark: HistoryMark, from tip: ObjectID) throws(GitError) -> String? {
        var found: String?
        try repository.firstParentWalk(from: tip) { commit in
            guard Self.accepts(commit, in: mark.seen?.hex ?? "") else { return .next }
            found = commit.id.hex
            return .stop
        }
        return found
    }

    private static func accepts(_ commit: Commit, in place: String) -> Bool {
        do {
            guard let read = try LedgerReader.acceptance(in: commit.message) else { return false }
            return read.acceptance.replaced == place
                && read.signedOffBy == "\(commit.committer.name) <\(commit.committer.email)>"
        } catch {
            return false
        }
    }
}
