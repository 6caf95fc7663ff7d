package import Git
import LedgerFormat

/// A commit of a ledger that has a branch of its own: it takes in one commit of the watched branch.
package struct TakenCommit: Hashable, Sendable {
    /// The commit that is taken in.
    package let original: ObjectID
    /// `Name <email>`, as the sign-off says.
    package let signedOffBy: String
    /// Whether the ledger begins with it.
    package let isBeginning: Bool

    /// What `commit` takes in; `nil` where it is no such commit.
    package init?(_ commit: Commit) {
        guard (1...2).contains(commit.parents.count), let last = commit.parents.last,
            let read = LedgerReader.takingIn(in: commit.message), read.commit == last.hex
        else { return nil }
        original = last
        signedOffBy = read.signedOffBy
        isBeginning = commit.parents.count == 1
    }

    /// What `commit` takes in, or itself where it takes in nothing: who did what it brings, and when.
    ///
    /// - Throws: ``GitError`` where the commit that is taken in cannot be read.
    static func told(by commit: Commit, in repository: borrowing Repository) throws(GitError) -> Commit {
        guard let taken = TakenCommit(commit), !taken.isBeginning else { return commit }
        return try repository.commit(taken.original)
    }
}
