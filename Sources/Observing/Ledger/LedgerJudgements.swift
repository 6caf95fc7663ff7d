import Git
import LedgerFormat
import PromotionModel

/// The commits that changed locks, as a walk from the newest to the oldest comes to them, and what they are to the ledger.
///
/// They are judged on all cores, some hundred at a time: only one that may end a ledger is judged when the walk comes to it.
struct LedgerJudgements {
    /// A commit that changed the lock of one environment.
    private struct Change: Sendable {
        let commit: Commit
        let name: EnvironmentName
        /// Whether there is a lock now.
        let hasLock: Bool
        /// Whether there was one before.
        let hadLock: Bool
        /// Where it was judged already.
        var judgement: Result<LedgerEntry, Reason>?
    }

    /// Why a commit is no entry.
    private struct Reason: Error {
        let text: String
    }

    /// So many messages are kept in memory at a time, and so many bytes of them; whoever wants may write long ones.
    private static let pieceCount = 1_024
    private static let pieceByteCount = 8 << 20
    /// What every commit has in its message that accepts a history.
    private static let acceptance = Array(TrailerKey.acceptedHistory.rawValue.utf8)

    private var waiting: [Change] = []
    private var byteCount = 0
    private var found: [EnvironmentName: [LedgerHistory.Recorded]] = [:]
    private var intrusions: [LedgerEvidence.Intrusion] = []

    /// Takes in that `commit` changed the lock of `name`.
    ///
    /// - Returns: `stop` where the ledger begins with it: what came before was left behind, or proves nothing.
    mutating func judge(_ commit: Commit, of name: EnvironmentName, hasLock: Bool, hadLock: Bool) -> Step {
        var change = Change(commit: commit, name: name, hasLock: hasLock, hadLock: hadLock)
        var step = Step.next
        if Self.mayAccept(commit) {
            let judgement = Self.judgement(of: change)
            if case .success(let entry) = judgement, entry.acceptance != nil { step = .stop }
            change.judgement = judgement
        }
        waiting.append(change)
        byteCount += commit.messageBytes.count
        if waiting.count >= Self.pieceCount || byteCount >= Self.pieceByteCount { settle() }
        return step
    }

    /// What was found, oldest first.
    mutating func history() -> LedgerHistory {
        settle()
        return LedgerHistory(entries: found.mapValues { $0.reversed() }, intrusions: intrusions.reversed())
    }

    private mutating func settle() {
        let judged = ParallelWork.map(waiting) { $0.judgement ?? Self.judgement(of: $0) }
        for (change, judgement) in zip(waiting, judged) {
            let commit = change.commit.id.hex
            switch judgement {
            case .success(let entry):
                found[change.name, default: []].append(
                    LedgerHistory.Recorded(
                        commit: commit, entry: entry, beginsAnew: entry.acceptance != nil || !change.hadLock))
            case .failure(let reason):
                intrusions.append(
                    LedgerEvidence.Intrusion(environment: change.name, commit: commit, message: reason.text))
            }
        }
        waiting.removeAll(keepingCapacity: true)
        byteCount = 0
    }

    /// Whether the message of `commit` has anywhere what an acceptance has.
    private static func mayAccept(_ commit: Commit) -> Bool {
        let (message, key) = (commit.messageBytes, acceptance)
        var rest = message[...]
        while let start = rest.firstIndex(of: key[0]) {
            if message[start...].starts(with: key) { return true }
            rest = message[(start + 1)...]
        }
        return false
    }

    /// Whether the commit, which changed the lock, is an entry of its ledger.
    private static func judgement(of change: Change) -> Result<LedgerEntry, Reason> {
        let commit = change.commit
        let who = { "\(commit.author.name) <\(commit.author.email)>" }
        guard change.hasLock else { return .failure(Reason(text: "deleted by \(who())")) }
        guard commit.parents.count == 1 else {
            return .failure(Reason(text: "changed in a commit with \(commit.parents.count) parents by \(who())"))
        }
        let entry: LedgerEntry
        do {
            guard let read = try LedgerReader.entry(in: commit.message) else {
                return .failure(Reason(text: "no ledger entry, by \(who()): \(commit.subject)"))
            }
            entry = read
        } catch {
            return .failure(Reason(text: "a broken ledger entry, by \(who()): \(error)"))
        }
        guard entry.environment == change.name else {
            return .failure(Reason(text: "an entry of \(entry.environment), by \(who())"))
        }
        guard entry.signedOffBy == "\(commit.committer.name) <\(commit.committer.email)>" else {
            return .failure(Reason(text: "signed off by \(entry.signedOffBy) and committed by another, \(who())"))
        }
        return .success(entry)
    }
}
