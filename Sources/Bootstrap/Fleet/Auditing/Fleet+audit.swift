package import Auditing
import EvidenceFormat
import Git
import LedgerFormat
import Observing
import Ports
package import PromotionModel

/// What an audit is to look at, and how sternly.
package struct AuditRequest: Hashable, Sendable {
    /// Where to begin judging; everything before is replayed and believed.
    package enum Start: Hashable, Sendable {
        case beginning
        case instant(Timestamp)
        /// After this revision, which has to be part of the history.
        case commit(String)
    }

    package let start: Start
    /// Whether what a person should look at counts as broken.
    package let isStrict: Bool

    package init(from start: Start, isStrict: Bool) {
        self.start = start
        self.isStrict = isStrict
    }
}

/// What an audit came to.
package struct AuditReport: Hashable, Sendable {
    /// The commit whose ledger was audited, 40 hexadecimal digits.
    package let basis: String
    package let at: Timestamp
    /// Where judging began, a commit or an instant; `nil` for the beginning.
    package let since: String?
    package let checkedCommits: Int
    /// In the order of the claims.
    package let results: [ClaimResult]
    /// What was judged, oldest first.
    let promotions: [ComplianceRecord.Promotion]

    /// Broken goes before unproved.
    package var outcome: ClaimResult.Outcome {
        let outcomes = results.map(\.outcome)
        return outcomes.contains(.broken) ? .broken : outcomes.contains(.unproved) ? .unproved : .holds
    }
}

extension Fleet {
    /// Replays the ledger of the watched branch and proves every claim about it.
    ///
    /// - Parameter progress: Told how many of how many changes of locks have been taken in.
    /// - Throws: ``Refusal`` where the history is not there to be read.
    package borrowing func audit(
        _ request: AuditRequest, progress: (Int, Int) -> Void
    ) throws(Refusal) -> AuditReport {
        do {
            // What is not taken in yet is no part of the ledger.
            let tip = try settings.reference == nil ? ledger?.tip(in: repository) ?? basis() : basis()
            let now = self.now
            var audit = Audit(at: now, isStrict: request.isStrict)
            let engine: (any PolicyEngine)? = settings.engine.isConfigured ? policyEngine() : nil
            var gathering = try AuditGathering(
                from: tip, by: reader.forgetful, engine: engine, openPGP: openPGPVerifier(), at: now, in: repository)
            let (trusted, since) = try trusted(request.start, tip: tip, &audit)
            var promotions: [ComplianceRecord.Promotion] = []
            for (index, change) in gathering.changes.enumerated() {
                let isJudged = !trusted.contains(change.lock.commit) && !change.isBefore(request.start)
                let step = try gathering.step(index, judging: isJudged, in: repository)
                audit.take(step, judging: isJudged)
                if isJudged { promotions += ComplianceRecord.promotions(of: step) }
                progress(index + 1, gathering.changes.count)
            }
            if ledger != nil { try followLine(&audit, tip: tip, trusted: trusted) }
            try close(&audit, &gathering, tip: tip, now: now)
            return AuditReport(
                basis: tip.hex, at: now, since: since, checkedCommits: audit.checkedCommits, results: audit.results,
                promotions: promotions)
        } catch {
            throw Refusal(any: error)
        }
    }

    /// Judges the commits of a ledger with a branch of its own that are no entries: each takes in the next commit of the
    /// watched branch, with the locks as they were.
    private borrowing func followLine(
        _ audit: inout Audit, tip: ObjectID, trusted: Set<ObjectID>
    ) throws(GitError) {
        var faults: [(commit: ObjectID, message: String)] = []
        var newer: (commit: Commit, taken: TakenCommit)?
        var isRenewed = false
        try repository.firstParentWalk(from: tip) { (commit) throws(GitError) in
            guard let taken = TakenCommit(commit) else {
                switch Self.kind(of: commit) {
                case .entry: break
                case .acceptance: isRenewed = true
                case .stranger where trusted.contains(commit.id): break
                case .stranger:
                    faults.append((commit.id, "it is no entry, and takes in no commit of the watched branch"))
                }
                return commit.parents.isEmpty ? .stop : .next
            }
            if let newer,
                let fault = try OwnLedger.fault(
                    of: newer.commit, taking: newer.taken, after: taken.original, isRenewed: isRenewed, in: repository)
            {
                faults.append((newer.commit.id, fault))
            }
            (newer, isRenewed) = ((commit, taken), false)
            if trusted.contains(commit.id) { newer = nil }
            return taken.isBeginning || newer == nil ? .stop : .next
        }
        if let newer,
            let fault = try OwnLedger.fault(
                of: newer.commit, taking: newer.taken, after: nil, isRenewed: false, in: repository)
        {
            faults.append((newer.commit.id, fault))
        }
        for fault in faults.reversed() {
            audit.note(AuditRemark(.broken, .order, commit: fault.commit.hex, environment: nil, fault.message))
        }
    }

    /// What a commit of a ledger is that takes in nothing.
    private enum LedgerCommitKind {
        case entry
        case acceptance
        case stranger
    }

    private static func kind(of commit: Commit) -> LedgerCommitKind {
        guard commit.parents.count == 1 else { return .stranger }
        do throws(LedgerReader.Malformed) {
            if try LedgerReader.acceptance(in: commit.message) != nil { return .acceptance }
            return try LedgerReader.entry(in: commit.message) == nil ? .stranger : .entry
        } catch {
            // The claim about entries says what is wrong with it.
            return .entry
        }
    }

    /// The commits that are believed, and the name of the last of them.
    private borrowing func trusted(
        _ start: AuditRequest.Start, tip: ObjectID, _ audit: inout Audit
    ) throws -> (commits: Set<ObjectID>, since: String?) {
        switch start {
        case .beginning: return ([], nil)
        case .instant(let instant): return ([], instant.description)
        case .commit(let revision):
            guard let start = try remembered(revision), try repository.isAncestor(start, of: tip) else {
                audit.note(Self.lost(revision))
                return ([], revision)
            }
            return (try repository.reachableIDs(from: start), start.hex)
        }
    }

    /// The commit that `revision` names; `nil` for the id of one that is not here any more.
    private borrowing func remembered(_ revision: String) throws(GitError) -> ObjectID? {
        do throws(GitError) {
            let id = try repository.resolve(revision)
            return try repository.commit(id).id
        } catch {
            guard error.code == .notFound, ObjectID(hex: revision) != nil else { throw error }
            return nil
        }
    }

    /// A commit that an auditor remembers and the history no longer has.
    private static func lost(_ commit: String) -> AuditRemark {
        AuditRemark(
            .broken, .order, commit: commit, environment: nil,
            "the history does not lead to this commit any more: it was rewritten")
    }

    /// Judges what is known now only: reviews of emergencies, and what was taken from the evidence branch.
    private borrowing func close(
        _ audit: inout Audit, _ gathering: inout AuditGathering, tip: ObjectID, now: Timestamp
    ) throws {
        let tree = try repository.commit(tip).tree
        let branch = gathering.evidenceBranch
        let line = try gathering.line(branch, in: repository)
        for removal in line?.removals ?? [] {
            audit.note(
                AuditRemark(
                    .finding, .evidence, commit: removal.commit, environment: nil,
                    "\(removal.path) was removed from the evidence branch, or changed; it still counts"))
        }
        let emergencies = Set(audit.emergencies)
        guard !emergencies.isEmpty else { return }
        let policies = try PolicyReader.reading(at: tree, around: now, in: repository).policies
        var consents: [PromotionID: [Consent]]?
        if let line {
            consents = try EvidenceReader(branch: branch, at: now).shelf(
                for: [], promotions: emergencies, at: line.tip, signers: try SignersReading(at: tree, in: repository),
                people: policies.people, in: repository
            ).consents
        }
        audit.close(consents: consents, people: policies.people)
    }
}

extension AuditGathering.Change {
    /// Whether it is older than what is audited.
    fileprivate func isBefore(_ start: AuditRequest.Start) -> Bool {
        guard case .instant(let instant) = start else { return false }
        if case .entry(let entry) = reading { return entry.at < instant }
        return Timestamp(seconds: commit.committer.seconds) < instant
    }
}

extension ComplianceRecord {
    /// What `step` brought to an end: what was permitted, refused, recorded as found or rolled back.
    fileprivate static func promotions(of step: AuditStep) -> [Promotion] {
        guard let entry = step.entry, step.isFollowed else { return [] }
        return entry.items.filter { VerificationSummary.covers($0.result) }.map {
            Promotion(item: $0, entry: entry, commit: step.commit.id)
        }
    }
}
