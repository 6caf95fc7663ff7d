import PolicyRules
import PromotionModel

extension Contract {
    /// Whether a gate looks at what manifests say beside their artifacts.
    var asksForSurveys: Bool {
        gates.contains { [.configDrift, .secrets, .quota, .order, .rego].contains($0.gate) }
    }

    /// Whether a gate looks at who signed the commits.
    var asksForSignedCommits: Bool {
        gates.contains { $0.gate == .signedCommits }
    }

    /// The environments whose manifests a promotion to `name` is compared with.
    func neighbours(of name: EnvironmentName) -> [EnvironmentName] {
        guard to.contains(where: { $0.matches(name.description) }) else { return [] }
        return from + gates.compactMap { gate in if case .configDrift(let rule) = gate { rule.from } else { nil } }
    }
}
