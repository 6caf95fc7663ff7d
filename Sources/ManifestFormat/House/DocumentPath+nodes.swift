import PromotionModel
import YAMLSource

/// A value that a path leads to.
struct PathValue {
    let node: YAMLNode
    /// The mapping or list that it stands in; the value itself where it is a document.
    let parent: YAMLNode
    /// Its key; empty for documents and items.
    let key: String
    let captures: PathGlob.Captures
    /// Its place in the document, as paths of values are written.
    let place: String
}

extension DocumentPath {
    /// The values in `document` that the path leads to, in order of appearance, with `captures` and its own.
    func values(in document: YAMLNode, captures: PathGlob.Captures = [:]) -> [PathValue] {
        var found = [PathValue(node: document, parent: document, key: "", captures: captures, place: "")]
        for step in steps { found = found.flatMap { Self.below($0, step) } }
        return found
    }

    /// The nodes in `document` that the path leads to.
    func nodes(in document: YAMLNode) -> [YAMLNode] {
        values(in: document).map(\.node)
    }

    private static func below(_ value: PathValue, _ step: DocumentPath.Step) -> [PathValue] {
        func child(_ node: YAMLNode, _ key: String, _ place: String, _ more: PathGlob.Captures = [:]) -> PathValue {
            PathValue(
                node: node, parent: value.node, key: key, captures: value.captures.merging(more) { $1 }, place: place)
        }
        func place(_ key: String) -> String { value.place.isEmpty ? key : "\(value.place).\(key)" }
        let items = value.node.items.enumerated()
        let pairs = value.node.mergedPairs.lazy.compactMap { pair in pair.key.text.map { (key: $0, node: pair.value) } }
        switch step {
        case .key(.literal(let key)): return value.node[key].map { [child($0, key, place(key))] } ?? []
        case .key(.capture(let name)): return pairs.map { child($0.node, $0.key, place($0.key), [name: $0.key]) }
        case .any:
            return pairs.map { child($0.node, $0.key, place($0.key)) }
                + items.map { child($1, "", "\(value.place)[\($0)]") }
        case .index(let index):
            return items.filter { $0.offset == index }.map { child($0.element, "", "\(value.place)[\(index)]") }
        case .item(let key, let word):
            return items.compactMap { _, item in
                guard let text = item[key]?.text else { return nil }
                switch word {
                case .literal(let wanted):
                    return text == wanted ? child(item, "", "\(value.place)[\(text)]") : nil
                case .capture(let name): return child(item, "", "\(value.place)[\(text)]", [name: text])
                }
            }
        }
    }
}
