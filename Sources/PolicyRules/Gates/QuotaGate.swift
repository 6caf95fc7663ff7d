import PromotionModel

/// What the environment's workloads ask for together stays within the limits.
///
/// A total that is not known is waited for: what does not say how much it takes can take everything.
enum QuotaGate {
    static func judge(_ rule: QuotaRule, _ facts: Facts) -> GateResult {
        guard let survey = facts.survey else {
            return GateResult(.quota, .pending, "\(facts.promotion.environment) could not be read")
        }
        var parts = GateParts()
        for (resource, limit) in rule.limits.sorted(by: { $0.key < $1.key }) {
            parts.add(part(resource, limit, rule.texts[resource], survey))
        }
        return parts.result(.quota, nothing: "no limit is set")
    }

    private static func part(
        _ resource: String, _ limit: Measure, _ text: String?, _ survey: ManifestSurvey
    ) -> GateParts.Part {
        // As it is written, but for a bare number of bytes, which nobody can read.
        let shown = text.flatMap { $0 == limit.description ? nil : $0 } ?? quantity(limit, of: resource)
        let total = survey.resources[resource]
        // Too much already is too much whatever the others ask for.
        if let total, total > limit {
            return GateParts.Part(
                state: .closed, reason: "\(resource) is \(quantity(total, of: resource)), over the limit of \(shown)")
        }
        let unstated = survey.unstatedResources[resource] ?? []
        guard unstated.isEmpty else {
            return GateParts.Part(
                state: .pending,
                reason: "\(resource) is not known: \(Wording.list(unstated.sorted().map(Wording.foreign))) "
                    + "\(unstated.count == 1 ? "states" : "state") none")
        }
        guard let total else {
            return GateParts.Part(state: .pending, reason: "\(resource) is not known: nothing states any")
        }
        return GateParts.Part(state: .open, reason: "\(resource) is \(quantity(total, of: resource)) of \(shown)")
    }

    /// As Kubernetes writes it.
    private static func quantity(_ measure: Measure, of resource: String) -> String {
        let isBytes =
            ["memory", "storage", "ephemeral-storage"].contains(resource) || resource.hasPrefix("hugepages-")
        return isBytes ? measure.quantityOfBytes : measure.description
    }
}
