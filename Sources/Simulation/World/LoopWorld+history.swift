import Git
import PromotionModel

/// What happens to the history itself: it is set back by force, and that is noticed, forgotten or accepted.
extension LoopWorld {
    /// The operator sets the branch back by force.
    func rewind() throws {
        let count = chronicle.chain.count
        guard count > 1 else { return }
        let index = chance.number(in: max(0, count - 5)...count - 2)
        let target = chronicle.chain[index].commit
        note(.rewound, "operator", "sets the branch back by \(count - 1 - index) commits, to \(target.short)")
        // What a person brought back stays published without its entry; the loop takes back its own.
        for link in chronicle.chain[(index + 1)...] {
            let entry = EntryText(try repository.commit(link.commit).message)
            if entry?.items.contains(where: { $0.result == "rolled-back" }) ?? false { mayPublishedDiffer = true }
        }
        chronicle.rewind(to: index)
        try force(Self.watched, to: target)
        known[Self.watched] = target
        if kind != .guarded { try acceptHistory() }
    }

    /// The operator sets the mark of what was seen back too, wherever it is not on the branch: in the repository, or in
    /// each copy of what is on a server.
    ///
    /// Whoever was about to remember the former tip does so afterwards, and it has to be set back again.
    func acceptHistory() throws {
        guard kind != .guarded, chronicle.rewinds > 0 else { return }
        guard server != nil else { return try acceptHistory(in: repository) }
        for path in try copies() { try acceptHistory(in: try Repository.open(at: path)) }
    }

    private func acceptHistory(in copy: borrowing Repository) throws {
        guard let seen = try copy.reference(Self.seen), chronicle.index(of: seen) == nil else { return }
        // A copy may not have what came since; the beginning it has.
        guard let link = chronicle.chain.last(where: { copy.contains($0.commit) }) else { return }
        try copy.updateReference(Self.seen, to: link.commit, expecting: seen, message: "forced")
        acceptances += 1
        note(.action, "operator", "accepts the history at \(link.commit.short)")
    }

    /// Whether the branch does not follow from where it was seen, so that nothing may move before somebody accepts it.
    func isRewritten() throws -> Bool {
        guard kind == .guarded, let seen = try repository.reference(Self.seen) else { return false }
        return chronicle.index(of: seen) == nil
    }

    /// Somebody deletes the mark of what was seen of the branch, or sets it back.
    func forget() throws {
        guard let seen = try repository.reference(Self.seen) else { return }
        if chance.happens(500) {
            note(.forgotten, "operator", "deletes what was seen")
            try repository.deleteReference(Self.seen, expecting: seen)
        } else if let link = chance.pick(chronicle.chain.suffix(6)) {
            note(.forgotten, "operator", "sets what was seen back to \(link.commit.short)")
            try force(Self.seen, to: link.commit)
        }
    }

    /// Somebody accepts the history as it is, if that is needed.
    ///
    /// - Throws: ``Violation`` where it cannot be accepted though nothing goes wrong any more.
    func acceptRewritten() throws {
        guard try isRewritten() else { return }
        start(.acceptHistory, as: staff.managers[0])
        try advance(running.count - 1)
        guard try isRewritten() else { return }
        throw Violation(.liveness, "the history was accepted, and the program does not know")
    }
}
