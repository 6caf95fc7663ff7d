package import PromotionModel
import YAMLSource

/// Changes artifacts in a manifest in place: only the bytes of the values change, or nothing does.
package struct ManifestEditor: Sendable {
    /// One artifact to put in the place of another.
    package struct Replacement: Hashable, Sendable {
        /// Line and column of the declaration, as it was read.
        package let line: Int
        package let column: Int
        package let artifact: Artifact

        package init(line: Int, column: Int, artifact: Artifact) {
            self.line = line
            self.column = column
            self.artifact = artifact
        }
    }

    /// One artifact to add to a list that only grows.
    package struct Addition: Hashable, Sendable {
        /// Line and column of an entry of the same image, as it was read.
        package let line: Int
        package let column: Int
        package let artifact: Artifact

        package init(line: Int, column: Int, artifact: Artifact) {
            self.line = line
            self.column = column
            self.artifact = artifact
        }
    }

    private let formats: FormatSet

    package init(formats: FormatSet = .all) {
        self.formats = formats
    }

    /// `bytes`, the content of the file at `path`, with `replacements` and `additions` made.
    ///
    /// - Throws: a ``Problem`` that names the place where the file cannot be edited safely: the value comes from an
    ///   alias or a merge, the format has no place for a part, the declaration is not there any more.
    package func edit(
        _ bytes: [UInt8], path: String, replacements: [Replacement], additions: [Addition] = []
    ) throws(Problem) -> [UInt8] {
        let stream = try stream(bytes, path: path)
        let slots = formats.readings(of: stream, path: path).flatMap { $0.slots.map(\.slot) }
        var edits = StreamEdits(stream)
        var left = replacements
        var expected = slots.map(\.declared)
        for (place, slot) in slots.enumerated() {
            guard let index = left.firstIndex(where: { $0.line == slot.line && $0.column == slot.column }) else {
                continue
            }
            let replacement = left.remove(at: index)
            expected[place] = replacement.artifact
            try edits.edit(slot, to: replacement.artifact, path: path)
        }
        if let missing = left.first {
            throw Problem(
                Place(file: path, line: missing.line, column: missing.column), "no artifact is declared here any more")
        }
        let added = try add(additions, beside: slots, in: &edits, path: path)
        guard let edited = try edits.apply(path: path) else { return bytes }
        try verify(edited, path: path, before: slots, expected: expected, added: added)
        return edited
    }

    /// Adds entries; tags of one digest make one entry.
    ///
    /// - Returns: what there is more than before.
    private func add(
        _ additions: [Addition], beside slots: [ArtifactSlot], in edits: inout StreamEdits, path: String
    ) throws(Problem) -> Set<Artifact> {
        var entries: [(slot: ArtifactSlot, digest: String, tags: [String])] = []
        for addition in additions {
            let place = Place(file: path, line: addition.line, column: addition.column)
            guard let slot = slots.first(where: { $0.line == addition.line && $0.column == addition.column }),
                slot.isEntry, slot.declared?.repository == addition.artifact.repository
            else { throw Problem(place, "no entry of \(addition.artifact.repository) is here any more") }
            guard let digest = addition.artifact.digest?.description else {
                throw Problem(place, "an entry is made for a digest, which \(addition.artifact) does not have")
            }
            let tags = addition.artifact.tag.map { [$0] } ?? []
            if let known = entries.firstIndex(where: { $0.slot.line == slot.line && $0.digest == digest }) {
                entries[known].tags += tags
            } else {
                entries.append((slot, digest, tags))
            }
        }
        for entry in entries { try edits.add(digest: entry.digest, tags: entry.tags, beside: entry.slot, path: path) }
        return Set(additions.map(\.artifact))
    }

    private func stream(_ bytes: [UInt8], path: String) throws(Problem) -> YAMLStream {
        do {
            return try YAMLStream(bytes: bytes, syntax: formats.syntax(of: path))
        } catch {
            throw Problem(Place(file: path, line: error.line, column: error.column), error.message)
        }
    }

    /// Reads what was written: every slot is to declare what it is expected to, and there is none more or less.
    private func verify(
        _ edited: [UInt8], path: String, before: [ArtifactSlot], expected: [Artifact?], added: Set<Artifact>
    ) throws(Problem) {
        var after = formats.readings(of: try stream(edited, path: path), path: path).flatMap { $0.slots.map(\.slot) }
        if !added.isEmpty { after.removeAll { slot in slot.isEntry && slot.declared.map(added.contains) == true } }
        let isSame = after.count == before.count && zip(after, before).allSatisfy { $0.name == $1.name }
        for (place, slot) in before.enumerated() where !isSame || after[place].declared != expected[place] {
            throw Problem(
                Place(file: path, line: slot.line, column: slot.column),
                "the edit would not be read back as \(expected[place]?.description ?? "it was")")
        }
    }
}
