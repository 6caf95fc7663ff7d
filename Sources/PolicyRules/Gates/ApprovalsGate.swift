import PromotionModel

/// Enough people have consented to this very promotion.
///
/// Consents bind to the promotion's id and so to the exact digests. Whoever consents twice, with another key or from
/// another address counts once. A revocation takes back what the same person consented to until then; consenting
/// again later counts again. Taking a fact away never opens the gate but for a revocation, an author or an alias: they
/// are there to take approvals away.
enum ApprovalsGate {
    static func judge(_ rules: [ApprovalRule], _ facts: Facts, at instant: Timestamp) -> GateResult {
        var parts = GateParts()
        for rule in rules { parts.add(ApprovalCount(rule: rule, facts: facts, instant: instant).part) }
        let result = parts.result(.approvals, nothing: "no approval is asked for")
        guard result.state == .pending else { return result }
        let (strays, refusals) = (strayApprovals(facts), Wording.refusals(facts.refusedConsents))
        guard !strays.isEmpty || !refusals.isEmpty else { return result }
        return GateResult(
            .approvals, .pending, result.reason + strays + refusals,
            nextChange: result.nextChange, evidence: result.evidence, lack: result.lack)
    }

    /// Who has approved another promotion of the same digests, and not this one: of another set, or earlier.
    private static func strayApprovals(_ facts: Facts) -> String {
        guard !facts.strayApprovals.isEmpty else { return "" }
        let here = facts.consents(.approval).map(\.signer)
        var names: [String] = []
        for stray in facts.strayApprovals.sorted(by: { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) })
        where !here.contains(where: { DistinctPeople.mayBeOne($0, stray.signer, facts.people) }) {
            let name = Wording.foreign(stray.signer.name)
            if !names.contains(name) { names.append(name) }
        }
        return names.isEmpty
            ? "" : "; \(Wording.list(names)) approved another promotion of the same digest, and not this one"
    }
}

/// Counts the approvals of one rule.
private struct ApprovalCount {
    let rule: ApprovalRule
    let facts: Facts
    let instant: Timestamp

    /// The most people that a reason names.
    private static let shownNames = 10

    /// When the second role may approve too; `nil` where none may, or it is not known since when people wait.
    private var escalation: (role: String, at: Timestamp)? {
        guard let role = rule.escalationRole, let span = rule.escalation, let since = facts.waitingSince else {
            return nil
        }
        return (role, since + span)
    }

    private var roles: [String] {
        guard let escalation, escalation.at <= instant else { return [rule.role] }
        return [rule.role, escalation.role]
    }

    var part: GateParts.Part {
        if rule.notAuthor, !facts.knowsAuthors {
            return GateParts.Part(state: .pending, reason: "history does not tell who brought the change")
        }
        var counted: [Consent] = []
        var objections: [String] = []
        var objectionByID: [Digest: String] = [:]
        let approvals = facts.consents(.approval)
        let authors = approvals.isEmpty ? [] : facts.authors ?? []
        for approval in approvals {
            if let objection = objection(to: approval, authors: authors) {
                let text = "\(Wording.foreign(approval.signer.name)) \(objection)"
                if !objections.contains(text) { objections.append(text) }
                objectionByID[approval.id] = text
            } else {
                counted.append(approval)
            }
        }
        let people = DistinctPeople.among(counted.map(\.signer), facts.people)
        let evidence = counted.map(\.id)
        let rest =
            objections.isEmpty ? "" : "; not counted: " + Wording.list(objections, atMost: Self.shownNames)
        let role = roles.map(Wording.quoted).joined(separator: " or ")
        guard people.count >= rule.count else {
            let next = escalation.flatMap { $0.at > instant ? $0 : nil }
            let (missing, needed) = (rule.count - people.count, rule.count)
            return GateParts.Part(
                state: .pending,
                reason: Wording.text(
                    people.isEmpty ? "" : "approved by \(names(people)); ", missing.description, " of ",
                    needed.description, " approvals by ", role, " missing", rest,
                    next.map { "; \(Wording.quoted($0.role)) may approve too from \($0.at)" } ?? ""),
                nextChange: next?.at, evidence: evidence, objections: objectionByID)
        }
        return GateParts.Part(
            state: .open, reason: "approved by \(names(people)), \(people.count) of \(rule.count) by \(role)\(rest)",
            nextChange: end(of: counted), evidence: evidence, objections: objectionByID)
    }

    private func names(_ people: [EvidenceSigner]) -> String {
        Wording.list(people.map { Wording.foreign($0.name) }, atMost: Self.shownNames)
    }

    /// Why `approval` does not count.
    private func objection(to approval: Consent, authors: Set<String>) -> String? {
        let signer = approval.signer
        guard roles.contains(where: signer.roles.contains) else {
            return "is not of \(roles.map(Wording.quoted).joined(separator: " or "))"
        }
        if rule.notAuthor, !DistinctPeople.addresses(of: signer, facts.people).isDisjoint(with: authors) {
            return "is an author"
        }
        if facts.isRevoked(approval) { return "took it back" }
        if let end = end(of: approval), end <= instant { return "consented until \(end)" }
        return nil
    }

    private func end(of approval: Consent) -> Timestamp? {
        rule.expiry.map { approval.firstSeen + $0 }
    }

    /// The first instant at which too few of `approvals` are left.
    private func end(of approvals: [Consent]) -> Timestamp? {
        Set(approvals.compactMap { end(of: $0) }).sorted().first { end in
            let left = approvals.filter { approval in self.end(of: approval).map { $0 > end } ?? true }
            return DistinctPeople.among(left.map(\.signer), facts.people).count < rule.count
        }
    }
}

extension Facts {
    /// Whether anybody can tell who brought the change.
    fileprivate var knowsAuthors: Bool {
        changeAuthors.map { !$0.isEmpty } ?? false
    }

    /// Everybody who brought the change or the digest, in lower case; `nil` where nobody can tell.
    ///
    /// A change without any author is one that history does not tell about.
    fileprivate var authors: Set<String>? {
        guard let changeAuthors, !changeAuthors.isEmpty else { return nil }
        return Set(changeAuthors.union(buildAuthors).map { $0.lowercased() })
    }

    /// Consents of one kind to this very promotion, oldest first.
    func consents(_ kind: Consent.Kind) -> [Consent] {
        guard !consents.isEmpty else { return [] }
        return consents.filter { $0.kind == kind && $0.promotion == promotion.id }.sorted {
            ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id)
        }
    }

    /// Whether the same person took `consent` back; of two that came together, the revocation wins.
    func isRevoked(_ consent: Consent) -> Bool {
        consents(.revocation).contains { revocation in
            revocation.firstSeen >= consent.firstSeen
                && DistinctPeople.mayBeOne(revocation.signer, consent.signer, people)
        }
    }
}
