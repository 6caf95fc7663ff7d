package import PromotionModel

/// What people can do about a gate that is not open.
package enum GateAdvice {
    /// One sentence that begins with a verb.
    package static func text(for result: GateResult, of promotion: Promotion) -> String {
        let environment = promotion.environment
        switch result.gate {
        case .contract:
            return "write or mend the contract of \(environment); until then nothing may arrive"
        case .hold:
            let components = promotion.changes.map(\.component.description).joined(separator: " ")
            return "release the hold when its reason is gone: towpath release \(environment) \(components), "
                + "or without components for a hold on all of \(environment)"
        case .freeze: return "wait for the end of the freeze, or end it in a change to policies/"
        case .pinned: return "write the digest beside the tag in the manifest"
        case .source: return "promote the same digest to a source environment first, or revert the change"
        case .soak: return "wait: time in the source environment is what is missing"
        case .windows: return "wait for the window, or change it in a change to policies/"
        default: return "supply what the gate asks for"
        }
    }
}
