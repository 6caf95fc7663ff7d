package import PromotionModel

/// Why evidence does not count.
package enum EvidenceRefusal: Error, Hashable, CustomStringConvertible {
    /// Not an envelope.
    case envelope(Envelope.Malformed)
    /// The envelope has no signature.
    case unsigned
    /// One signature, and why it does not count.
    case signature(SignatureFinding)
    /// Too few distinct people signed.
    case threshold(required: Int, found: Int)
    /// Well signed, and no in-toto statement.
    case payloadType(String)
    /// Well signed, and no statement, or not of the type that was asked for.
    case statement(StatementMalformed)
    /// Well signed, and about something else.
    case subject(SubjectMismatch)

    package var description: String {
        switch self {
        case .envelope(let reason): reason.description
        case .unsigned: "the envelope is not signed"
        case .signature(let finding): finding.description
        case .threshold(let required, let found):
            required < 1
                ? "a threshold of \(required) would let anything pass"
                : found < 1
                    ? "signed by nobody who may sign, \(required) people are needed"
                    : "signed by \(found) of \(required) people who may sign"
        case .payloadType(let type):
            "the payload is of type \"\(type.printable)\", expected \"\(Envelope.statementType)\""
        case .statement(let reason): reason.description
        case .subject(let mismatch): mismatch.description
        }
    }
}

extension EvidenceRefusal {
    /// What kind of reason `refusals` come to: that of the signature which came nearest to counting.
    package static func cause(of refusals: [EvidenceRefusal]) -> RefusedEvidence.Cause {
        let order: [RefusedEvidence.Cause] = [.otherSubject, .malformed, .unfitKey, .strangeKey, .badSignature]
        let causes = Set(refusals.map(\.cause))
        return order.first(where: causes.contains) ?? .unsigned
    }

    private var cause: RefusedEvidence.Cause {
        switch self {
        case .envelope, .payloadType, .statement: .malformed
        case .unsigned, .threshold: .unsigned
        case .subject: .otherSubject
        case .signature(let finding):
            switch finding.reason {
            case .ssh: .badSignature
            case .signer(.unknownKey), .noKey, .tooManyTries: .strangeKey
            case .signer(.namespace), .signer(.notYetValid), .signer(.expired): .unfitKey
            case .repeated: .unsigned
            }
        }
    }
}
