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

    private let formats: FormatSet

    package init(formats: FormatSet = .all) {
        self.formats = formats
    }

    /// `bytes`, the content of the file at `path`, with `replacements` made.
    ///
    /// - Throws: a ``Problem`` that names the place where the file cannot be edited safely: the value comes from an
    ///   alias or a merge, the format has no place for a part, the declaration is not there any more.
    package func edit(_ bytes: [UInt8], path: String, replacements: [Replacement]) throws(Problem) -> [UInt8] {
        let stream = try stream(bytes, path: path)
        let slots = formats.readings(of: stream, path: path).flatMap { $0.slots.map(\.slot) }
        var editor = YAMLEditor(stream)
        var left = replacements
        var expected = slots.map(Self.artifact)
        for (place, slot) in slots.enumerated() {
            let node = slot.node
            guard let index = left.firstIndex(where: { $0.line == node.line && $0.column == node.column }) else {
                continue
            }
            let replacement = left.remove(at: index)
            expected[place] = replacement.artifact
            do {
                try SlotEdit(slot: slot, artifact: replacement.artifact).make(in: &editor)
            } catch {
                throw Problem(Place(file: path, line: error.line, column: error.column), error.reason)
            }
        }
        if let missing = left.first {
            throw Problem(
                Place(file: path, line: missing.line, column: missing.column), "no artifact is declared here any more")
        }
        guard !editor.isEmpty else { return bytes }
        let edited: [UInt8]
        do {
            edited = try editor.apply()
        } catch {
            throw Problem(Place(file: path, line: error.line, column: error.column), error.reason)
        }
        try verify(edited, path: path, before: slots, expected: expected)
        return edited
    }

    private func stream(_ bytes: [UInt8], path: String) throws(Problem) -> YAMLStream {
        do {
            return try YAMLStream(bytes: bytes)
        } catch {
            throw Problem(Place(file: path, line: error.line, column: error.column), error.message)
        }
    }

    /// Reads what was written: every slot is to declare what it is expected to, and there is none more or less.
    private func verify(
        _ edited: [UInt8], path: String, before: [ArtifactSlot], expected: [Artifact?]
    ) throws(Problem) {
        let after = formats.readings(of: try stream(edited, path: path), path: path).flatMap { $0.slots.map(\.slot) }
        let isSame = after.count == before.count && zip(after, before).allSatisfy { $0.name == $1.name }
        for (place, slot) in before.enumerated() where !isSame || Self.artifact(after[place]) != expected[place] {
            throw Problem(
                Place(file: path, line: slot.node.line, column: slot.node.column),
                "the edit would not be read back as \(expected[place]?.description ?? "it was")")
        }
    }

    private static func artifact(_ slot: ArtifactSlot) -> Artifact? {
        do {
            return try slot.artifact()
        } catch {
            return nil
        }
    }
}
