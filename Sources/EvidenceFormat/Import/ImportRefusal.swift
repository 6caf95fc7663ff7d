import PromotionModel

/// Why the report of a tool is not read.
package enum ImportRefusal: Error, Hashable, CustomStringConvertible {
    /// Not the text that the format asks for.
    case malformed(String)
    /// The format, in a version that is not known.
    case version(String)
    /// The report says that the tool did not finish, or has no results: no proof of anything.
    case unfinished(String)

    package var description: String {
        switch self {
        case .malformed(let reason): "the report is malformed: \(reason.printable)"
        case .version(let found): "the report is in a version that is not known: \(found.printable)"
        case .unfinished(let reason): "the report proves nothing: \(reason.printable)"
        }
    }
}
