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
        return stream.documents.map { root in
            let document = ManifestDocument(root, in: file)
            guard let format = candidates.first(where: { $0.recognizes(document) }) else {
                return DocumentReading(root: root, format: nil, slots: [])
            }
            return DocumentReading(root: root, format: format.name, slots: format.slots(in: document))
        }
    }
}

/// What one document declares.
struct DocumentReading {
    let root: YAMLNode
    /// The name of the format that reads the document; `nil` where none recognises it.
    let format: String?
    /// In order of appearance.
    let slots: [ArtifactSlot]
}
