import PromotionModel
import YAMLSource

/// Reads the files of one house format that lie at one path.
struct HouseReader {
    /// The name of the format in output.
    static let name = "house"

    let format: HouseFormat
    /// What braces in names stand for.
    let captures: PathGlob.Captures

    /// A reader of the file at `path`; `nil` where it is none of the format's.
    init?(_ format: HouseFormat, path: String) {
        guard let captures = format.captures(of: path) else { return nil }
        self.format = format
        self.captures = captures
    }

    /// A value that the format looks for.
    private struct Value {
        let node: YAMLNode
        /// The mapping that it stands in; the value itself where it is a document.
        let mapping: YAMLNode
        let key: String
        let captures: PathGlob.Captures
        /// Its place in the document, as paths of values are written.
        let path: String
    }

    /// Whether `document` has anything where the format looks, be it empty.
    func finds(in document: YAMLNode) -> Bool {
        !values(in: document).isEmpty
    }

    /// What `document` declares, in order of appearance.
    func slots(in document: YAMLNode) -> [ArtifactSlot] {
        values(in: document).compactMap(slot)
    }

    private func values(in document: YAMLNode) -> [Value] {
        var found = [Value(node: document, mapping: document, key: "", captures: captures, path: "")]
        for step in format.path?.steps ?? [] { found = found.flatMap { Self.below($0, step) } }
        return found
    }

    private static func below(_ value: Value, _ step: DocumentPath.Step) -> [Value] {
        func child(_ node: YAMLNode, _ key: String, _ path: String, _ more: PathGlob.Captures = [:]) -> Value {
            Value(
                node: node, mapping: value.node, key: key, captures: value.captures.merging(more) { $1 }, path: path)
        }
        func path(_ key: String) -> String { value.path.isEmpty ? key : "\(value.path).\(key)" }
        let items = value.node.items.enumerated()
        let pairs = value.node.mergedPairs.lazy.compactMap { pair in pair.key.text.map { (key: $0, node: pair.value) } }
        switch step {
        case .key(.literal(let key)): return value.node[key].map { [child($0, key, path(key))] } ?? []
        case .key(.capture(let name)): return pairs.map { child($0.node, $0.key, path($0.key), [name: $0.key]) }
        case .any:
            return pairs.map { child($0.node, $0.key, path($0.key)) }
                + items.map { child($1, "", "\(value.path)[\($0)]") }
        case .index(let index):
            return items.filter { $0.offset == index }.map { child($0.element, "", "\(value.path)[\(index)]") }
        case .item(let key, let word):
            return items.compactMap { _, item in
                guard let text = item[key]?.text else { return nil }
                switch word {
                case .literal(let wanted):
                    return text == wanted ? child(item, "", "\(value.path)[\(text)]") : nil
                case .capture(let name): return child(item, "", "\(value.path)[\(text)]", [name: text])
                }
            }
        }
    }

    private func slot(_ value: Value) -> ArtifactSlot? {
        let name = format.name.map { FleetLayout.fill($0, with: value.captures) }
        let component =
            format.component.map { FleetLayout.fill($0, with: value.captures) } ?? name
            ?? (value.path.isEmpty ? value.captures["basename"] ?? "" : value.path)
        guard value.node.isOneValue else {
            let reason = "expected one value here, found a \(value.node.kind)"
            return ArtifactSlot(name: component, layout: .unreadable(value.node, reason))
        }
        guard value.node.isDeclared else { return nil }
        guard let name else { return ArtifactSlot(name: component, kind: format.kind, layout: .reference(value.node)) }
        let digest = format.digest.flatMap { value.mapping[$0] }.flatMap { $0.isOneValue ? $0 : nil }
        // A digest alone takes the version's place.
        let isDigest = format.digest == nil && value.node.text.map(Self.isDigest) == true
        let fields = ArtifactSlot.Fields(
            mapping: value.mapping,
            keys: ArtifactSlot.Fields.Keys(
                tag: isDigest ? "" : value.key, digest: isDigest ? value.key : format.digest),
            name: .given(name), tag: isDigest ? nil : value.node, digest: isDigest ? value.node : digest)
        return ArtifactSlot(name: component, kind: format.kind, layout: .fields(fields))
    }

    private static func isDigest(_ text: String) -> Bool {
        do {
            _ = try Digest(text)
            return true
        } catch {
            return false
        }
    }
}
