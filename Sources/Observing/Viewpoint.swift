package import Git
package import PromotionModel

/// Where an observation looks from.
package struct Viewpoint: Hashable, Sendable {
    /// A change that is proposed and not merged.
    package struct Proposal: Hashable, Sendable {
        /// The commit that would be merged, 40 hexadecimal digits.
        package let head: String
        package let at: Timestamp
        /// E-mail addresses of everybody who had a part in it, in lower case.
        package let authors: Set<String>

        package init(head: String, at: Timestamp, authors: Set<String>) {
            self.head = head
            self.at = at
            self.authors = authors
        }
    }

    /// Manifests and policies come from this root folder.
    package let tree: ObjectID
    /// Locks and the ledger come from this commit.
    package let basis: ObjectID
    /// Set where `tree` is what a merge into `basis` would give.
    package let proposal: Proposal?
    /// Where evidence is read.
    package let evidence: EvidenceView

    /// The state of the evidence branch that counts.
    package enum EvidenceView: Hashable, Sendable {
        /// As it is now.
        case branch
        /// As it was at a commit.
        case commit(ObjectID)
        /// There was none yet.
        case nothing
    }

    package init(tree: ObjectID, basis: ObjectID, proposal: Proposal?, evidence: EvidenceView = .branch) {
        self.tree = tree
        self.basis = basis
        self.proposal = proposal
        self.evidence = evidence
    }

    /// The view from the commit `tip` itself.
    ///
    /// - Throws: ``GitError`` where it cannot be read.
    package init(
        tip: ObjectID, evidence: EvidenceView = .branch, in repository: borrowing Repository
    ) throws(GitError) {
        self.init(tree: try repository.commit(tip).tree, basis: tip, proposal: nil, evidence: evidence)
    }
}
