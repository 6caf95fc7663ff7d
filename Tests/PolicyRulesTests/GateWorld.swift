import ModelBuilders
import PolicyRules
import PromotionModel

/// Short ways to write statements, signers and consents.
extension World {
    /// Measures of a test; a literal that is none stops there.
    static func number(_ text: String) -> Evidence.Value {
        do {
            return .number(try Measure(text))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static func signer(_ name: String, roles: [String] = [], key: String? = nil) -> EvidenceSigner {
        EvidenceSigner(
            principals: name.split(separator: ",").map { "\($0)@example.org" }, roles: roles,
            key: "SHA256:\(key ?? name)")
    }

    /// A statement about 555… that was seen at noon less `minutes`.
    static func statement(
        _ id: Character, _ kind: EvidenceKind = .tests, _ values: [String: Evidence.Value] = [:],
        name: String? = "unit", by signers: [EvidenceSigner] = [signer("ci", roles: ["ci"])], minutesAgo: Int = 30,
        about digest: Digest = .of("5")
    ) -> Evidence {
        var values = values
        if kind == .tests, values["result"] == nil { values["result"] = .text("PASSED") }
        return Evidence(
            id: .of(id), subject: digest, kind: kind, name: name, values: values.filter { $0.value != .text("-") },
            signers: signers, firstSeen: Timestamp(seconds: now.seconds - Int64(minutesAgo) * 60))
    }

    /// A piece about 555… that does not count; it says of itself that it is of `kind`.
    static func refused(
        _ cause: RefusedEvidence.Cause, _ kind: EvidenceKind? = .tests, reason: String = "why",
        promotion: PromotionID? = nil, id: Character = "f"
    ) -> RefusedEvidence {
        RefusedEvidence(
            id: .of(id), subject: .of("5"), cause: cause, reason: reason, path: "55/x.json",
            claim: kind.map { RefusedEvidence.Claim(kind: $0, promotion: promotion) })
    }

    /// A consent to the promotion of these tests, given at noon less `minutes`.
    static func consent(
        _ id: Character, by signer: EvidenceSigner, _ kind: Consent.Kind = .approval, minutesAgo: Int = 30,
        to promotion: PromotionID = .of("prod", "a"), reason: String = ""
    ) -> Consent {
        Consent(
            id: .of(id), kind: kind, promotion: promotion, signer: signer, reason: reason,
            firstSeen: Timestamp(seconds: now.seconds - Int64(minutesAgo) * 60))
    }
}
