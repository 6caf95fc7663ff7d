import PromotionModel

/// Why bytes are no statement, or a predicate not what its type says.
package enum StatementMalformed: Error, Hashable, CustomStringConvertible {
    /// Not the JSON of a statement.
    case text(String)
    /// Another `_type` than the statements that are read.
    case type(String)
    /// More subjects than ``Statement/maximumSubjects``.
    case tooManySubjects(Int)
    /// Another predicate type than asked.
    case predicateType(found: String, expected: String)
    /// The predicate lacks `field`, or holds something else there.
    case predicate(field: String, reason: String)

    package var description: String {
        switch self {
        case .text(let reason): "the statement is malformed: \(reason)"
        case .type(let type): "\"\(type.printable)\" is not an in-toto statement of a version that is known"
        case .tooManySubjects(let count):
            "the statement has \(count) subjects, \(Statement.maximumSubjects) allowed"
        case .predicateType(let found, let expected):
            "the statement is of type \"\(found.printable)\", expected \"\(expected)\""
        case .predicate(let field, let reason): "predicate, \"\(field.printable)\": \(reason.printable)"
        }
    }
}
