import Auditing
import Git
import LedgerFormat
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

    /// What a change is in the ledger of the tip.
    private enum Part {
        case entry(LedgerHistory.Recorded)
        case intrusion(LedgerEvidence.Intrusion)
    }

    /// The ledger as far as it has been taken in, so that no observation of the past has to walk it again.
    private struct KnownLedger {
        var history = LedgerHistory()
        /// Where the last commit of it stands; `nil` once a part came by a side branch: then only a walk can tell.
        var end: Int? = -1
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
    /// Who is one person, by the policies of the tip.
    private let people: People
    private var signatures: LedgerSignatures
    /// Where evidence lies as of the tip.
    let evidenceBranch: String
    /// Oldest first.
    let changes: [Change]
    let ticks: [Int: Tick]
    /// What the ledger of the tip makes of each change, by environment and commit.
    private let parts: [String: Part]
    /// Where each commit stands on the line of first parents.
    private let positions: [String: Int]
    private var known = KnownLedger()
    var lines: [String: EvidenceLine?] = [:]
    var observed: Observed?

    /// - Throws: ``GitError``; `shallow` where the clone ends before a lock begins.
    init(
        from tip: ObjectID, by reader: FleetReader, engine: (any PolicyEngine)?, openPGP: any OpenPGPVerifier,
        at now: Timestamp, in repository: borrowing Repository
    ) throws(GitError) {
        self.reader = reader
        self.engine = engine
        self.openPGP = openPGP
        signatures = LedgerSignatures(openPGP: openPGP, at: now)
        let tree = try repository.commit(tip).tree
        people = try PolicyReader.reading(at: tree, around: now, in: repository).policies.people
        evidenceBranch = reader.evidenceBranch(at: tree, in: repository) ?? FleetLayout.evidenceBranch
        var locks = try LockScan.changes(from: tip, in: repository)
        let names = Set(locks.map(\.environment)).sorted()
        let history = try LedgerWalk.history(of: names, from: tip, in: repository)
        var parts: [String: Part] = [:]
        for (name, recorded) in history.entries {
            for one in recorded { parts["\(name) \(one.commit)"] = .entry(one) }
        }
        for one in history.intrusions { parts["\(one.environment) \(one.commit)"] = .intrusion(one) }
        self.parts = parts
        let line = try repository.firstParentIDs(from: tip).map(\.hex)
        positions = Dictionary(uniqueKeysWithValues: line.reversed().enumerated().map { ($1, $0) })
        // Where an accepted history began a ledger anew, what came before is left behind.
        for (name, recorded) in history.entries {
            guard let first = recorded.first, first.entry.acceptance != nil,
                let begin = locks.firstIndex(where: { $0.environment == name && $0.commit.hex == first.commit })
            else { continue }
            let kept = locks[begin...]
            locks = locks[..<begin].filter { $0.environment != name } + kept
            // A view of the time before has to read what was left behind.
            known.end = nil
        }
        var changes: [Change] = []
        for lock in locks {
            let commit = try repository.commit(lock.commit)
            changes.append(Change(lock: lock, commit: commit, reading: Self.reading(commit.message)))
        }
        self.changes = changes
        ticks = Self.ticks(changes, Set(parts.keys))
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
        let derivation = judging ? derivation(at: index, in: repository) : .none
        let part = "\(name) \(commit.id.hex)"
        learn(parts[part], of: change)
        return AuditStep(
            commit: AuditStep.Commit(commit), environment: name, reading: change.reading,
            isFollowed: parts[part] != nil, isMainline: change.lock.isMainline, isIdle: change.lock.isIdle,
            beginsAnew: beginsAnew || takenOver != nil, takenOver: takenOver, after: after,
            endsEnvironment: after == .absent ? try isGone(name, at: commit.tree, repository) : false,
            otherPaths: others, edit: others.isEmpty ? nil : try edit(of: name, parent, commit.tree, repository),
            evidence: evidence, derivation: derivation,
            signature: parts[part] == nil ? .unsigned : try signature(of: commit.id, in: repository))
    }

    /// Who signed the commit `id`, under all addresses of theirs.
    private mutating func signature(
        of id: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> CommitSignature {
        let found = try signatures.signature(of: id, in: repository)
        guard case .signed(let signatory) = found else { return found }
        let others = signatory.principals.reduce(into: Set<String>()) { $0.formUnion(people.addresses(of: $1)) }
        return .signed(
            CommitSignatory(
                principals: signatory.principals + others.subtracting(signatory.principals).sorted(),
                key: signatory.key, from: signatory.from, until: signatory.until))
    }

    private mutating func learn(_ part: Part?, of change: Change) {
        guard let part, !change.lock.isIdle else { return }
        switch part {
        case .entry(let recorded): known.history.entries[change.lock.environment, default: []].append(recorded)
        case .intrusion(let intrusion): known.history.intrusions.append(intrusion)
        }
        known.end = known.end == nil ? nil : positions[change.commit.id.hex]
    }

    /// The ledger as of the basis of the entry at `index`; `nil` where it has to be read from there.
    ///
    /// Known is all that came before the entry: that is the ledger of its basis, if that lies between.
    func ledger(at index: Int, basis: String) -> LedgerHistory? {
        guard let end = known.end, let position = positions[basis], end <= position,
            let own = positions[changes[index].commit.id.hex], position < own
        else { return nil }
        return known.history
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
