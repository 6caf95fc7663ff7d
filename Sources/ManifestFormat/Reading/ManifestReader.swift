package import PromotionModel
package import YAMLSource

/// Reads manifests: bytes in, slots and problems out; nothing that a file holds can make it fail.
package struct ManifestReader: Sendable {
    private let formats: FormatSet
    private let limits: YAMLLimits

    /// A reader of the given formats; of all of them by default.
    package init(formats: FormatSet = .all, limits: YAMLLimits = YAMLLimits()) {
        self.formats = formats
        self.limits = limits
    }

    /// What one file declares.
    package struct Contents: Sendable {
        /// Declarations with the names that their formats give them, in order of appearance.
        package var found: [Found] = []
        package var problems: [Problem] = []
        /// The file with every declared value left out; `nil` where nothing is declared, or it was not asked for.
        package var blanked: [UInt8]?
        /// Of each declaration the bytes that ``ManifestVersion`` may replace; `nil` where they were not asked for, or
        /// there is one without.
        var places: [Range<Int>]?

        package init(found: [Found] = [], problems: [Problem] = []) {
            (self.found, self.problems) = (found, problems)
        }

        /// Whether there is anything to tell of the file.
        package var isNotable: Bool {
            !found.isEmpty || !problems.isEmpty
        }

        /// One declaration before collisions of names are told apart.
        package struct Found: Sendable {
            package let name: String
            package let artifact: Artifact
            package let format: String
            package let line: Int
            package let column: Int
            /// Whether it is an entry of a list that only grows.
            package let isEntry: Bool
            /// Whether its field says that it names something that moves: a branch, a range.
            package let isMoving: Bool
            /// Whether there is a place for a digest.
            package let takesDigest: Bool

            package init(
                name: String, artifact: Artifact, format: String, line: Int, column: Int, isEntry: Bool, isMoving: Bool,
                takesDigest: Bool
            ) {
                (self.name, self.artifact, self.format) = (name, artifact, format)
                (self.line, self.column) = (line, column)
                (self.isEntry, self.isMoving, self.takesDigest) = (isEntry, isMoving, takesDigest)
            }
        }
    }

    /// Whether the file at `path` may hold a manifest; others are never opened.
    package func reads(_ path: String) -> Bool {
        formats.reads(path)
    }

    /// The most bytes that a manifest may have: the largest real one known, a bundle of definitions, has half of it.
    package static let maximumBytes = 8 * 1_048_576

    /// What a pointer of Git LFS begins with, in place of the file.
    private static let lfsMark = Array("version https://git-lfs".utf8)

    /// Reads `bytes`, the content of the file at `path`.
    ///
    /// - Parameters:
    ///   - section: the part of each document that is read; all of it by default.
    ///   - blanking: whether to fill ``Contents/blanked``; of a part, it holds the part alone.
    package func read(
        _ bytes: [UInt8], path: String, section: DocumentPath? = nil, blanking: Bool = false
    ) -> Contents {
        guard !formats.isForeign(bytes, path: path) else { return Contents() }
        do {
            return contents(of: try stream(bytes, path: path), path: path, section: section, blanking: blanking)
        } catch {
            return Contents(problems: [error])
        }
    }

    /// Reads `bytes`, the content of the file at `path`, of which `former` is another version, if one was read.
    ///
    /// - Parameter section: as for ``read(_:path:section:blanking:)``, whose contents are the same.
    package func read(
        _ bytes: [UInt8], path: String, section: DocumentPath?, like former: ManifestVersion?
    ) -> ManifestVersion {
        if let version = former?.changed(to: bytes) { return version }
        guard section == nil, !formats.isForeign(bytes, path: path), !formats.hasHouseReaders(of: path),
            !ManifestVersion.mayHaveAliases(bytes)
        else {
            return ManifestVersion(read(bytes, path: path, section: section), places: nil, of: bytes)
        }
        do {
            var contents = contents(of: try stream(bytes, path: path), path: path, placing: true)
            let places = contents.places
            contents.places = nil
            return ManifestVersion(contents, places: places, of: bytes)
        } catch {
            return ManifestVersion(Contents(problems: [error]), places: nil, of: bytes)
        }
    }

    /// The documents of the file at `path`.
    ///
    /// - Throws: ``Problem`` where there is no making sense of `bytes`.
    func stream(_ bytes: [UInt8], path: String) throws(Problem) -> YAMLStream {
        guard !bytes.starts(with: EncryptedValues.gitCryptMark) else {
            throw Problem(
                Place(file: path), "encrypted by git-crypt: what it declares is not known", severity: .skipped)
        }
        guard !bytes.starts(with: Self.lfsMark) else {
            throw Problem(Place(file: path, line: 1), "a pointer of Git LFS, not the file itself")
        }
        do {
            return try YAMLStream(bytes: bytes, syntax: formats.syntax(of: path), limits: limits)
        } catch {
            throw Self.problem(error, bytes: bytes, path: path)
        }
    }

    /// What the documents of `stream`, the content of the file at `path`, or `section` of them, declare.
    func readings(of stream: YAMLStream, path: String, section: DocumentPath? = nil) -> [DocumentReading] {
        formats.readings(of: Self.roots(of: stream, section), in: stream, path: path)
    }

    private static func roots(of stream: YAMLStream, _ section: DocumentPath?) -> [YAMLNode] {
        guard let section else { return stream.documents }
        return stream.documents.flatMap { section.nodes(in: $0) }
    }

    /// What `stream`, the documents of the file at `path`, or `section` of them, declares.
    func contents(
        of stream: YAMLStream, path: String, section: DocumentPath? = nil, blanking: Bool = false,
        placing: Bool = false
    ) -> Contents {
        var contents = Contents()
        if placing { contents.places = [] }
        let roots = Self.roots(of: stream, section)
        if let section, roots.isEmpty {
            let text =
                "nothing stands at \"\(section.description.printable)\", which is the environment's part of the file"
            contents.problems.append(Problem(Place(file: path, line: 1), text))
        }
        for duplicate in stream.duplicateKeys {
            contents.problems.append(
                Problem(
                    Place(file: path, line: duplicate.line, column: duplicate.column),
                    "\(duplicate.message); the last one counts", severity: .warning))
        }
        contents.problems += formats.unmet(by: roots, path: path).map { Self.problem(unmet: $0, path: path) }
        var blanks: [Range<Int>] = []
        for reading in formats.readings(of: roots, in: stream, path: path) {
            for declared in reading.slots {
                let slot = declared.slot
                if let unknown = slot.unknownPart {
                    contents.problems.append(Self.problem(of: unknown, in: slot, path: path))
                    continue
                }
                if case .unreadable(let node, let reason) = slot.layout {
                    contents.problems.append(
                        Problem(
                            Place(file: path, line: node.line, column: node.column),
                            "\(reason); what it declares is not known"))
                    continue
                }
                Self.read(slot, format: declared.format, path: path, into: &contents)
                if placing, contents.places != nil, contents.found.count > contents.places?.count ?? 0 {
                    if let place = ManifestVersion.place(of: slot, format: declared.format, in: stream.bytes) {
                        contents.places?.append(place)
                    } else {
                        contents.places = nil
                    }
                }
                if blanking { blanks += slot.valueRanges }
            }
        }
        if blanking, section != nil {
            contents.blanked = roots.flatMap { Self.without(blanks, of: stream.bytes, within: $0.byteRange) + [0] }
        } else if !blanks.isEmpty {
            contents.blanked = Self.without(blanks, of: stream.bytes, within: 0..<stream.bytes.count)
        }
        return contents
    }

    /// The bytes `part` of `bytes` without `ranges`, which may overlap where aliases name one value twice.
    private static func without(_ ranges: [Range<Int>], of bytes: [UInt8], within part: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(part.count)
        var position = part.lowerBound
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound })
        where range.lowerBound >= position && range.upperBound <= part.upperBound {
            result += bytes[position..<range.lowerBound]
            position = range.upperBound
        }
        return result + bytes[position..<part.upperBound]
    }

    private static func read(_ slot: ArtifactSlot, format: String, path: String, into contents: inout Contents) {
        do {
            contents.found.append(
                Contents.Found(
                    name: slot.name, artifact: try slot.artifact(), format: format, line: slot.line,
                    column: slot.column, isEntry: slot.isEntry, isMoving: slot.isMoving,
                    takesDigest: slot.takesDigest))
        } catch {
            contents.problems.append(
                Problem(Place(file: path, line: slot.line, column: slot.column), error.description))
        }
    }

    /// The problem of a file that has nothing where `format` looks: it may be that the path is misspelt.
    private static func problem(unmet format: HouseFormat, path: String) -> Problem {
        let what =
            format.path.map { "nothing stands at \"\($0.description.printable)\"" } ?? "expected one line of text"
        return Problem(
            Place(file: path, line: 1), "\(what), where \(format.place) looks for an artifact", severity: .warning)
    }

    /// The longest part of a template that is shown.
    private static let shownBytes = 80

    /// The problem of a value that is not known here: it may declare anything, so what it declared is not gone either.
    private static func problem(of unknown: YAMLNode, in slot: ArtifactSlot, path: String) -> Problem {
        guard unknown.isEncrypted else { return problem(ofTemplate: unknown, in: slot, path: path) }
        let (line, column) = (unknown.line, unknown.column)
        return Problem(
            Place(file: path, line: slot.text?.line(line) ?? line, column: slot.text?.column(column) ?? column),
            "encrypted by SOPS: what it declares is not known", severity: .skipped)
    }

    private static func problem(ofTemplate template: YAMLNode, in slot: ArtifactSlot, path: String) -> Problem {
        // Of a text over several lines, the one that holds the template's action.
        let lines = template.writtenBytes.split(separator: UInt8(ascii: "\n"))
        let shown = lines.first { String(decoding: $0, as: UTF8.self).contains("{{") } ?? template.writtenBytes
        let content = shown.drop { $0 == UInt8(ascii: " ") }
        let text = String(decoding: content.prefix(shownBytes), as: UTF8.self)
        let (line, column) = (template.line, template.column)
        let reason = template.style == .expression ? "worked out by Terraform" : "rendered from a template"
        return Problem(
            Place(file: path, line: slot.text?.line(line) ?? line, column: slot.text?.column(column) ?? column),
            "\(reason): \(text)\(content.count > shownBytes ? "…" : "")", severity: .skipped)
    }

    /// The problem of a file that is no YAML; a template, which is not meant to be, is only skipped.
    private static func problem(_ error: YAMLProblem, bytes: [UInt8], path: String) -> Problem {
        let place = Place(file: path, line: error.line, column: error.column)
        if TemplateRecognition.isTemplate(bytes, failingLine: error.line) {
            return Problem(place, "a template, not YAML until it is rendered: skipped", severity: .skipped)
        }
        return Problem(place, error.message)
    }
}
