package import PromotionModel

/// What people can do about a gate that is not open.
package enum GateAdvice {
    /// What would open the gates of `verdict` that are not open, in their order, each sentence once.
    package static func texts(for verdict: Verdict, of promotion: Promotion) -> [String] {
        verdict.shut.flatMap { texts(for: $0, in: verdict, of: promotion) }.reduce(into: []) { texts, text in
            if !texts.contains(text) { texts.append(text) }
        }
    }

    /// Sentences that begin with a verb, at least one.
    private static func texts(
        for result: GateResult, in verdict: Verdict, of promotion: Promotion
    ) -> [String] {
        switch result.gate {
        case .evidence, .signature, .provenance, .billOfMaterials:
            attestations(result, in: promotion.environment)
        default: [text(for: result, in: verdict, of: promotion)]
        }
    }

    private static func text(for result: GateResult, in verdict: Verdict, of promotion: Promotion) -> String {
        let environment = promotion.environment
        switch result.gate {
        case .contract:
            return "write or mend the contract of \(environment); until then nothing may arrive"
        case .hold:
            let components = promotion.changes.map { " " + $0.component.description.shellWord }.joined()
            let release = "release the hold when its reason is gone: towpath release \(environment)\(components)"
            return components.isEmpty
                ? release : release + ", or without components for a hold on all of \(environment)"
        case .freeze: return "wait for the end of the freeze, or end it in a change to policies/"
        case .pinned: return pinning(by: verdict.contract, of: promotion)
        case .source: return "promote the same digest to a source environment first, or revert the change"
        case .soak: return "wait: time in the source environment is what is missing"
        case .windows: return "wait for the window, or change it in a change to policies/"
        case .approvals:
            let component = promotion.changes.first.map { " " + $0.component.description.shellWord } ?? ""
            return "let people approve: towpath approve \(environment)\(component) --key KEY"
        case .signedCommits:
            return "bring the change anew in commits that the right people sign, merged with a merge commit"
        case .configDrift: return "bring the settings of both environments together, or ignore them in configDrift"
        case .secrets:
            return "replace the plain text by a reference, and change the secret: it has been in the history"
        case .quota: return "state and lower what the workloads ask for, or raise the limit in a change to policies/"
        case .order: return "promote what has to come first, or both in one promotion with unit: together"
        case .rate: return "wait: so many have arrived that the next comes later"
        case .rego: return "mend what the rule names, or the rule, in a change to the manifests or to policies/"
        case .evidence, .signature, .provenance, .billOfMaterials: return "attest what is missing"
        }
    }

    private static func pinning(by contract: Contract?, of promotion: Promotion) -> String {
        guard contract?.immutableTags != nil else { return "write the digest beside the tag in the manifest" }
        return "name a tag that is immutable and has meant nothing else, or write the digest beside it: "
            + "towpath promote \(promotion.environment) --pin"
    }

    /// The most statements that are asked for one by one.
    private static let shownStatements = 5

    private static func attestations(_ result: GateResult, in environment: EnvironmentName) -> [String] {
        let missing = result.lack.statements
        guard !missing.isEmpty else { return ["write the digest, sha256:…, beside the tag in the manifest"] }
        let texts = missing.prefix(shownStatements).map { statement in
            let options =
                " --env \(environment) --type \(statement.kind.map { $0.description.shellWord } ?? "TYPE")"
                + (statement.name.map { " --name \($0.shellWord)" } ?? "") + " --from FILE --key KEY"
            let command = "towpath attest \(statement.component.description.shellWord)\(options)"
            let signer = statement.role.map { ", with a key of \(Wording.quoted($0))" } ?? ""
            let purpose =
                statement.hasFailed
                ? "mend what failed and promote that, or attest anew what is not its fault"
                : result.gate == .signature ? "let another signer attest the digest" : "attest the digest"
            return "\(purpose): \(command)\(signer)"
        }
        let rest = missing.count - texts.count
        return texts + (rest > 0 ? ["attest \(rest) more in the same way"] : [])
    }
}
