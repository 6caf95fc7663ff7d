import YAMLSource

/// What tells the items of a list apart: a name, or only their place.
///
/// A list that is keyed by name differs in one place where an item was put in; by index it differs in all that follow.
enum ListIdentity {
    /// Every item is a mapping with this key, and no two have the same.
    case key(String, names: [String])
    /// Every item is text of the shape `NAME=value`.
    case assignments([(name: String, value: String)])
    case index

    /// Keys of lists whose items are written `NAME=value`: kustomize's generators, Compose.
    private static let assignmentLists: Set<String> = ["literals", "environment"]

    init(of list: YAMLNode, under key: String) {
        for candidate in ["name", "key"] {
            if let names = Self.names(of: list, by: candidate) {
                self = .key(candidate, names: names)
                return
            }
        }
        if Self.assignmentLists.contains(key), let found = Self.assignments(in: list) {
            self = .assignments(found)
        } else {
            self = .index
        }
    }

    private static func names(of list: YAMLNode, by key: String) -> [String]? {
        var names: [String] = []
        var seen: Set<String> = []
        for item in list.items {
            guard item.kind == .mapping, let name = ManifestObject.scalar(item[key]), seen.insert(name).inserted else {
                return nil
            }
            names.append(name)
        }
        return names.isEmpty ? nil : names
    }

    private static func assignments(in list: YAMLNode) -> [(name: String, value: String)]? {
        var found: [(name: String, value: String)] = []
        var seen: Set<String> = []
        for item in list.items {
            guard let text = item.text, let sign = text.firstIndex(of: "="), sign != text.startIndex,
                seen.insert(String(text[..<sign])).inserted
            else { return nil }
            found.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
        }
        return found.isEmpty ? nil : found
    }
}
