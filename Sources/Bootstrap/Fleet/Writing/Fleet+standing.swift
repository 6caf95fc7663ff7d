import PolicyRules
package import PromotionModel

/// What became of a consent, judged anew once it was stored.
package struct ConsentStanding: Hashable, Sendable {
    package let promotion: PromotionID
    /// Why it changes nothing; `nil` where it counts.
    package let objection: String?
    /// The verdict on the promotion now; `nil` where it does not wait.
    package let verdict: Verdict?

    package init(promotion: PromotionID, objection: String?, verdict: Verdict?) {
        self.promotion = promotion
        self.objection = objection
        self.verdict = verdict
    }
}

extension Fleet {
    /// What became of the consents in `stored`, one for each item of `proposal`.
    ///
    /// - Throws: ``Refusal`` where the fleet cannot be judged; what was stored stays.
    package borrowing func standings(
        of stored: [StoredEvidence], for proposal: ConsentProposal
    ) throws(Refusal) -> [ConsentStanding] {
        guard proposal.request.kind != .review else {
            let people = try observation().policies.people
            return zip(proposal.items, stored).map { item, stored in
                let reason = Self.doubt(stored) ?? Self.objection(toReviewBy: stored.signers, of: item, people: people)
                return ConsentStanding(promotion: item.promotion.id, objection: reason, verdict: nil)
            }
        }
        let review = try review(withDrift: false)
        let actions = review.plan.environments.flatMap(\.actions)
        return zip(proposal.items, stored).map { item, stored in
            let id = item.promotion.id
            let action = actions.first { $0.promotion.id == id }
            let consent = review.observation.evidence.consents[id]?.first { $0.id == stored.id }
            let reason = Self.doubt(stored) ?? Self.objection(to: consent, stored, item, action?.verdict)
            return ConsentStanding(promotion: id, objection: reason, verdict: action?.verdict)
        }
    }

    private static func doubt(_ stored: StoredEvidence) -> String? {
        stored.doubts.isEmpty ? nil : stored.doubts.joined(separator: "; ")
    }

    private static func objection(
        to consent: Consent?, _ stored: StoredEvidence, _ item: ConsentProposal.Item, _ verdict: Verdict?
    ) -> String? {
        guard let verdict else { return "the promotion does not wait any more" }
        guard let consent else { return "it was not found on the evidence branch; look again with towpath evidence" }
        switch consent.kind {
        case .approval: return objection(toApproval: stored.id, before: item.verdict, after: verdict)
        case .emergency: return EmergencySkip.objection(to: consent, verdict: verdict)
        case .revocation:
            let isMine = item.consents.contains { $0.kind != .revocation && $0.signer.mayBe(consent.signer) }
            return isMine ? nil : "nothing of \(consent.signer.name.printable) was there to be taken back"
        case .review: return nil
        }
    }

    private static func objection(toApproval id: Digest, before: Verdict?, after: Verdict) -> String? {
        let gates = after.gates.filter { $0.gate == .approvals }
        guard let gate = gates.first(where: { !$0.passes }) ?? gates.first else {
            return "the contract \"\(after.contract?.name ?? "")\" asks for no approval"
        }
        if let objection = gates.compactMap({ $0.lack.objections[id] }).first { return objection }
        guard gates.contains(where: { $0.evidence.contains(id) }) else { return gate.reason }
        // Who approves twice is in the count already, so that the sentence stays the same.
        let wasSaid = before?.gates.contains { $0.gate == .approvals && $0.reason == gate.reason } ?? false
        return !gate.passes && wasSaid ? "whoever has approved counts once, under whatever key and address" : nil
    }

    private static func objection(
        toReviewBy signers: [String], of item: ConsentProposal.Item, people: People
    ) -> String? {
        guard let emergency = item.emergency else { return "the promotion skipped no gate, so no review is asked for" }
        let involved = Set(emergency.by.flatMap { people.addresses(of: $0) })
        let mine = Set(signers.flatMap { people.addresses(of: $0) })
        return mine.isDisjoint(with: involved) ? nil : "who asked for the emergency cannot review it"
    }
}
