import JSONText
package import PromotionModel

extension EvidenceKind {
    /// The kind that contracts call statements with the predicate type `type`; the type itself where it is no known
    /// one.
    package init(predicateType type: String) {
        let known: [([String], EvidenceKind)] = [
            (TestResult.readTypes, .tests), (Coverage.readTypes, .coverage), (StaticAnalysis.readTypes, .analysis),
            (Vulnerabilities.readTypes, .vulnerabilities), (BillOfMaterials.readTypes, .billOfMaterials),
            (Provenance.readTypes, .provenance), (Performance.readTypes, .performance),
            (Approval.readTypes, .approval),
        ]
        self = known.first { $0.0.contains(type) }?.1 ?? EvidenceKind(type)
    }
}

extension RefusedEvidence.Claim {
    /// What the envelope in `bytes` says that it is, whoever made it.
    ///
    /// - Returns: `nil` where it is no envelope with a statement.
    package init?(ofEnvelope bytes: [UInt8]) {
        do {
            self.init(try Statement(Envelope(bytes).payload))
        } catch {
            return nil
        }
    }

    /// What `statement` says that it is.
    package init(_ statement: Statement) {
        let kind = EvidenceKind(predicateType: statement.predicateType)
        var promotion: PromotionID?
        if kind == .approval { promotion = statement.predicate["promotion"]?.string.flatMap { PromotionID($0) } }
        self.init(kind: kind, promotion: promotion)
    }
}
