package import Git
import LedgerFormat
package import PromotionModel

/// How a ledger of its own comes to have what the watched branch has: commits that are functions of what they take in
/// and of who takes it in, so that two writers make the same.
extension OwnLedger {
    /// Where every lock is, by its path.
    private typealias Locks = [String: TreeEntry]

    /// The commit that begins a ledger at `commit` of the watched branch: its tree, with the locks that it has.
    ///
    /// - Throws: ``GitError`` if it cannot be written.
    func begin(
        with commit: ObjectID, by identity: Identity, in repository: borrowing Repository
    ) throws(GitError) -> ObjectID {
        let original = try repository.commit(commit)
        return try Self.write(original, tree: original.tree, parents: [commit], by: identity, in: repository)
    }

    /// Takes in `commits`, oldest first, on top of `tip`.
    ///
    /// - Returns: the last commit made, or `tip`.
    /// - Throws: ``GitError`` if they cannot be written.
    package func take(
        _ commits: [ObjectID], onto tip: ObjectID, by identity: Identity, in repository: borrowing Repository
    ) throws(GitError) -> ObjectID {
        guard !commits.isEmpty else { return tip }
        let locks = try Self.locks(in: try repository.commit(tip).tree, of: repository)
        var tip = tip
        var known: [ObjectID?: ObjectID] = [:]
        for id in commits {
            let original = try repository.commit(id)
            let folder = try repository.entry(at: FleetLayout.environmentsFolder, in: original.tree)
            let tree: ObjectID
            if let ready = known[folder?.id], folder?.kind == .directory {
                let change = TreeChange(FleetLayout.environmentsFolder, .put(ready, .directory))
                tree = try repository.writeTree(base: original.tree, changes: [change])
            } else {
                tree = try Self.tree(of: original, with: locks, in: repository)
                known[folder?.id] = try repository.entry(at: FleetLayout.environmentsFolder, in: tree)?.id
            }
            tip = try Self.write(original, tree: tree, parents: [tip, id], by: identity, in: repository)
        }
        return tip
    }

    private static func write(
        _ original: Commit, tree: ObjectID, parents: [ObjectID], by identity: Identity,
        in repository: borrowing Repository
    ) throws(GitError) -> ObjectID {
        let seconds = max(0, original.committer.seconds)
        let message = LedgerMessage.text(
            takingIn: original.id.hex, subject: original.subject, signedOffBy: identity.description)
        let signature = Signature(identity, seconds: seconds)
        return try repository.writeCommit(
            tree: tree, parents: parents, author: author(of: original) ?? signature, committer: signature,
            message: message)
    }

    /// The author of `commit`, so that `git log` on the ledger names who did what; `nil` where git would not write them.
    private static func author(of commit: Commit) -> Signature? {
        let author = commit.author
        guard author.isWellFormed, author.seconds >= 0, abs(author.offsetMinutes) < 24 * 60 else { return nil }
        do throws(GitError) {
            let identity = try Identity(name: author.name, email: author.email)
            return Signature(identity, seconds: author.seconds, offsetMinutes: author.offsetMinutes)
        } catch {
            return nil
        }
    }

    /// The tree of `original` with exactly `locks`.
    private static func tree(
        of original: Commit, with locks: Locks, in repository: borrowing Repository
    ) throws(GitError) -> ObjectID {
        let present = try self.locks(in: original.tree, of: repository)
        var changes: [TreeChange] = []
        for (path, lock) in locks.sorted(by: { $0.key < $1.key })
        where present[path]?.id != lock.id || present[path]?.kind != lock.kind {
            changes.append(TreeChange(path, .put(lock.id, lock.kind)))
        }
        for path in present.keys.sorted() where locks[path] == nil { changes.append(TreeChange(path, .remove)) }
        return changes.isEmpty ? original.tree : try repository.writeTree(base: original.tree, changes: changes)
    }

    /// The locks in the root folder `root`.
    private static func locks(
        in root: ObjectID, of repository: borrowing Repository
    ) throws(GitError) -> Locks {
        guard let folder = try repository.entry(at: FleetLayout.environmentsFolder, in: root),
            folder.kind == .directory
        else { return [:] }
        var locks: Locks = [:]
        for entry in try repository.tree(folder.id) where entry.kind == .directory && entry.nameIsValid {
            guard let name = name(entry.name),
                let lock = try repository.entry(at: FleetLayout.lockName, in: entry.id)
            else { continue }
            locks[FleetLayout.lockPath(of: name)] = lock
        }
        return locks
    }

    /// The environment called `text`; `nil` where none can be, so that nothing is ever read from its lock.
    private static func name(_ text: String) -> EnvironmentName? {
        do throws(InvalidName) {
            return try EnvironmentName(text)
        } catch {
            return nil
        }
    }

    /// The locks on the watched branch that are not as it had them when the ledger with the tip `tip` began: they count
    /// for nothing, and nobody should write them.
    ///
    /// - Throws: ``GitError``.
    package func strayLocks(
        at commit: ObjectID, tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [EnvironmentName: ObjectID] {
        var begun: ObjectID?
        try repository.firstParentWalk(from: tip) { (commit) throws(GitError) in
            if let taken = TakenCommit(commit), taken.isBeginning { begun = taken.original }
            return begun == nil ? .next : .stop
        }
        let old = try begun.map { (id) throws(GitError) in
            try Self.locks(in: repository.commit(id).tree, of: repository)
        }
        let new = try Self.locks(in: try repository.commit(commit).tree, of: repository)
        var strays: [EnvironmentName: ObjectID] = [:]
        for (path, lock) in new where lock.id != old?[path]?.id {
            guard let name = path.split(separator: "/").dropFirst().first.flatMap({ Self.name(String($0)) }) else {
                continue
            }
            strays[name] = lock.id
        }
        return strays
    }

    /// What is wrong with `commit` of a ledger as one that takes in a commit after `last`; `nil` where nothing is.
    ///
    /// - Parameters:
    ///   - taken: What `commit` says that it takes in.
    ///   - last: The commit that was taken in before it; `nil` where the ledger begins.
    ///   - isRenewed: Whether the history of the watched branch was accepted between the two.
    /// - Throws: ``GitError``.
    package static func fault(
        of commit: Commit, taking taken: TakenCommit, after last: ObjectID?, isRenewed: Bool,
        in repository: borrowing Repository
    ) throws(GitError) -> String? {
        let original = try repository.commit(taken.original)
        guard taken.signedOffBy == "\(commit.committer.name) <\(commit.committer.email)>" else {
            return "it takes in \(original.id.short), signed off by \(taken.signedOffBy) and committed by another"
        }
        if !taken.isBeginning, let last, !isRenewed, try line(from: last, to: original.id, in: repository)?.count != 1 {
            return "it takes in \(original.id.short), which is not the next commit after \(last.short)"
        }
        guard let first = commit.parents.first else { return nil }
        let before = try repository.commit(first).tree
        let wanted = try locks(in: before, of: repository)
        guard try locks(in: commit.tree, of: repository) == wanted else {
            return "it takes in \(original.id.short) and changes locks"
        }
        let present = try locks(in: original.tree, of: repository)
        let places = Set(wanted.keys).union(present.keys)
        var stranger: String?
        try repository.changedEntries(from: original.tree, to: commit.tree) { path, _, _ in
            // Also what is no folder where a lock needs one, and what lies below what is no file.
            let isLock =
                places.contains(path)
                || places.contains { $0.hasPrefix("\(path)/") || path.hasPrefix("\($0)/") }
            guard !isLock else { return .next }
            stranger = path
            return .stop
        }
        return stranger.map { "it takes in \(original.id.short) and changes \($0)" }
    }
}
