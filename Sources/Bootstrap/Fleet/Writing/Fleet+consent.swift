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
    /// The id of the promotion that is reviewed, or its first digits; `nil` for what waits.
    package let promotion: String?
    /// May be empty, except in an emergency and in a review.
    package let reason: String

    package init(
        environment: EnvironmentName, kind: Consent.Kind, components: [ComponentName] = [],
        promotion: String? = nil, reason: String
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
        /// The leave to skip gates that the recorded promotion had.
        package let emergency: Emergency?
        /// What its configuration changes; `nil` where that stays, or is the first.
        package let settings: ConfigurationDifference?
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
        try requireEnvironment(request.environment, among: review.observation.names)
        let basis = review.observation.basis
        let history = try knownHistory(of: request.environment, basis: basis)
        let found: [Subject]
        if let text = request.promotion {
            let id = try Self.arrived(text, in: request.environment, history)
            found = [try recorded(id, in: request.environment, history)]
        } else {
            found = try waiting(for: request, in: review.plan).map { action in
                Subject(promotion: action.promotion, verdict: action.verdict, emergency: nil, basis: basis)
            }
        }
        let ground = try evidenceGround()
        let digests = Set(found.flatMap { $0.promotion.changes.compactMap { $0.to?.digest } })
        let shelf = try shelf(
            for: digests, promotions: Set(found.map(\.promotion.id)), ground,
            people: review.observation.policies.people)
        var items: [ConsentProposal.Item] = []
        for subject in found {
            let promotion = subject.promotion
            let arriving = Set(promotion.changes.compactMap { $0.to?.digest }).sorted()
            let item = ConsentProposal.Item(
                promotion: promotion, verdict: subject.verdict,
                evidence: arriving.flatMap { shelf.evidence[$0] ?? [] },
                refused: arriving.flatMap { shelf.refused[$0] ?? [] }, consents: shelf.consents[promotion.id] ?? [],
                emergency: subject.emergency,
                settings: configurationDifference(of: promotion, after: subject.basis, history: history))
            items.append(item)
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
                statement = try Statement(approval, at: now)
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

    /// A promotion that somebody wants to consent to.
    private struct Subject {
        let promotion: Promotion
        /// `nil` for one that has been recorded.
        let verdict: Verdict?
        let emergency: Emergency?
        /// The commit whose manifests it is of.
        let basis: String
    }

    /// As much of the ledger of `environment` as there is.
    private borrowing func knownHistory(
        of environment: EnvironmentName, basis: String
    ) throws(Refusal) -> LedgerHistory {
        do {
            guard let tip = ObjectID(hex: basis) else { throw Refusal(.internalError, "the basis is no commit id") }
            return try LedgerWalk.knownHistory(of: [environment], from: tip, in: repository).history
        } catch {
            throw Refusal(any: error)
        }
    }

    /// The fewest digits that stand for an id.
    private static let fewestDigits = 4

    /// The recorded promotion that `text` names, by its id or the first digits of it.
    private static func arrived(
        _ text: String, in environment: EnvironmentName, _ history: LedgerHistory
    ) throws(Refusal) -> PromotionID {
        let hint = "what was: towpath history \(environment) --ids"
        if let id = PromotionID(text) { return id }
        let isDigits = text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        guard isDigits, (fewestDigits...16).contains(text.utf8.count) else {
            throw Refusal(.usage, "\"\(text.printable)\" is no promotion id", hint: hint)
        }
        let items = (history.entries[environment] ?? []).flatMap(\.entry.items).filter(\.result.isArrival)
        let found = Set(items.map(\.promotion).filter { $0.fingerprint.hasPrefix(text) }).sorted()
        guard let first = found.first else {
            throw Refusal(.badInput, "no promotion \(text)… was ever recorded in \(environment)", hint: hint)
        }
        guard found.count == 1 else {
            throw Refusal(
                .usage, "\(text) is the beginning of \(found.count) promotions",
                hint: "one is \(first); write more digits")
        }
        return first
    }

    /// A promotion that the ledger has, with what was there before it.
    private func recorded(
        _ id: PromotionID, in environment: EnvironmentName, _ history: LedgerHistory
    ) throws(Refusal) -> Subject {
        var record = EnvironmentRecord(environment: environment)
        var found: Subject?
        for recorded in history.entries[environment] ?? [] {
            if recorded.beginsAnew { record = EnvironmentRecord(environment: environment) }
            if let item = recorded.entry.items.last(where: { $0.promotion == id && $0.result.isArrival }) {
                found = Subject(
                    promotion: Self.promotion(item, in: environment, after: record), verdict: nil,
                    emergency: item.emergency, basis: recorded.entry.basis)
            }
            record = record.applying(recorded.entry)
        }
        guard let found else {
            throw Refusal(
                .badInput, "\(id) was never recorded in \(environment)",
                hint: "what was: towpath history \(environment) --ids")
        }
        return found
    }

    /// The promotion that `item` recorded on top of `record`.
    private static func promotion(
        _ item: LedgerEntry.Item, in environment: EnvironmentName, after record: EnvironmentRecord
    ) -> Promotion {
        let targets = item.artifacts.mapValues(Optional.some).merging(item.retired.map { ($0, nil) }) { $1 }
        let changes = targets.sorted { $0.key < $1.key }.map { component, artifact in
            Promotion.Change(
                component: component, from: record.components[component]?.artifact, to: artifact, supersedes: nil)
        }
        return Promotion(
            id: item.promotion, environment: environment, changes: changes,
            configuration: item.configuration.map { digest in
                Promotion.ConfigurationChange(
                    from: record.configuration?.digest, to: digest, supersedes: record.configuration?.promotion)
            })
    }
}
