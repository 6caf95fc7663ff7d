/// The fields that the decoders know, for those who describe them elsewhere.
package enum PolicyFields {
    /// Field names by where they stand: the kind, then the path of the mapping.
    package static let byKind: [String: [String]] = [
        "PromotionContract": ContractDecoder.specFields,
        "PromotionContract.gates": ContractDecoder.gateFields,
        "PromotionContract.gates.windows": WindowDecoder.windowFields,
        "PromotionContract.gates.evidence": EvidenceDecoder.ruleFields,
        "PromotionContract.gates.signature": EvidenceDecoder.signatureFields,
        "PromotionContract.gates.provenance": EvidenceDecoder.provenanceFields,
        "PromotionContract.gates.sbom": EvidenceDecoder.billFields,
        "PromotionContract.gates.approvals": ConsentDecoder.approvalFields,
        "PromotionContract.gates.signedCommits": ConsentDecoder.signedCommitsFields,
        "PromotionContract.gates.configDrift": ManifestGateDecoder.configDriftFields,
        "PromotionContract.gates.secrets": ManifestGateDecoder.secretsFields,
        "PromotionContract.gates.order": ManifestGateDecoder.orderFields,
        "PromotionContract.gates.rate": ManifestGateDecoder.rateFields,
        "PromotionContract.gates.rego": ManifestGateDecoder.regoFields,
        "PromotionContract.emergency": ConsentDecoder.emergencyFields,
        "Freeze": FreezeDecoder.specFields,
        "DriftIgnore": DriftIgnoreDecoder.specFields,
        "DriftIgnore.ignores": DriftIgnoreDecoder.itemFields,
        "Roles": RolesDecoder.specFields,
        "Roles.people": RolesDecoder.personFields,
        "Fleet": FleetDecoder.specFields,
        "Fleet.environments": FleetDecoder.ruleFields,
        "Fleet.artifacts": HouseFormatDecoder.fields,
    ]

    /// The kinds of evidence that a contract asks for by a short word.
    package static let evidenceKinds = EvidenceDecoder.kinds
}
