import EvidenceFormat
import Git
import Observing
package import PromotionModel

/// What the evidence branch holds about what a fleet declares, each piece with its state.
package struct EvidenceListing: Hashable, Sendable {
    /// One piece.
    package struct Item: Hashable, Sendable {
        package enum State: Hashable, Sendable {
            case verified
            case refused(reason: String)
        }

        package let id: Digest
        /// The artifact, or the promotion, as text.
        package let subject: String
        /// `nil` for what is refused: then nothing in it is believed.
        package let kind: String?
        package let name: String?
        package let summary: String
        package let values: [String: Evidence.Value]
        package let signers: [EvidenceSigner]
        package let firstSeen: Timestamp?
        package let promotion: PromotionID?
        package let path: String?
        package let state: State

        /// Whether it does not count.
        package var isRefused: Bool {
            state != .verified
        }
    }

    /// The commit of the watched branch that says who may sign.
    package let basis: String
    /// Short name of the evidence branch.
    package let branch: String
    /// Its tip; `nil` where there is none.
    package let tip: String?
    package let items: [Item]
    package let problems: [Problem]
}

extension EvidenceListing.Item {
    /// A piece that counts.
    package init(_ evidence: Evidence) {
        self.init(
            id: evidence.id, subject: evidence.subject.description, kind: evidence.kind.description,
            name: evidence.name, summary: Self.summary(evidence), values: evidence.values,
            signers: evidence.signers, firstSeen: evidence.firstSeen, promotion: nil, path: nil, state: .verified)
    }

    init(_ consent: Consent) {
        self.init(
            id: consent.id, subject: consent.promotion.description, kind: consent.kind.rawValue, name: nil,
            summary: consent.reason, values: [:], signers: [consent.signer], firstSeen: consent.firstSeen,
            promotion: consent.promotion, path: nil, state: .verified)
    }

    init(_ refused: RefusedEvidence, subject: String) {
        self.init(
            id: refused.id, subject: subject, kind: nil, name: nil, summary: "", values: [:], signers: [],
            firstSeen: nil, promotion: nil, path: refused.path, state: .refused(reason: refused.reason))
    }

    /// The first values, those that people look for before others.
    private static func summary(_ evidence: Evidence) -> String {
        let first = [
            "result", "failed", "line", "branch", "critical", "high", "error", "format", "components", "builder.id",
        ]
        let paths = first.filter { evidence.values[$0] != nil } + evidence.values.keys.sorted()
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }.prefix(4)
            .map { "\($0) \(text(evidence.values[$0]))" }.joined(separator: ", ")
    }

    private static func text(_ value: Evidence.Value?) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): number.description
        case .flag(let flag): flag ? "true" : "false"
        case .incomparable(let text): text
        case nil: "–"
        }
    }
}

extension Fleet {
    /// What is known about `subject`, a digest or a component, or about everything that is declared and recorded.
    ///
    /// - Throws: ``Refusal``.
    package borrowing func evidence(
        of subject: String?, in environment: EnvironmentName?
    ) throws(Refusal) -> EvidenceListing {
        let ground = try evidenceGround()
        let review = try review(withDrift: false)
        var digests: Set<Digest> = []
        var promotions: Set<PromotionID> = []
        if let subject {
            digests = Set(try self.digests(of: subject, in: environment).map(\.digest))
        } else {
            if let environment {
                try requireEnvironment(environment, among: review.observation.names)
            }
            for observed in review.observation.environments where environment == nil || observed.name == environment {
                digests.formUnion(observed.declared.declarations.compactMap(\.artifact.digest))
                for component in (observed.knownRecord?.components ?? [:]).values {
                    if let digest = component.artifact.digest { digests.insert(digest) }
                    promotions.insert(component.promotion)
                }
            }
        }
        for action in review.plan.environments.flatMap(\.actions)
        where environment == nil || action.promotion.environment == environment {
            let arriving = action.promotion.changes.compactMap { $0.to?.digest }
            if subject == nil || arriving.contains(where: digests.contains) { promotions.insert(action.promotion.id) }
        }
        let shelf = try shelf(for: digests, promotions: promotions, ground, people: review.observation.policies.people)
        return EvidenceListing(
            basis: review.observation.basis, branch: ground.layout.evidence, tip: shelf.basis,
            items: try Self.items(of: shelf, promotions: promotions),
            problems: shelf.problems + [ground.signers.problem].compactMap(\.self))
    }

    /// What the evidence branch holds.
    borrowing func shelf(
        for digests: Set<Digest>, promotions: Set<PromotionID>, _ ground: EvidenceGround, people: People
    ) throws(Refusal) -> EvidenceShelf {
        do throws(GitError) {
            return try EvidenceReader(branch: ground.layout.evidence, at: now)
                .shelf(for: digests, promotions: promotions, signers: ground.signers, people: people, in: repository)
        } catch {
            throw Refusal(error)
        }
    }

    private static func items(
        of shelf: EvidenceShelf, promotions: Set<PromotionID>
    ) throws(Refusal) -> [EvidenceListing.Item] {
        var names: [Digest: String] = [:]
        do throws(Digest.Malformed) {
            for promotion in promotions { names[try promotion.subject] = promotion.description }
        } catch {
            throw Refusal(.internalError, error.description)
        }
        var items: [EvidenceListing.Item] = []
        for (_, list) in shelf.evidence.sorted(by: { $0.key < $1.key }) { items += list.map { .init($0) } }
        for (_, list) in shelf.consents.sorted(by: { $0.key < $1.key }) { items += list.map { .init($0) } }
        for (subject, list) in shelf.refused.sorted(by: { $0.key < $1.key }) {
            items += list.map { .init($0, subject: names[subject] ?? subject.description) }
        }
        return items
    }
}
