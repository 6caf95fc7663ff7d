import PromotionModel

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
                : "signed by \(found) of \(required) people who may sign"
        case .payloadType(let type):
            "the payload is of type \"\(type.printable)\", expected \"\(Envelope.statementType)\""
        case .statement(let reason): reason.description
        case .subject(let mismatch): mismatch.description
        }
    }
}
