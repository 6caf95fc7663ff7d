import PromotionModel

/// No secret stands in the environment's manifests in plain text, and the required ones are referred to.
enum SecretsGate {
    static func judge(_ rule: SecretsRule, _ facts: Facts) -> GateResult {
        let environment = facts.promotion.environment
        guard let survey = facts.survey else {
            return GateResult(.secrets, .pending, "\(environment) could not be read")
        }
        let plain = survey.plainSecrets.filter { secret in
            !rule.allowed.contains { $0.matches(setting: secret.path) }
        }.sorted { ($0.place, $0.path) < ($1.place, $1.path) }
        let missing = Set(rule.required).subtracting(survey.secretNames).sorted()
        var reasons = plain.map { secret in
            "\(Wording.foreign(secret.path)) at \(secret.place): \(Wording.foreign(secret.reason))"
        }
        reasons += missing.map { "\(environment) does not refer to the secret \(Wording.quoted($0))" }
        guard reasons.isEmpty else {
            return GateResult(.secrets, .closed, Wording.list(reasons, separator: "; "))
        }
        let required =
            rule.required.isEmpty ? "" : "; refers to \(Wording.list(Set(rule.required).sorted().map(Wording.quoted)))"
        return GateResult(.secrets, .open, "no secret in plain text\(required)")
    }
}
