package import JSONText
package import PromotionModel

/// What an artifact is made of: an SBOM in CycloneDX or SPDX as the predicate (`in-toto/attestation`, `spec/predicates`).
package struct BillOfMaterials: Predicate {
    package static let type = "https://cyclonedx.org/bom"

    package static var readTypes: [String] {
        [
            type, "https://cyclonedx.org/bom/v1.4", "https://spdx.dev/Document", "https://spdx.dev/Document/v2.2",
            "https://spdx.dev/Document/v2.3",
        ]
    }

    package let summary: BillSummary
    package let json: JSONValue

    package init(_ json: JSONValue) throws(StatementMalformed) {
        do {
            summary = try BillSummary(json)
        } catch {
            throw .predicate(field: "predicate", reason: error.description)
        }
        self.json = json
    }
}

extension Statement {
    /// A statement about the artifact `digest`, of the type that goes with the format of `bill`.
    package init(about digest: Digest, name: String? = nil, bill: BillOfMaterials) {
        let type = bill.summary.format == .cycloneDX ? BillOfMaterials.type : "https://spdx.dev/Document"
        self.init(about: digest, name: name, predicateType: type, predicate: bill.json)
    }
}
