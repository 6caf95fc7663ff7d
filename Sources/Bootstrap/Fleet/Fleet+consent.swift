import EvidenceFormat
import Git
import LedgerFormat
import Observing
package import PromotionModel

/// Somebody's wish to consent to something.
package struct ConsentRequest: Hashable, Sendable {
    package let environment: EnvironmentName
    package let kind: Consent.Kind
    /// Empty for all that wait.
    package let components: [ComponentName]
    /// The promotion that is reviewed; `nil` for what waits.
    package let promotion: PromotionID?
    /// May be empty, except in an emergency and in a review.
    package let reason: String

    package init(
        environment: EnvironmentName, kind: Consent.Kind, components: [ComponentName] = [],
        promotion: PromotionID? = nil, reason: String
    ) {
        self.environment = environment
        self.kind = kind
        self.components = components
        self.promotion = promotion
        self.reason = reason
    }
}

/// Exactly what would be consented to.
package struct ConsentProposal: Sendable {
    /// One promotion and what is known of it.
    package struct Item: Hashable, Sendable {
        package let promotion: Promotion
        /// `nil` for a promotion that has been recorded.
        package let verdict: Verdict?
        /// Sorted by digest.
        package let evidence: [Evidence]
        package let refused: [RefusedEvidence]
        package let consents: [Consent]
    }

    package let request: ConsentRequest
    package let items: [Item]
    let ground: EvidenceGround
}

extension Fleet {
    /// What `request` means at this moment, with everything that somebody should look at before signing.
    ///
    /// - Throws: ``Refusal`` of kind `refused` where nothing waits.
    package borrowing func proposal(for request: ConsentRequest) throws(Refusal) -> ConsentProposal {
        let review = try review(withDrift: false)
        try requireSeenHistory(review.observation)
        try requireEnvironment(request.environment, among: review.observation.environments.map(\.name))
        let found: [(promotion: Promotion, verdict: Verdict?)]
        if let id = request.promotion {
            found = [(try recorded(id, in: request.environment, basis: review.observation.basis), nil)]
        } else {
            found = try waiting(for: request, in: review.plan).map { ($0.promotion, $0.verdict) }
        }
        let ground = try evidenceGround()
        let digests = Set(found.flatMap { $0.promotion.changes.compactMap { $0.to?.digest } })
        let shelf = try shelf(
            for: digests, promotions: Set(found.map(\.promotion.id)), ground,
            people: review.observation.policies.people)
        let items = found.map { promotion, verdict in
            let arriving = Set(promotion.changes.compactMap { $0.to?.digest }).sorted()
            return ConsentProposal.Item(
                promotion: promotion, verdict: verdict, evidence: arriving.flatMap { shelf.evidence[$0] ?? [] },
                refused: arriving.flatMap { shelf.refused[$0] ?? [] }, consents: shelf.consents[promotion.id] ?? [])
        }
        return ConsentProposal(request: request, items: items, ground: ground)
    }

    /// Signs what `proposal` shows, one statement for each promotion, and stores it.
    ///
    /// - Throws: ``Refusal``; what was stored before it stays.
    package borrowing func consent(
        to proposal: ConsentProposal, with key: borrowing EvidenceKey
    ) throws(Refusal) -> [StoredEvidence] {
        var stored: [StoredEvidence] = []
        for item in proposal.items {
            let promotion = item.promotion
            let approval = Approval(
                promotion: promotion.id, environment: promotion.environment,
                set: promotion.changes.map { Approval.Item(component: $0.component, digest: $0.to?.digest) },
                reason: proposal.request.reason, kind: proposal.request.kind,
                configuration: promotion.configuration?.to)
            let statement: Statement
            do throws(Digest.Malformed) {
                statement = try Statement(approval, at: clock.now())
            } catch {
                throw Refusal(.internalError, error.description)
            }
            // Only SHA-256 is ever compared; what no such digest leads to is found by the promotion.
            let digests = Set(promotion.changes.compactMap { $0.to?.digest }.filter { $0.algorithm == .sha256 })
            let needsFolder = digests.isEmpty || proposal.request.kind == .review
            stored.append(
                try store(
                    statement, to: digests, promotion: needsFolder ? promotion.id : nil,
                    title: "\(proposal.request.kind.rawValue) of \(promotion.id)", proposal.ground, key))
        }
        return stored
    }

    /// The promotions of the plan that `request` is about.
    private borrowing func waiting(for request: ConsentRequest, in plan: Plan) throws(Refusal) -> [Action] {
        let actions = plan.environments.filter { $0.environment == request.environment }.flatMap(\.actions)
        // What may arrive already needs no leave, but leave can be taken back until it has.
        let open = actions.filter { action in
            action.kind != .adopt && (action.kind != .promote || request.kind == .revocation)
        }
        for component in request.components {
            guard open.contains(where: { $0.promotion.changes.contains { $0.component == component } }) else {
                let names = open.flatMap { $0.promotion.changes.map(\.component.description) }
                throw Refusal(
                    .refused, "nothing waits for \(component) in \(request.environment)",
                    hint: names.isEmpty ? nil : "what waits: \(Set(names).sorted().joined(separator: ", "))")
            }
        }
        let wanted =
            request.components.isEmpty
            ? open
            : open.filter { action in
                action.promotion.changes.contains { request.components.contains($0.component) }
            }
        guard !wanted.isEmpty else {
            throw Refusal(
                .refused, "nothing waits in \(request.environment)", hint: "towpath status \(request.environment)")
        }
        return wanted
    }

    /// A promotion that the ledger has.
    private borrowing func recorded(
        _ id: PromotionID, in environment: EnvironmentName, basis: String
    ) throws(Refusal) -> Promotion {
        do {
            guard let tip = ObjectID(hex: basis) else { throw Refusal(.internalError, "the basis is no commit id") }
            let history = try LedgerWalk.history(of: [environment], from: tip, in: repository)
            let items = (history.entries[environment] ?? []).flatMap(\.entry.items)
            guard let item = items.last(where: { $0.promotion == id && $0.result.isArrival }) else {
                throw Refusal(
                    .badInput, "\(id) was never recorded in \(environment)",
                    hint: "what was: towpath history \(environment) --output json")
            }
            let arrived = item.artifacts.map { component, artifact in
                Promotion.Change(component: component, from: nil, to: artifact, supersedes: nil)
            }
            let gone = item.retired.map {
                Promotion.Change(component: $0, from: nil, to: nil, supersedes: nil)
            }
            return Promotion(
                id: id, environment: environment, changes: (arrived + gone).sorted { $0.component < $1.component },
                configuration: item.configuration.map {
                    Promotion.ConfigurationChange(from: nil, to: $0, supersedes: nil)
                })
        } catch {
            throw Refusal(any: error)
        }
    }
}
