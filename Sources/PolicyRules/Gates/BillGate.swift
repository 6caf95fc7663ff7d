import PromotionModel

/// A signed bill of materials that says enough lies with every arriving digest; one is enough.
enum BillGate {
    static func judge(_ rule: BillRule, _ facts: Facts, on ground: JudgementGround) -> GateResult {
        let search = StatementSearch(
            facts: facts, kind: .billOfMaterials, role: rule.role, maximumAge: rule.maximumAge, on: ground)
        return facts.parts { arrival in
            search.part(for: arrival, at: ground.instant) { grade($0.values, by: rule) }
        }.result(.billOfMaterials, nothing: "nothing arrives that is made of something")
    }

    private static func grade(_ values: [String: Evidence.Value], by rule: BillRule) -> StatementSearch.Grade {
        if !rule.formats.isEmpty {
            guard case .text(let format) = values["format"] else { return .silent("it has no format") }
            guard rule.formats.contains(format.lowercased()) else {
                return .fails(
                    "format is \(Wording.quoted(format)), required "
                        + rule.formats.map(Wording.quoted).joined(separator: " or "))
            }
        }
        guard rule.minimumComponents > 0 else { return .passes }
        guard case .number(let count) = values["components"] else {
            return .silent("it does not say how many components it lists")
        }
        guard count >= Measure(rule.minimumComponents) else {
            return .fails("it lists \(count) components, required at least \(rule.minimumComponents)")
        }
        return .passes
    }
}
