import PromotionModel

/// Every arriving digest is named in statements that enough people or machines have signed.
///
/// Whoever has several keys or addresses counts once. Approvals and reviews are about a promotion and name no digest,
/// so they count only where the contract says so.
enum SignatureGate {
    static func judge(_ rule: SignatureRule, _ facts: Facts) -> GateResult {
        facts.parts { part(rule, facts, $0) }.result(.signature, nothing: "nothing arrives that could be signed")
    }

    private static func part(_ rule: SignatureRule, _ facts: Facts, _ arrival: Facts.Arrival) -> GateParts.Part {
        guard let digest = arrival.provableDigest else { return arrival.unprovable }
        let statements = facts.evidence.filter { statement in
            statement.subject == digest && counts(statement.kind, rule)
        }.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
        let signers = statements.flatMap(\.signers).filter { signer in rule.role.map(signer.roles.contains) ?? true }
        let counted = DistinctPeople.among(signers, facts.people)
        let names = counted.map { Wording.foreign($0.name) }
        let evidence = statements.filter { $0.signers.contains(where: counted.contains) }.map(\.id)
        let artifact = "\(arrival.component) \(arrival.artifact.version) (\(digest.short))"
        guard counted.count >= rule.count else {
            return GateParts.Part(
                state: .pending,
                reason: "\(artifact) is signed by \(count(names, rule))"
                    + facts.refusals(about: digest) { counts($0, rule) },
                evidence: evidence,
                missing: [
                    MissingStatement(
                        component: arrival.component, kind: rule.kinds.first, name: nil, role: rule.role,
                        hasFailed: false)
                ])
        }
        return GateParts.Part(
            state: .open, reason: "\(artifact) is signed by \(Wording.list(names))", evidence: evidence)
    }

    /// `nobody of "ci", 2 are needed`, `1 of 2 of "ci", ci@example.org`.
    private static func count(_ names: [String], _ rule: SignatureRule) -> String {
        let kinds = rule.kinds.isEmpty ? "" : " (\(Wording.list(rule.kinds.map(\.description.printable))))"
        guard names.isEmpty else {
            let who = rule.role.map { "of \(Wording.quoted($0))" } ?? "allowed signers"
            return "\(names.count) of \(rule.count) \(who)\(kinds), \(Wording.list(names))"
        }
        let nobody = rule.role.map { "nobody of \(Wording.quoted($0))" } ?? "no allowed signer"
        return nobody + kinds + (rule.count > 1 ? ", \(rule.count) are needed" : "")
    }

    private static func counts(_ kind: EvidenceKind, _ rule: SignatureRule) -> Bool {
        rule.kinds.isEmpty ? kind != .approval && kind != .review : rule.kinds.contains(kind)
    }
}
