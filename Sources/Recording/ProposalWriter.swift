package import Git
package import Observing
import Ports
package import PromotionModel

/// Writes a proposed promotion: the target's manifests edited in place, on a branch of its own.
package struct ProposalWriter: ~Copyable {
    private let repository: Repository
    private let reader: FleetReader
    private let identity: Identity

    package init(repository: consuming Repository, reader: FleetReader, identity: Identity) {
        self.repository = repository
        self.reader = reader
        self.identity = identity
    }

    /// Writes `proposal` on top of `basis`.
    ///
    /// - Parameter declarations: what the target declares at `basis`.
    /// - Throws: ``Problem`` where a manifest cannot be edited safely: then nothing is written; ``PortFailure``.
    package borrowing func write(
        _ proposal: Proposal, declarations: [Declaration], basis: ObjectID, at instant: Timestamp
    ) throws -> Proposal.Outcome {
        let tree = try repository.commit(basis).tree
        let artifacts = Dictionary(
            proposal.promotion.changes.compactMap { change in change.to.map { (change.component, $0) } },
            uniquingKeysWith: { first, _ in first })
        let blobs = try ManifestChange(reader: reader)
            .blobs(setting: artifacts, of: declarations, at: tree, in: repository)
        var changes: [TreeChange] = []
        for (path, blob) in blobs.sorted(by: { $0.key < $1.key }) {
            changes.append(TreeChange(path, .put(blob, try repository.entry(at: path, in: tree)?.kind ?? .blob)))
        }
        let proposed = try repository.writeTree(base: tree, changes: changes)
        let existing = try repository.reference(proposal.branch)
        if let existing {
            if try repository.commit(existing).tree == proposed { return .alreadyProposed(commit: existing.hex) }
            throw PortFailure(
                phase: "propose", consequence: .waitForChange,
                message: "\(proposal.branch) exists and holds something else",
                hint: "merge it, or delete it: git branch -D \(proposal.branch.dropFirst(11))")
        }
        let signature = Signature(identity, seconds: instant.seconds)
        let commit = try repository.writeCommit(
            tree: proposed, parents: [basis], author: signature, committer: signature,
            message: message(proposal))
        try repository.updateReference(
            proposal.branch, to: commit, expecting: nil, message: "towpath: propose \(proposal.promotion.id)")
        return .written(commit: commit.hex)
    }

    private borrowing func message(_ proposal: Proposal) -> String {
        let promotion = proposal.promotion
        let texts = promotion.changes.map { change in
            "\(change.component) \(change.from.map { "\($0.version) → " } ?? "")\(change.to?.version ?? "retired")"
        }
        let subject = texts.count > 3 ? "\(texts[0]) and \(texts.count - 1) more" : texts.joined(separator: ", ")
        let body = promotion.changes.map { change in
            let since = proposal.since[change.component].map { "recorded in \(proposal.source) since \($0)" }
            return "\(change.component): \(change.to?.description ?? "retired")\n  "
                + (since ?? "declared in \(proposal.source), not recorded there yet")
        }
        var trailers = [
            "Promotion-Id: \(promotion.id)", "Environment: \(promotion.environment)",
            "Source-Environment: \(proposal.source)",
        ]
        trailers += promotion.changes.compactMap { change in change.to.map { "Artifact: \(change.component) \($0)" } }
        trailers.append("Signed-off-by: \(identity)")
        return [
            "Promote \(subject) to \(promotion.environment)", body.joined(separator: "\n"),
            trailers.joined(separator: "\n"),
        ].joined(separator: "\n\n") + "\n"
    }
}
