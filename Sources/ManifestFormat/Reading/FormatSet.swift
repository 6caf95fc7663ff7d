package import PromotionModel
import YAMLSource

/// The formats that are read under one layout.
package struct FormatSet: Sendable {
    /// The different kinds of files, and for every combination of them the formats that it may hold.
    ///
    /// Looked up once for a file, so that a format costs nothing for files that it cannot be in.
    private let kinds: [FileNames]
    private let candidates: [[any Format]]

    /// `formats`, in order of preference.
    package init(_ formats: [any Format]) {
        var kinds: [FileNames] = []
        for format in formats where !kinds.contains(type(of: format).files) { kinds.append(type(of: format).files) }
        candidates = (0..<1 << kinds.count).map { combination in
            formats.filter { format in
                let kind = kinds.firstIndex(of: type(of: format).files) ?? 0
                return combination & 1 << kind != 0
            }
        }
        self.kinds = kinds
    }

    /// The formats that `layout` asks for.
    package init(_ layout: FleetLayout) {
        let wanted = layout.formats
        self.init(FormatRegistry.all.filter { wanted?.contains($0.name) ?? true })
    }

    /// All formats.
    package static let all = FormatSet(FormatRegistry.all)

    /// Whether the file at `path` may hold one of the formats; others are never opened.
    package func reads(_ path: String) -> Bool {
        !candidates(for: FileName(path: path)).isEmpty
    }

    /// The formats that `file` may hold, in order of preference.
    private func candidates(for file: FileName) -> [any Format] {
        var combination = 0
        for (index, kind) in kinds.enumerated() where kind.contains(file) { combination |= 1 << index }
        return candidates[combination]
    }

    /// What the documents of `stream`, the content of the file at `path`, declare; those of no format declare nothing.
    func readings(of stream: YAMLStream, path: String) -> [DocumentReading] {
        let file = FileName(path: path)
        let candidates = candidates(for: file)
        return stream.documents.map { Self.reading(of: ManifestDocument($0, in: file), by: candidates) }
    }

    private static func reading(of document: ManifestDocument, by candidates: [any Format]) -> DocumentReading {
        if let items = document.items {
            let slots = items.flatMap { reading(of: $0, by: candidates).slots }
            return DocumentReading(root: document.root, format: nil, slots: slots)
        }
        guard let format = candidates.first(where: { $0.recognizes(document) }) else {
            return DocumentReading(root: document.root, format: nil, slots: [])
        }
        let slots = format.slots(in: document).map { DeclaredSlot(slot: $0, format: format.name) }
        return DocumentReading(root: document.root, format: format.name, slots: slots)
    }
}

/// What one document declares.
struct DocumentReading {
    let root: YAMLNode
    /// The name of the format that reads the document; `nil` where none recognises it, and for lists of objects.
    let format: String?
    /// In order of appearance.
    let slots: [DeclaredSlot]
}

/// A slot and the name of the format that found it.
struct DeclaredSlot {
    let slot: ArtifactSlot
    let format: String
}
