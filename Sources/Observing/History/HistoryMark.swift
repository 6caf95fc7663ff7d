package import Git
package import PromotionModel

/// What a repository remembers of a watched branch: the last tip that was recorded or seen.
///
/// A reference in the repository itself, so that it goes where the history goes, keeps the commits that it names, and
/// moves by compare-and-swap. Read it before the branch: writers move the branch first and the mark after it.
package struct HistoryMark: Hashable, Sendable {
    /// Where the marks are, one for each branch that was ever watched.
    package static let prefix = "refs/towpath/seen/"

    /// Full name of the watched branch.
    package let branch: String
    /// The tip that was seen; `nil` where the branch was never watched here.
    package let seen: ObjectID?

    /// Full name of the reference that is the mark of `branch`, a full name.
    package static func reference(of branch: String) -> String {
        prefix + (branch.hasPrefix("refs/heads/") ? String(branch.dropFirst("refs/heads/".count)) : branch)
    }

    /// The watched branch that `branch`, of a ledger, follows; `nil` where `branch` is watched itself.
    private let followed: String?

    /// Reads the mark of `branch`.
    ///
    /// - Parameter followed: The watched branch that `branch` follows, which is no stranger to it.
    /// - Throws: ``GitError`` if it is there and cannot be read.
    package init(
        of branch: String, following followed: String? = nil, in repository: borrowing Repository
    ) throws(GitError) {
        self.branch = branch
        self.followed = followed
        seen = try repository.reference(Self.reference(of: branch))
    }

    /// A branch that was seen at the commit `seen`, as something else than the mark says.
    init(branch: String, seen: ObjectID) {
        self.branch = branch
        self.seen = seen
        followed = nil
    }

    /// The alarm if `tip` does not follow from what was seen; `nil` where it does, or nothing was seen.
    package func broken(at tip: ObjectID, in repository: borrowing Repository) -> HistoryBreak? {
        guard let seen, seen != tip else { return nil }
        do throws(GitError) {
            return try repository.isAncestor(seen, of: tip)
                ? nil : alarm(tip, try Self.kind(from: seen, to: tip, in: repository), in: repository)
        } catch {
            let reason = [error.message, error.hint].compactMap(\.self).joined(separator: "; ")
            return alarm(tip, .untold(reason: reason), in: repository)
        }
    }

    private func alarm(
        _ tip: ObjectID, _ kind: HistoryBreak.Kind, in repository: borrowing Repository
    ) -> HistoryBreak {
        HistoryBreak(
            branch: branch, seen: seen?.hex ?? "", tip: tip.hex, kind: kind, restoration: restoration(in: repository))
    }

    /// What puts the branch of the server back that `repository` is a copy of; `nil` where it is none, or nothing was
    /// seen.
    package func restoration(in repository: borrowing Repository) -> String? {
        guard let seen, let original = repository.original else { return nil }
        return "git --git-dir \"\(repository.gitDirectory)\" push --force \(original) \(seen):\(branch)"
    }

    private static func kind(
        from seen: ObjectID, to tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> HistoryBreak.Kind {
        let bases = try repository.mergeBases(seen, tip)
        guard let base = bases.first else { return .unrelated }
        var count = 0
        try repository.topologicalWalk(from: seen, hiding: bases) { _ in
            count += 1
            return .next
        }
        return base == tip ? .rewound(count: count) : .rewritten(from: base.hex, count: count)
    }

    /// Whether another branch was ever watched here: then a ledger that begins is no first use of the repository.
    ///
    /// - Throws: ``GitError`` if references cannot be listed.
    package func hasNeighbours(in repository: borrowing Repository) throws(GitError) -> Bool {
        let own = [branch, followed].compactMap(\.self).map(Self.reference(of:))
        return try repository.references(Self.prefix).contains { !own.contains($0.name) }
    }

    /// How often a lost race is met with a new look; whoever wins moves the mark forward too.
    private static let attempts = 8

    /// Moves the mark of `branch` forward to `tip`, unless it is there or beyond, or does not lead there.
    ///
    /// - Parameter start: A commit that is known to lead to `tip`, so that nobody has to go there again.
    /// - Returns: whether it is there now.
    /// - Throws: ``GitError`` if it cannot be written.
    @discardableResult
    package static func advance(
        _ branch: String, to tip: ObjectID, from start: ObjectID? = nil, in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        for _ in 0..<attempts {
            let mark = try HistoryMark(of: branch, in: repository)
            guard mark.seen != tip else { return true }
            guard start.map({ mark.seen == $0 }) == true || mark.broken(at: tip, in: repository) == nil else {
                return false
            }
            do {
                try mark.move(to: tip, in: repository)
                return true
            } catch {
                guard error.code == .modified || error.code == .busy else { throw error }
            }
        }
        return false
    }

    /// Moves the mark of `branch` forward to `tip`, which was just recorded there, if the branch is seen to have it.
    ///
    /// Nothing is lost where that fails: the next command that writes moves the mark first, or says why it cannot. In a
    /// copy the branch can be behind for a moment, and a mark ahead of it would be an alarm.
    ///
    /// - Parameter start: A commit that is known to lead to `tip`.
    package static func follow(
        _ branch: String, to tip: ObjectID, from start: ObjectID? = nil, in repository: borrowing Repository
    ) {
        do throws(GitError) {
            guard let now = try repository.reference(branch) else { return }
            let isThere = try now == tip ? true : repository.isAncestor(tip, of: now)
            if isThere { try advance(branch, to: tip, from: start, in: repository) }
        } catch {
            return
        }
    }

    /// Moves the mark to `tip` wherever that is, unless somebody else moved it since it was read.
    ///
    /// - Throws: ``GitError``; `modified` if somebody did.
    package func move(to tip: ObjectID, in repository: borrowing Repository) throws(GitError) {
        try repository.updateReference(
            Self.reference(of: branch), to: tip, expecting: seen, message: "towpath: the last tip seen")
    }
}
