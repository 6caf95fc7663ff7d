package import PromotionModel

/// Skips gates in an emergency, where the contract allows it and enough people ask for it with a reason.
package enum EmergencySkip {
    /// `gates` with those skipped that are not open and may be skipped, and the leave, if one was.
    static func applied(
        to gates: [GateResult], _ facts: Facts, contract: Contract
    ) -> (gates: [GateResult], emergency: Emergency?) {
        guard let rule = contract.emergency, let leave = leave(rule, facts) else { return (gates, nil) }
        var isUsed = false
        let result = gates.map { gate in
            guard !gate.passes, rule.skips.contains(gate.gate), gate.gate.isSkippable else { return gate }
            isUsed = true
            return GateResult(
                gate.gate, .skipped,
                "passed over in an emergency by \(Wording.enumeration(leave.by)): \(leave.reason); was: \(gate.reason)",
                evidence: gate.evidence)
        }
        return (result, isUsed ? leave : nil)
    }

    /// Who asked for it, if they are enough.
    ///
    /// Authors count: in an emergency they may be the only ones awake, and a review follows.
    private static func leave(_ rule: EmergencyRule, _ facts: Facts) -> Emergency? {
        let asked = facts.consents(.emergency).filter { consent in
            isOf(rule, consent) && !facts.isRevoked(consent)
        }
        let people = DistinctPeople.among(asked.map(\.signer), facts.people)
        guard let first = asked.first, people.count >= rule.count, rule.count > 0 else { return nil }
        return Emergency(
            reason: String(first.reason.prefix(500)).printable, by: people.map { $0.name.printable }.sorted(),
            reviewWithin: rule.reviewWithin)
    }

    private static func isOf(_ rule: EmergencyRule, _ consent: Consent) -> Bool {
        consent.signer.roles.contains(rule.role) && consent.reason.contains { !$0.isWhitespace }
    }

    /// Why `consent`, which asks to skip gates, lets none be skipped; `nil` where `verdict` skips some.
    package static func objection(to consent: Consent, verdict: Verdict) -> String? {
        guard verdict.emergency == nil else { return nil }
        guard let contract = verdict.contract else { return "no contract says what an emergency may skip" }
        guard let rule = contract.emergency else {
            return "the contract \"\(contract.name)\" lets nothing be skipped in an emergency"
        }
        let name = Wording.foreign(consent.signer.name)
        guard isOf(rule, consent) else { return "\(name) is not of \(Wording.quoted(rule.role))" }
        let skippable = verdict.shut.filter { rule.skips.contains($0.gate) && $0.gate.isSkippable }
        guard !skippable.isEmpty else {
            return verdict.shut.isEmpty
                ? "nothing is left to skip" : "what is shut may not be skipped, not even in an emergency"
        }
        return "\(rule.count) people of \(Wording.quoted(rule.role)) have to ask for it"
    }
}
