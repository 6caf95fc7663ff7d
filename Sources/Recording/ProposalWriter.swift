package import Git
package import Observing
import Ports
package import PromotionModel

/// Writes a proposed promotion: the target's manifests edited in place, on a branch of its own.
package struct ProposalWriter: ~Copyable {
    private let repository: Repository
    private let reader: FleetReader
    private let identity: Identity
    private let publisher: any ReferencePublisher

    package init(
        repository: consuming Repository, reader: FleetReader, identity: Identity,
        publisher: any ReferencePublisher = OwnReferences()
    ) {
        self.repository = repository
        self.reader = reader
        self.identity = identity
        self.publisher = publisher
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
        if let commit = try existing(proposal, holding: proposed) { return .alreadyProposed(commit: commit) }
        let signature = Signature(identity, seconds: instant.seconds)
        let commit = try repository.writeCommit(
            tree: proposed, parents: [basis], author: signature, committer: signature,
            message: message(proposal))
        let move = ReferenceUpdate(
            proposal.branch, to: commit, expecting: nil, message: "towpath: propose \(proposal.promotion.id)")
        switch try publisher.move(move, with: [], in: repository) {
        case .moved: return .written(commit: commit.hex)
        case .declined(let reason):
            throw PortFailure(
                phase: "propose", consequence: .retry,
                message: "the server does not accept \(proposal.branch): \(reason)",
                hint: "let the login of towpath push branches below towpath/promote/")
        case .lostRace:
            // Somebody proposed at the same moment, or a server has it and nobody looked there before.
            guard let commit = try existing(proposal, holding: proposed) else {
                throw PortFailure(
                    phase: "propose", consequence: .retry, message: "\(proposal.branch) came and went",
                    hint: "try again")
            }
            return .alreadyProposed(commit: commit)
        }
    }

    /// The commit of a branch that proposes the same already; `nil` where there is no such branch.
    private borrowing func existing(_ proposal: Proposal, holding tree: ObjectID) throws -> String? {
        guard let existing = try repository.reference(proposal.branch) else { return nil }
        if try repository.commit(existing).tree == tree { return existing.hex }
        throw PortFailure(
            phase: "propose", consequence: .waitForChange,
            message: "\(proposal.branch) exists and holds something else",
            hint: "merge it, or delete it: git branch -D \(proposal.branch.dropFirst(11))")
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
