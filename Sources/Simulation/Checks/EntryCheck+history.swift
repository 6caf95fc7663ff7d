import Git
import PromotionModel

/// Commits that are no entries: they accept a history, or take in what was pushed to the watched branch.
extension EntryCheck {
    /// Takes in a commit that accepts a history which was set back.
    ///
    /// - Throws: ``Violation`` where it accepts what nobody asked to accept, or does more than that.
    func accept(_ commit: Commit, _ text: EntryText, into chronicle: inout Chronicle) throws(Violation) {
        let name = commit.id.short
        try checkSignOff(commit, text)
        guard accepts, let replaced = text.accepted, chronicle.rewound.contains(where: { $0.hex == replaced }),
            !chronicle.chain.contains(where: { $0.commit.hex == replaced })
        else { throw Violation(.accepted, "\(name) accepts a history that was not set back, or that nobody accepted") }
        let tip = chronicle.tip
        guard commit.tree == tip.tree, text.items.isEmpty, text.holds.isEmpty, text.releases.isEmpty else {
            throw Violation(.wellFormed, "\(name) accepts a history and does more than that")
        }
        chronicle.append(
            Chronicle.Link(commit: commit.id, tree: commit.tree, state: tip.state, snapshot: tip.snapshot))
    }

    /// Takes in a commit that takes in what was pushed to the watched branch; false where it is another.
    ///
    /// - Throws: ``Violation`` where it is not the next that was pushed, with the locks of the ledger; ``GitError`` where
    ///   the repository cannot be read.
    func takeIn(_ commit: Commit, into chronicle: inout Chronicle, in repository: borrowing Repository) throws -> Bool {
        guard chronicle.hasOwnLedger, let text = EntryText(commit.message), let original = text.takenIn else {
            return false
        }
        let name = commit.id.short
        guard "\(commit.committer.name) <\(commit.committer.email)>" == identity, text.signOffs == [identity] else {
            throw Violation(.wellFormed, "\(name) is signed off by \(text.signOffs) and recorded by \(identity)")
        }
        let isBeginning = chronicle.isLedgerMissing
        let next = chronicle.pushes.count - chronicle.ahead
        guard let index = isBeginning ? chronicle.pushes.lastIndex(where: { $0.commit.hex == original }) : next,
            chronicle.pushes.indices.contains(index), chronicle.pushes[index].commit.hex == original,
            commit.parents == (isBeginning ? [] : [chronicle.tip.commit]) + [chronicle.pushes[index].commit]
        else { throw Violation(.wellFormed, "\(name) takes in \(original.prefix(8)), which is not the next") }
        let push = chronicle.pushes[index]
        try checkLocks(commit, chronicle.tip.snapshot, push: push, in: repository)
        var link = Chronicle.Link(
            commit: commit.id, tree: commit.tree, state: push.state, snapshot: chronicle.tip.snapshot)
        if isBeginning {
            chronicle.begin(at: index, with: link)
        } else {
            (link.authors, link.mergers, link.formerPolicies) = (push.authors, push.mergers, push.formerPolicies)
            chronicle.take(link)
        }
        return true
    }

    /// The files are those that were pushed, and the locks those of the ledger.
    private func checkLocks(
        _ commit: Commit, _ snapshot: Snapshot, push: Chronicle.Link, in repository: borrowing Repository
    ) throws {
        var locks = Dictionary(
            uniqueKeysWithValues: snapshot.environments.compactMap { name, environment in
                environment.lock.map { ("environments/\(name)/environment.lock", $0) }
            })
        var strange: [String] = []
        try repository.changedEntries(from: push.tree, to: commit.tree) { path, old, new in
            if old != nil || locks.removeValue(forKey: path) != new?.id { strange.append(path) }
            return .next
        }
        guard strange.isEmpty, locks.isEmpty else {
            throw Violation(
                .foldsToLock,
                "\(commit.id.short) takes in more than was pushed: \(strange), or less: "
                    + "\(locks.keys.sorted())")
        }
    }
}
