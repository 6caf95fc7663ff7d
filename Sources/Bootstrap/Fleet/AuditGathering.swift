import Auditing
import Git
import LedgerFormat
import ManifestFormat
import Observing
import Planning
import Ports
import PromotionModel

/// Reads what an audit looks at, one change of a lock at a time.
struct AuditGathering {
    /// A change of a lock with the message of its commit read.
    struct Change {
        let lock: LockChange
        let commit: Commit
        let reading: AuditStep.Reading

        /// The entry, where a tick wrote it: such an entry can be derived anew.
        var tickEntry: LedgerEntry? {
            guard case .entry(let entry) = reading, !entry.items.isEmpty, entry.acceptance == nil,
                entry.items.allSatisfy({ $0.result != .rolledBack })
            else { return nil }
            return entry
        }
    }

    /// What one tick recorded, of all environments.
    struct Tick {
        let view: PastView
        let entries: [LedgerEntry]
        let last: Int
    }

    /// A tick of which the fleet has been observed again.
    struct Observed {
        let view: PastView
        let result: Result<(plan: Plan, judged: [JudgedPromotion]), PastView.Unreadable>
    }

    let reader: FleetReader
    /// What answers rules in Rego; `nil` where there is nobody to ask.
    let engine: (any PolicyEngine)?
    let openPGP: any OpenPGPVerifier
    /// Oldest first.
    let changes: [Change]
    let ticks: [Int: Tick]
    private let followed: Set<String>
    var lines: [String: EvidenceLine?] = [:]
    var observed: Observed?

    /// - Throws: ``GitError``; `shallow` where the clone ends before a lock begins.
    init(
        from tip: ObjectID, by reader: FleetReader, engine: (any PolicyEngine)?, openPGP: any OpenPGPVerifier,
        in repository: borrowing Repository
    ) throws(GitError) {
        self.reader = reader
        self.engine = engine
        self.openPGP = openPGP
        var locks = try LockScan.changes(from: tip, in: repository)
        let names = Set(locks.map(\.environment)).sorted()
        let history = try LedgerWalk.history(of: names, from: tip, in: repository)
        followed = Set(
            history.entries.flatMap { name, recorded in recorded.map { "\(name) \($0.commit)" } }
                + history.intrusions.map { "\($0.environment) \($0.commit)" })
        // Where an accepted history began a ledger anew, what came before is left behind.
        for (name, recorded) in history.entries {
            guard let first = recorded.first, first.entry.acceptance != nil,
                let begin = locks.firstIndex(where: { $0.environment == name && $0.commit.hex == first.commit })
            else { continue }
            let kept = locks[begin...]
            locks = locks[..<begin].filter { $0.environment != name } + kept
        }
        var changes: [Change] = []
        for lock in locks {
            let commit = try repository.commit(lock.commit)
            changes.append(Change(lock: lock, commit: commit, reading: Self.reading(commit.message)))
        }
        self.changes = changes
        ticks = Self.ticks(changes, followed)
    }

    private static func reading(_ message: String) -> AuditStep.Reading {
        do throws(LedgerReader.Malformed) {
            return try LedgerReader.entry(in: message).map { .entry($0) } ?? .none
        } catch {
            return .broken(error.reason)
        }
    }

    /// The tick that each entry belongs to: neighbours that were judged at one commit and one instant.
    private static func ticks(_ changes: [Change], _ followed: Set<String>) -> [Int: Tick] {
        var ticks: [Int: Tick] = [:]
        var members: [(index: Int, entry: LedgerEntry)] = []
        func close() {
            guard let first = members.first?.entry, let last = members.last?.index else { return }
            let entries = members.map(\.entry)
            let evidence = entries.lazy.compactMap(\.evidenceBasis).first
            let view = PastView(basis: first.basis, evidence: evidence, at: first.at)
            for member in members { ticks[member.index] = Tick(view: view, entries: entries, last: last) }
            members = []
        }
        for (index, change) in changes.enumerated() {
            guard followed.contains("\(change.lock.environment) \(change.commit.id.hex)"),
                let entry = change.tickEntry
            else { continue }
            if let first = members.first?.entry, first.basis != entry.basis || first.at != entry.at { close() }
            members.append((index, entry))
        }
        close()
        return ticks
    }

    /// The step of the change at `index`.
    ///
    /// - Parameter judging: Whether it is judged, so that what it was judged by has to be derived anew.
    mutating func step(
        _ index: Int, judging: Bool, in repository: borrowing Repository
    ) throws(GitError) -> AuditStep {
        let change = changes[index]
        let (commit, name) = (change.commit, change.lock.environment)
        let parent = try commit.parents.first.map { (id) throws(GitError) in try repository.commit(id).tree }
        let path = FleetLayout.lockPath(of: name)
        let beginsAnew =
            try parent.map { (tree) throws(GitError) in
                try repository.entry(at: path, in: tree) == nil
            } ?? true
        let after = try RecordReader.record(of: name, at: commit.tree, in: repository)
        var takenOver: EnvironmentRecord?
        if case .entry(let entry) = change.reading, entry.acceptance != nil, let parent,
            case .present(let record) = try RecordReader.record(of: name, at: parent, in: repository)
        {
            takenOver = record
        }
        var others: [String] = []
        if judging, case .entry = change.reading {
            try repository.changedEntries(from: parent, to: commit.tree) { other, _, _ in
                if other != path { others.append(other) }
                return others.count < 1_000 ? .next : .stop
            }
        }
        var evidence = AuditStep.EvidenceStanding.notNamed
        if case .entry(let entry) = change.reading { evidence = try standing(of: entry, in: repository) }
        return AuditStep(
            commit: AuditStep.Commit(commit), environment: name, reading: change.reading,
            isFollowed: followed.contains("\(name) \(commit.id.hex)"), isMainline: change.lock.isMainline,
            beginsAnew: beginsAnew || takenOver != nil, takenOver: takenOver, after: after,
            isCanonical: try isCanonical(after, path, commit.tree, repository),
            endsEnvironment: after == .absent ? try isGone(name, at: commit.tree, repository) : false,
            otherPaths: others, edit: others.isEmpty ? nil : try edit(of: name, parent, commit.tree, repository),
            evidence: evidence, derivation: judging ? derivation(at: index, in: repository) : .none)
    }

    /// Whether the lock has the very bytes that its record gives.
    private func isCanonical(
        _ reading: ObservedEnvironment.RecordReading, _ path: String, _ tree: ObjectID,
        _ repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard case .present(let record) = reading, let entry = try repository.entry(at: path, in: tree) else {
            return true
        }
        let bytes = LockWriter.bytes(record)
        do {
            return try repository.blob(entry.id, limit: bytes.count) == bytes
        } catch  where error.code == .tooLarge {
            return false
        }
    }

    private func isGone(
        _ name: EnvironmentName, at tree: ObjectID, _ repository: borrowing Repository
    ) throws(GitError) -> Bool {
        let layout: FleetLayout
        do {
            layout = try reader.layout(at: tree, in: repository)
        } catch {
            return false
        }
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        return !files.names.contains(name)
    }
}

extension AuditStep.Commit {
    fileprivate init(_ commit: Commit) {
        self.init(
            id: commit.id.hex, parents: commit.parents.map(\.hex),
            author: "\(commit.author.name) <\(commit.author.email)>",
            committer: "\(commit.committer.name) <\(commit.committer.email)>",
            authoredAt: Timestamp(seconds: commit.author.seconds),
            committedAt: Timestamp(seconds: commit.committer.seconds), message: commit.message)
    }
}
