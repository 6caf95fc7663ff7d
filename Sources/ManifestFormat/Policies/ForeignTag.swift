import PromotionModel
import YAMLSource

/// Finds tags that ask for more than YAML itself gives: `!env`, `!include`, `!!binary`, `!!python/object`.
///
/// Nobody here would follow one, and read as it stands the value is not what its author meant.
enum ForeignTag {
    /// Tags that change nothing about a value that is read as it is written.
    private static let plain: Set<String> = Set(
        ["str", "int", "float", "bool", "null", "map", "seq"].map { "tag:yaml.org,2002:\($0)" } + ["!"])

    /// The problem of the first one in `document`; `nil` where there is none.
    static func problem(in document: YAMLNode, file: String) -> Problem? {
        if let tag = document.tag, !plain.contains(tag) {
            return Problem(
                Place(file: file, line: document.line, column: document.column),
                "the tag \"\(String(tag.prefix(100)).printable)\" is not followed here; write the value itself")
        }
        for item in document.items {
            if let found = problem(in: item, file: file) { return found }
        }
        for (key, value) in document.pairs {
            if let found = problem(in: key, file: file) ?? problem(in: value, file: file) { return found }
        }
        return nil
    }
}
