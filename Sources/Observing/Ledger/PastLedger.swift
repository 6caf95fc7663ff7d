package import Git
package import LedgerFormat
import PromotionModel

/// The ledger of a fleet as it was at commits of the past, read once for all of them.
package struct PastLedger: Sendable {
    private let history: LedgerHistory
    /// Where each commit stands on the line of first parents, the oldest at 0.
    private let positions: [String: Int]

    /// The ledger that `tip` comes from; `nil` where that of an older commit may be another than its beginning.
    ///
    /// So it is where a lock was changed beside the line of first parents, where an accepted history left something
    /// behind, and in a shallow clone.
    ///
    /// - Throws: ``GitError``.
    package init?(from tip: ObjectID, in repository: borrowing Repository) throws(GitError) {
        guard !repository.isShallow else { return nil }
        let changes = try LockScan.changes(from: tip, in: repository).filter { !$0.isIdle }
        let history: LedgerHistory
        do throws(GitError) {
            let names = Set(changes.map(\.environment)).sorted()
            history = try LedgerWalk.history(of: names, from: tip, in: repository)
        } catch {
            // Damage in one ledger must not stop the others: each view reads its own.
            guard error.code == .corrupt || error.code == .notFound || error.code == .wrongKind else { throw error }
            return nil
        }
        let recorded = history.entries.values.joined()
        var found = Set(history.intrusions.map { "\($0.environment) \($0.commit)" })
        found.formUnion(recorded.map { "\($0.entry.environment) \($0.commit)" })
        guard changes.allSatisfy(\.isMainline), changes.count == found.count,
            changes.allSatisfy({ found.contains("\($0.environment) \($0.commit)") }),
            recorded.allSatisfy({ $0.entry.acceptance == nil })
        else { return nil }
        self.history = history
        let line = try repository.firstParentIDs(from: tip).map(\.hex)
        positions = Dictionary(uniqueKeysWithValues: line.reversed().enumerated().map { ($1, $0) })
    }

    /// The ledger as of the commit `basis`; `nil` where it has to be read from there.
    package func history(at basis: String) -> LedgerHistory? {
        guard let last = positions[basis] else { return nil }
        return LedgerHistory(
            entries: history.entries.mapValues { recorded in recorded.filter { isThere($0.commit, by: last) } }
                .filter { !$0.value.isEmpty },
            intrusions: history.intrusions.filter { isThere($0.commit, by: last) })
    }

    private func isThere(_ commit: String, by last: Int) -> Bool {
        positions[commit].map { $0 <= last } ?? false
    }
}
