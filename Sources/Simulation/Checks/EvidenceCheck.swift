import EvidenceFormat
import Git
import PromotionModel

/// Follows the evidence branch, which only grows.
struct EvidenceCheck {
    /// Where the branch was.
    let known: ObjectID?

    /// The consents of each commit after the known tip, oldest first.
    ///
    /// - Throws: ``Violation``; what reading the repository throws.
    func follow(
        to tip: ObjectID, in repository: borrowing Repository
    ) throws -> [(commit: ObjectID, consents: [Chronicle.Consent])] {
        var found: [(commit: ObjectID, consents: [Chronicle.Consent])] = []
        var next: ObjectID? = tip
        while let id = next, id != known {
            let commit = try repository.commit(id)
            guard commit.parents.count <= 1, found.count < 64 else {
                throw Violation(.nothingLost, "the evidence branch moved to \(tip.short), which drops what was there")
            }
            let identity = "\(commit.committer.name) <\(commit.committer.email)>"
            guard commit.message.hasSuffix("\nSigned-off-by: \(identity)\n"), commit.author == commit.committer else {
                throw Violation(.wellFormed, "\(id.short) on the evidence branch is not signed off by its committer")
            }
            found.append((id, try consents(of: commit, in: repository)))
            next = commit.parents.first
        }
        guard next == known else {
            throw Violation(.nothingLost, "the evidence branch moved to \(tip.short), which drops what was there")
        }
        return found.reversed()
    }

    private func consents(
        of commit: Commit, in repository: borrowing Repository
    ) throws -> [Chronicle.Consent] {
        var blobs: Set<ObjectID> = []
        let before = try commit.parents.first.map { (id) throws(GitError) in try repository.commit(id).tree }
        try repository.changedEntries(from: before, to: commit.tree) { _, old, new in
            if old == nil, let new { blobs.insert(new.id) }
            return .next
        }
        return try blobs.sorted { $0.hex < $1.hex }.map { blob in
            let bytes = try repository.blob(blob, limit: 1 << 20)
            let approval: Approval
            do {
                approval = try Approval(Statement(Envelope(bytes).payload).predicate)
            } catch {
                throw Violation(.wellFormed, "\(commit.id.short) holds evidence that cannot be read: \(error)")
            }
            return Chronicle.Consent(
                promotion: approval.promotion.description, isRevocation: approval.kind == .revocation,
                person: commit.committer.email, at: Timestamp(seconds: commit.committer.seconds))
        }
    }
}
