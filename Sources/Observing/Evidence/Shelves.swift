import Git
import PromotionModel

/// Reads the evidence about some promotions, as different signers vouch for it.
struct Shelves {
    let view: Viewpoint.EvidenceView
    let instant: Timestamp
    let digests: Set<PromotionModel.Digest>
    let promotions: Set<PromotionID>

    init(view: Viewpoint.EvidenceView, instant: Timestamp, promotions: [Promotion]) {
        self.view = view
        self.instant = instant
        digests = Set(promotions.flatMap { $0.changes.compactMap { $0.to?.digest } }.filter { $0.algorithm == .sha256 })
        self.promotions = Set(promotions.map(\.id))
    }

    func shelf(
        on branch: String, signers: SignersReading, people: People, in repository: borrowing Repository
    ) throws(GitError) -> EvidenceShelf {
        var tip: ObjectID?
        switch view {
        case .nothing: return EvidenceShelf()
        case .commit(let commit): tip = commit
        case .branch: break
        }
        return try EvidenceReader(branch: branch, at: instant).shelf(
            for: digests, promotions: promotions, at: tip, signers: signers, people: people, in: repository)
    }
}
