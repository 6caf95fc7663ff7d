package import PromotionModel
import YAMLSource

/// The formats that are read under one layout.
package struct FormatSet: Sendable {
    /// The different kinds of files, and for every combination of them the formats that it may hold.
    ///
    /// Looked up once for a file, so that a format costs nothing for files that it cannot be in.
    private let kinds: [FileNames]
    private let candidates: [[any Format]]
    private let companions: [any CompanionFormat]
    private let house: [HouseFormat]
    /// Files with a part for each environment, and where the parts are.
    private let sections: [(files: [PathGlob], path: DocumentPath)]

    /// `formats`, in order of preference, what is read beside them, and a repository's own formats.
    package init(
        _ formats: [any Format], companions: [any CompanionFormat] = FormatRegistry.companions,
        house: [HouseFormat] = [], sections: [(files: [PathGlob], path: DocumentPath)] = []
    ) {
        var kinds: [FileNames] = []
        let places = formats.map { format in
            let files = type(of: format).files
            if let known = kinds.firstIndex(of: files) { return known }
            kinds.append(files)
            return kinds.count - 1
        }
        candidates = (0..<1 << kinds.count).map { combination in
            formats.indices.filter { combination & 1 << places[$0] != 0 }.map { formats[$0] }
        }
        self.kinds = kinds
        self.companions = companions
        self.house = house
        self.sections = sections
    }

    /// The formats that `layout` asks for.
    package init(_ layout: FleetLayout) {
        let sections = layout.rules.compactMap { rule in rule.section.map { (rule.paths, $0) } }
        guard layout.formats != nil || !layout.artifacts.isEmpty || !sections.isEmpty else {
            self = .all
            return
        }
        let wanted = layout.formats
        func isWanted(_ name: String) -> Bool { wanted?.contains(name) ?? true }
        self.init(
            FormatRegistry.all.filter { isWanted($0.name) },
            companions: FormatRegistry.companions.filter { isWanted(type(of: $0).name) }, house: layout.artifacts,
            sections: sections)
    }

    /// All formats.
    package static let all = FormatSet(FormatRegistry.all)

    /// Whether the file at `path` may hold one of the formats; others are never opened.
    package func reads(_ path: String) -> Bool {
        !candidates(for: FileName(path: path)).isEmpty || house.contains { $0.captures(of: path) != nil }
    }

    /// Whether `bytes`, a file in JSON at `path`, can declare nothing, since it is opened for objects alone and has no
    /// version of an API in it; most JSON in repositories is something else, and need not even be sound.
    func isForeign(_ bytes: [UInt8], path: String) -> Bool {
        let file = FileName(path: path)
        guard file.syntax == .json, candidates(for: file).allSatisfy({ type(of: $0).files == .objects }),
            !house.contains(where: { $0.captures(of: path) != nil }),
            !sections.contains(where: { section in section.files.contains { $0.match(path) != nil } })
        else { return false }
        let word = Array("\"apiVersion\"".utf8)
        var rest = bytes[...]
        while let quote = rest.firstIndex(of: word[0]) {
            rest = rest[quote...]
            if rest.starts(with: word) { return false }
            rest = rest.dropFirst()
        }
        return true
    }

    /// How the file at `path` is written.
    func syntax(of path: String) -> SourceSyntax {
        let file = FileName(path: path)
        if kinds.contains(where: { $0.isText && $0.contains(file) }) { return .text }
        let isText = houseReaders(of: path).contains { $0.format.path == nil }
        return isText ? .text : file.syntax
    }

    /// Whether the repository has formats of its own for the file at `path`.
    func hasHouseReaders(of path: String) -> Bool {
        !house.isEmpty && !houseReaders(of: path).isEmpty
    }

    private func houseReaders(of path: String) -> [HouseReader] {
        house.compactMap { HouseReader($0, path: path) }
    }

    /// The house formats of the file at `path` that look for a value where `roots` have none.
    func unmet(by roots: [YAMLNode], path: String) -> [HouseFormat] {
        houseReaders(of: path).filter { reader in !roots.contains(where: reader.finds) }.map(\.format)
    }

    /// The documents of `stream`, the content of the file at `path`, and all parts of them that are an environment's.
    func roots(of stream: YAMLStream, path: String) -> [YAMLNode] {
        let documents = stream.documents
        let parts = sections.filter { section in section.files.contains { $0.match(path) != nil } }
        return documents + parts.flatMap { part in documents.flatMap { part.path.nodes(in: $0) } }
    }

    /// The formats that `file` may hold, in order of preference.
    private func candidates(for file: FileName) -> [any Format] {
        var combination = 0
        for (index, kind) in kinds.enumerated() where kind.contains(file) { combination |= 1 << index }
        return candidates[combination]
    }

    /// What `roots`, documents of `stream` or parts of them, declare; those of no format declare nothing.
    ///
    /// - Parameter path: that of the file whose content `stream` is.
    func readings(of roots: [YAMLNode], in stream: YAMLStream, path: String) -> [DocumentReading] {
        let file = FileName(path: path)
        let candidates = candidates(for: file)
        let companions = companions.filter { $0.mayHold(stream, file: file) }
        let readers = Readers(formats: candidates, companions: companions, house: houseReaders(of: path))
        return roots.map { readers.reading(of: ManifestDocument($0, in: file)) }
    }
}

/// What may read the documents of one file.
private struct Readers {
    let formats: [any Format]
    let companions: [any CompanionFormat]
    let house: [HouseReader]

    func reading(of document: ManifestDocument) -> DocumentReading {
        let reading = builtInReading(of: document)
        guard !house.isEmpty else { return reading }
        // What the repository says of its own files wins over what they look like.
        let own = house.flatMap { $0.slots(in: document.root) }
        let taken = Set(own.flatMap(\.valueRanges))
        let others = reading.slots.filter { taken.isDisjoint(with: $0.slot.valueRanges) }
        return DocumentReading(
            root: reading.root, format: reading.format,
            slots: own.map { DeclaredSlot(slot: $0, format: HouseReader.name) } + others)
    }

    private func builtInReading(of document: ManifestDocument) -> DocumentReading {
        if let items = document.items {
            let slots = items.flatMap { builtInReading(of: $0).slots }
            return DocumentReading(root: document.root, format: nil, slots: slots)
        }
        let format = formats.first { $0.recognizes(document) }
        var slots = format.map { format in
            format.slots(in: document).map { DeclaredSlot(slot: $0, format: format.name) }
        }
        for companion in companions {
            let taken = Set(slots?.flatMap(\.slot.valueRanges) ?? [])
            let found = companion.slots(in: document).filter { taken.isDisjoint(with: $0.valueRanges) }
            slots = (slots ?? []) + found.map { DeclaredSlot(slot: $0, format: type(of: companion).name) }
        }
        return DocumentReading(root: document.root, format: format?.name, slots: slots ?? [])
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
