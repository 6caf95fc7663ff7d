package import Planning
package import PromotionModel

/// One commit's change of one lock, with all that an auditor looks at.
package struct AuditStep: Hashable, Sendable {
    /// The commit itself.
    package struct Commit: Hashable, Sendable {
        /// 40 hexadecimal digits.
        package let id: String
        package let parents: [String]
        /// `Name <email>`.
        package let author: String
        package let committer: String
        package let authoredAt: Timestamp
        package let committedAt: Timestamp
        package let message: String

        package init(
            id: String, parents: [String], author: String, committer: String, authoredAt: Timestamp,
            committedAt: Timestamp, message: String
        ) {
            self.id = id
            self.parents = parents
            self.author = author
            self.committer = committer
            self.authoredAt = authoredAt
            self.committedAt = committedAt
            self.message = message
        }
    }

    /// What its message says.
    package enum Reading: Hashable, Sendable {
        case entry(LedgerEntry)
        case none
        case broken(String)
    }

    /// What else a commit changed, as far as a rollback may.
    package struct Edit: Hashable, Sendable {
        /// What the environment declared before, and declares after; `nil` where that cannot be read.
        package let before: DeclaredEnvironment?
        package let after: DeclaredEnvironment?
        /// The environment's own files.
        package let files: Set<String>

        package init(before: DeclaredEnvironment?, after: DeclaredEnvironment?, files: Set<String>) {
            self.before = before
            self.after = after
            self.files = files
        }
    }

    /// What the same basis, evidence and instant give anew.
    package enum Derivation: Hashable, Sendable {
        /// Nothing was judged.
        case none
        case derived(Derived)
        case impossible(reason: String)
    }

    package struct Derived: Hashable, Sendable {
        /// What is to be recorded of the environment.
        package let entry: LedgerEntry
        /// Everything that the environment asks for, with the facts.
        package let judged: [JudgedPromotion]
        /// Environments of which the same tick should have recorded something and did not; in its last commit.
        package let omitted: [EnvironmentName]
        /// Whether rules in Rego were answered by what is recorded, since there is nobody to ask.
        package let takesAnswers: Bool

        package init(
            entry: LedgerEntry, judged: [JudgedPromotion], omitted: [EnvironmentName], takesAnswers: Bool
        ) {
            self.entry = entry
            self.judged = judged
            self.omitted = omitted
            self.takesAnswers = takesAnswers
        }
    }

    /// Where the commit that `Evidence-Basis` names stands.
    package enum EvidenceStanding: Hashable, Sendable {
        case notNamed
        /// So many commits from the beginning of the evidence branch.
        case present(Int)
        /// The branch does not lead to it.
        case lost(branch: String)
        /// There is no such branch here.
        case noBranch(String)
    }

    package let commit: Commit
    package let environment: EnvironmentName
    package let reading: Reading
    /// Whether the lock of the tip came by this way; else it was left behind on a side branch.
    package let isFollowed: Bool
    /// Whether the commit is one of the first parents of the tip.
    package let isMainline: Bool
    /// Whether the lock is as it was before, whatever the message says.
    package let isIdle: Bool
    /// Whether there was no lock before, or none that counts since another history was accepted.
    package let beginsAnew: Bool
    /// The lock that an accepted history was taken over with.
    package let takenOver: EnvironmentRecord?
    /// The lock after it.
    package let after: ObservedEnvironment.RecordReading
    /// Whether there is no such environment any more.
    package let endsEnvironment: Bool
    /// What it changed beside the lock, sorted.
    package let otherPaths: [String]
    /// Set where the entry may change manifests, and did.
    package let edit: Edit?
    package let evidence: EvidenceStanding
    package let derivation: Derivation

    package init(
        commit: Commit, environment: EnvironmentName, reading: Reading, isFollowed: Bool, isMainline: Bool,
        isIdle: Bool, beginsAnew: Bool, takenOver: EnvironmentRecord? = nil,
        after: ObservedEnvironment.RecordReading, endsEnvironment: Bool, otherPaths: [String], edit: Edit?,
        evidence: EvidenceStanding, derivation: Derivation
    ) {
        self.commit = commit
        self.environment = environment
        self.reading = reading
        self.isFollowed = isFollowed
        self.isMainline = isMainline
        self.isIdle = isIdle
        self.beginsAnew = beginsAnew
        self.takenOver = takenOver
        self.after = after
        self.endsEnvironment = endsEnvironment
        self.otherPaths = otherPaths
        self.edit = edit
        self.evidence = evidence
        self.derivation = derivation
    }

    /// The entry, where there is one of this environment.
    package var entry: LedgerEntry? {
        if case .entry(let entry) = reading, entry.environment == environment { entry } else { nil }
    }
}
