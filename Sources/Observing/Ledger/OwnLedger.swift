package import Git
import LedgerFormat
package import PromotionModel

/// A ledger on a branch of its own, which follows the watched branch.
///
/// For each commit on the first parents of the watched branch it has one merge commit, whose tree is that of the commit
/// with every lock as the ledger has it. Entries stand on top of those, so that to whoever reads the ledger a commit of
/// the watched branch is a pull request that was merged.
package struct OwnLedger: Hashable, Sendable {
    /// Full name of the watched branch.
    package let watched: String
    /// Full name of the branch that holds the ledger.
    package let branch: String

    package init(watched: String, branch: String) {
        self.watched = watched
        self.branch = branch
    }

    /// The most commits that are taken in at once.
    package static let longestStep = 5_000
    /// More commits are not looked through to find the last one that was taken in.
    private static let longestLine = 1_000_000

    /// What is seen of a ledger from one commit of the watched branch.
    package struct View: Hashable, Sendable {
        /// The commit of the watched branch.
        package let watched: ObjectID
        /// The commit of the ledger that has taken it in, which no reference may name yet.
        package let basis: ObjectID
        /// How many commits up to ``watched`` are not taken in by ``basis``.
        package var missing = 0
        /// Whether the ledger begins with ``basis``.
        package var isBeginning = false
        /// Set where the watched branch does not follow from what was taken in.
        package var alarm: HistoryBreak?

        package init(watched: ObjectID, basis: ObjectID, missing: Int = 0, isBeginning: Bool = false) {
            self.watched = watched
            self.basis = basis
            self.missing = missing
            self.isBeginning = isBeginning
        }
    }

    /// The tip of the ledger, or of the copy of it that was fetched from `origin`; `nil` where there is neither.
    ///
    /// - Throws: ``GitError``; `notFound` where a ledger was seen here and is gone.
    package func tip(in repository: borrowing Repository) throws(GitError) -> ObjectID? {
        if let tip = try repository.reference(branch) { return tip }
        let short = branch.dropFirst("refs/heads/".count)
        if let tip = try repository.reference("refs/remotes/origin/\(short)") { return tip }
        guard try HistoryMark(of: branch, in: repository).seen != nil else { return nil }
        return try BranchTip.read(branch, in: repository)
    }

    /// What is seen from `commit`, the tip of the watched branch; what is not taken in yet is, as objects alone.
    ///
    /// - Parameters:
    ///   - identity: Who takes in.
    ///   - limit: Where more commits than that are missing, the oldest are taken in.
    /// - Throws: ``GitError``.
    package func view(
        of commit: ObjectID, by identity: Identity, limit: Int = longestStep, in repository: borrowing Repository
    ) throws(GitError) -> View {
        guard let tip = try tip(in: repository) else {
            let basis = try begin(with: commit, by: identity, in: repository)
            return View(watched: commit, basis: basis, isBeginning: true)
        }
        let last = try Self.last(of: tip, in: repository)
        guard last != commit else { return View(watched: commit, basis: tip) }
        guard let missing = try Self.line(from: last, to: commit, in: repository) else {
            var view = View(watched: commit, basis: tip)
            view.alarm = HistoryMark(branch: watched, seen: last).broken(at: commit, in: repository)
            return view
        }
        let next = Array(missing.prefix(limit))
        let basis = try take(next, onto: tip, by: identity, in: repository)
        return View(watched: next.last ?? last, basis: basis, missing: missing.count - next.count)
    }

    /// What is seen without writing anything: the ledger as it is.
    ///
    /// - Throws: ``GitError``.
    package func standing(at commit: ObjectID, in repository: borrowing Repository) throws(GitError) -> View {
        guard let tip = try tip(in: repository) else { return View(watched: commit, basis: commit, isBeginning: true) }
        let last = try Self.last(of: tip, in: repository)
        let missing = last == commit ? [] : try Self.line(from: last, to: commit, in: repository) ?? []
        return View(watched: last, basis: tip, missing: missing.count)
    }

    /// What is seen from any `commit`: of the watched branch, the ledger as it was before the next one was taken in; of
    /// the ledger, itself; of another branch, that where it left the watched one, with what it has of its own taken in.
    ///
    /// - Throws: ``GitError``.
    package func pastView(
        of commit: ObjectID, by identity: Identity, in repository: borrowing Repository
    ) throws(GitError) -> View {
        guard let tip = try tip(in: repository) else {
            let basis = try begin(with: commit, by: identity, in: repository)
            return View(watched: commit, basis: basis, isBeginning: true)
        }
        var line: Set<ObjectID> = []
        var ends: [ObjectID: ObjectID] = [:]
        var end = tip
        try repository.firstParentWalk(from: tip) { (own) throws(GitError) in
            line.insert(own.id)
            guard let taken = TakenCommit(own), let first = own.parents.first else { return .next }
            ends[taken.original] = ends[taken.original] ?? end
            end = first
            return taken.isBeginning ? .stop : .next
        }
        guard !line.contains(commit) else { return View(watched: commit, basis: commit) }
        var missing: [ObjectID] = []
        var start: ObjectID?
        try repository.firstParentLine(from: commit) { one in
            start = ends[one.id]
            guard start == nil, missing.count < Self.longestStep else { return .stop }
            missing.append(one.id)
            return .next
        }
        guard let start else { return View(watched: commit, basis: commit) }
        let basis = try take(missing.reversed(), onto: start, by: identity, in: repository)
        return View(watched: commit, basis: basis)
    }

    /// The commit of the watched branch that a ledger with the tip `tip` has taken in last.
    ///
    /// - Throws: ``GitError``; `invalid` where the branch holds no ledger.
    package static func last(of tip: ObjectID, in repository: borrowing Repository) throws(GitError) -> ObjectID {
        var found: ObjectID?
        var isShallow = false
        try repository.firstParentWalk(from: tip) { (commit) throws(GitError) in
            isShallow = commit.isShallowBoundary
            found = TakenCommit(commit)?.original
            return found == nil ? .next : .stop
        }
        if let found { return found }
        throw GitError(
            operation: "read the ledger", code: isShallow ? .shallow : .invalid,
            message: isShallow
                ? "the clone is shallow and ends before any commit that the ledger has taken in"
                : "the branch of the ledger, at \(tip.short), has never taken in a commit of the watched branch",
            hint: isShallow
                ? "git fetch --unshallow"
                : "name a branch that does not exist yet in \"ledger:\" of \(FleetLayout.fileName)")
    }

    /// The first parents of `tip` that came after `last`, oldest first; `nil` where `tip` does not follow from it.
    ///
    /// - Throws: ``GitError``.
    static func line(
        from last: ObjectID, to tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [ObjectID]? {
        var line: [ObjectID] = []
        var isReached = false
        try repository.firstParentLine(from: tip) { commit in
            isReached = commit.id == last
            guard !isReached, line.count < longestLine else { return .stop }
            line.append(commit.id)
            return .next
        }
        if isReached { return line.reversed() }
        do throws(GitError) {
            guard try repository.isAncestor(last, of: tip) else { return nil }
        } catch  where error.code == .shallow {
            return nil
        }
        // Somebody merged the watched branch into another and put that in its place.
        var fresh: Set<ObjectID> = []
        try repository.topologicalWalk(from: tip, hiding: [last]) { commit in
            fresh.insert(commit.id)
            return .next
        }
        return line.prefix { fresh.contains($0) }.reversed()
    }
}
