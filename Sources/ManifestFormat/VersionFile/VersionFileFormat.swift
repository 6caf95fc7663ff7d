import PromotionModel
import YAMLSource

/// Files that are one version and nothing else, `VERSION`: their only line is it.
package struct VersionFileFormat: Format {
    package static let name = "version-file"

    package static let files = FileNames(names: ["VERSION", "VERSION.txt", "version.txt"], isText: true)

    package func recognizes(_ document: ManifestDocument) -> Bool {
        Self.files.contains(document.file) && document.root.text.map(Self.isVersion) == true
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        let version = document.root
        return [
            ArtifactSlot(
                name: document.file.text, kind: .version,
                layout: .fields(
                    ArtifactSlot.Fields(
                        mapping: version, keys: ArtifactSlot.Fields.Keys(tag: "", digest: nil),
                        name: .given(document.file.text), tag: version, digest: nil)))
        ]
    }

    /// Whether `text` is one word with a digit at its beginning, perhaps behind a `v`.
    private static func isVersion(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "v") ? text.utf8.dropFirst() : text.utf8[...]
        return digits.first.map { (0x30...0x39).contains($0) } == true && !text.utf8.contains { $0 <= 0x20 }
    }
}
