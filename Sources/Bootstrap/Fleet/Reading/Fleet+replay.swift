import Git
import LedgerFormat
import Observing
package import PromotionModel

/// What was recorded at some point of the past, as the ledger gives it.
package struct Replay: Hashable, Sendable {
    /// One environment, as it was recorded then.
    package struct Environment: Hashable, Sendable {
        package let record: EnvironmentRecord
        /// How many entries of its ledger give the record, since it last began.
        package let entries: Int
        /// The commit of the last of them, 40 hexadecimal digits, and when it was recorded.
        package let commit: String
        package let at: Timestamp
    }

    /// The point that was asked for.
    package enum Point: Hashable, Sendable {
        /// As of a revision.
        case commit(String)
        /// All that was recorded until then, the instant included.
        case instant(Timestamp)
    }

    /// The commit whose ledger was folded, 40 hexadecimal digits.
    package let basis: String
    /// `nil` where a commit was asked for.
    package let instant: Timestamp?
    /// Sorted by name; those that had a record.
    package let environments: [Environment]
    /// Locks that are not what the ledger gives.
    package let problems: [Problem]
}

extension Fleet {
    /// The recorded state of every environment at `point`, by folding the ledger; locks are only compared with it.
    ///
    /// - Parameter name: Only this environment; `nil` for all.
    /// - Throws: ``Refusal``, also where the clone is shallow.
    package borrowing func replay(at point: Replay.Point, of name: EnvironmentName?) throws(Refusal) -> Replay {
        do {
            var tip = try basis()
            var instant: Timestamp?
            switch point {
            case .commit(let revision): tip = try view(of: repository.commit(try repository.resolve(revision)).id).basis
            case .instant(let given): instant = given
            }
            let changes = Dictionary(
                grouping: try LockScan.changes(from: tip, in: repository).filter { !$0.isIdle }, by: \.environment)
            var names = changes.keys.sorted()
            if let name {
                try requireEnvironment(name, among: names)
                names = [name]
            }
            let history = try LedgerWalk.history(of: names, from: tip, in: repository)
            var environments: [Replay.Environment] = []
            for name in names {
                let recorded = (history.entries[name] ?? []).filter { one in instant.map { one.entry.at <= $0 } ?? true
                }
                guard let last = recorded.last, let own = changes[name],
                    let position = own.lastIndex(where: { $0.commit.hex == last.commit }),
                    try isThere(name, after: own[(position + 1)...], at: instant)
                else { continue }
                let first = recorded.lastIndex(where: \.beginsAnew) ?? 0
                let record = LedgerHistory.fold(recorded[first...].map(\.entry), environment: name)
                environments.append(
                    Replay.Environment(
                        record: record, entries: recorded.count - first, commit: last.commit, at: last.entry.at))
            }
            return Replay(
                basis: tip.hex, instant: instant, environments: environments,
                problems: try differences(of: environments, from: history, at: tip, instant))
        } catch {
            throw Refusal(any: error)
        }
    }

    /// Whether none of `later`, the commits that changed the lock of `name` after the last entry that counts, had deleted
    /// it by then.
    private borrowing func isThere(
        _ name: EnvironmentName, after later: ArraySlice<LockChange>, at instant: Timestamp?
    ) throws(GitError) -> Bool {
        for change in later {
            let commit = try repository.commit(change.commit)
            let isBy = instant.map { commit.committer.seconds <= $0.seconds } ?? true
            if isBy, try RecordReader.record(of: name, at: commit.tree, in: repository) == .absent { return false }
        }
        return true
    }

    /// What the locks say otherwise: those at the tip, where all of the ledger was folded.
    private borrowing func differences(
        of environments: [Replay.Environment], from history: LedgerHistory, at tip: ObjectID, _ instant: Timestamp?
    ) throws -> [Problem] {
        let tree = try repository.commit(tip).tree
        return try environments.compactMap { environment in
            let name = environment.record.environment
            guard history.entries[name]?.last?.commit == environment.commit else { return nil }
            let place = Place(file: FleetLayout.lockPath(of: name))
            switch try RecordReader.record(of: name, at: tree, in: repository) {
            case .present(environment.record): return nil
            // Taken away since.
            case .absent where instant != nil: return nil
            case .unreadable(let problem): return problem
            case .absent, .present, .disproved:
                return Problem(place, "is not what the ledger gives; see towpath audit")
            }
        }
    }
}
