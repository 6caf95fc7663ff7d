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

    /// Whether `document` has anything where the format looks, be it empty.
    func finds(in document: YAMLNode) -> Bool {
        !values(in: document).isEmpty
    }

    /// What `document` declares, in order of appearance.
    func slots(in document: YAMLNode) -> [ArtifactSlot] {
        values(in: document).compactMap(slot)
    }

    private func values(in document: YAMLNode) -> [PathValue] {
        format.path?.values(in: document, captures: captures)
            ?? [PathValue(node: document, parent: document, key: "", captures: captures, place: "")]
    }

    private func slot(_ value: PathValue) -> ArtifactSlot? {
        let name = format.name.map { FleetLayout.fill($0, with: value.captures) }
        let component =
            format.component.map { FleetLayout.fill($0, with: value.captures) } ?? name
            ?? (value.place.isEmpty ? value.captures["basename"] ?? "" : value.place)
        guard value.node.isOneValue else {
            let reason = "expected one value here, found a \(value.node.kind)"
            return ArtifactSlot(name: component, layout: .unreadable(value.node, reason))
        }
        guard value.node.isDeclared else { return nil }
        guard let name else { return ArtifactSlot(name: component, kind: format.kind, layout: .reference(value.node)) }
        let digest = format.digest.flatMap { value.parent[$0] }.flatMap { $0.isOneValue ? $0 : nil }
        // A digest alone takes the version's place.
        let isDigest = format.digest == nil && value.node.text.map(Self.isDigest) == true
        let fields = ArtifactSlot.Fields(
            mapping: value.parent,
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
