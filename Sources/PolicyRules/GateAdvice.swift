package import PromotionModel

/// What people can do about a gate that is not open.
package enum GateAdvice {
    /// One sentence that begins with a verb.
    package static func text(for result: GateResult, of promotion: Promotion) -> String {
        let environment = promotion.environment
        let component = promotion.changes.first?.component.description ?? "COMPONENT"
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
        case .evidence:
            return "attest the digest: towpath attest \(component) --type tests --from FILE --key KEY, with the type "
                + "that is missing"
        case .signature:
            return
                "let another signer attest the digest: towpath attest \(component) --type tests --from FILE --key KEY"
        case .provenance:
            return "attest how it was built: towpath attest \(component) --type provenance --from FILE --key KEY"
        case .billOfMaterials:
            return "attest what it is made of: towpath attest \(component) --type sbom --from FILE --key KEY"
        case .approvals: return "let people approve: towpath approve \(environment) \(component) --key KEY"
        case .signedCommits:
            return "bring the change anew in commits that the right people sign, merged with a merge commit"
        case .configDrift: return "bring the settings of both environments together, or ignore them in configDrift"
        case .secrets:
            return "replace the plain text by a reference, and change the secret: it has been in the history"
        case .quota: return "state and lower what the workloads ask for, or raise the limit in a change to policies/"
        case .order: return "promote what has to come first, or both in one promotion with unit: together"
        case .rate: return "wait: so many have arrived that the next comes later"
        case .rego: return "mend what the rule names, or the rule, in a change to the manifests or to policies/"
        }
    }
}
