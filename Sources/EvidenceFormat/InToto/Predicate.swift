package import JSONText
package import PromotionModel

/// What a statement of a known type says.
///
/// Fields that a reader does not know are ignored, as in-toto asks. A field that a rule needs and that is not there
/// stays unknown: leaving something out never makes evidence better.
package protocol Predicate: Hashable, Sendable {
    /// The type that is written.
    static var type: String { get }
    /// The types that are read.
    static var readTypes: [String] { get }
    /// Reads the predicate.
    ///
    /// - Throws: ``StatementMalformed/predicate(field:reason:)``.
    init(_ json: JSONValue) throws(StatementMalformed)
    /// The predicate in JSON, members in a fixed order.
    var json: JSONValue { get }
}

extension Predicate {
    package static var readTypes: [String] {
        [type]
    }
}

extension Statement {
    /// A statement about the artifact `digest`.
    package init<Content: Predicate>(about digest: Digest, name: String? = nil, _ content: Content) {
        self.init(about: digest, name: name, predicateType: Content.type, predicate: content.json)
    }

    /// The predicate as `Content`.
    ///
    /// - Throws: ``StatementMalformed`` where the type is another one, or the predicate not what its type says.
    package func predicate<Content: Predicate>(as content: Content.Type) throws(StatementMalformed) -> Content {
        guard content.readTypes.contains(predicateType) else {
            throw .predicateType(found: predicateType, expected: content.type)
        }
        return try Content(predicate)
    }
}
