import PromotionModel
import YAMLSource

/// The edits of one file: of its own values, and of those in texts that it holds.
struct StreamEdits {
    private var outer: YAMLEditor
    /// An editor for each text that is edited, by the offset of its scalar.
    private var inner: [Int: (text: EmbeddedText, editor: YAMLEditor)] = [:]

    init(_ stream: YAMLStream) {
        outer = YAMLEditor(stream)
    }

    /// Brings `slot` to `artifact`.
    ///
    /// - Throws: a ``Problem`` where a value cannot be edited safely.
    mutating func edit(_ slot: ArtifactSlot, to artifact: Artifact, path: String) throws(Problem) {
        let edit = SlotEdit(slot: slot, artifact: artifact)
        guard let text = slot.text else {
            do {
                try edit.make(in: &outer)
            } catch {
                throw Self.problem(error, in: nil, path: path)
            }
            return
        }
        guard text.isLiteral else {
            throw Problem(
                Place(file: path, line: slot.line, column: slot.column),
                "the value stands inside a text; only one that is written as a block with \"|\" is edited")
        }
        let key = text.node.byteRange.lowerBound
        var editor = inner[key]?.editor ?? YAMLEditor(text.stream)
        do {
            try edit.make(in: &editor)
        } catch {
            throw Self.problem(error, in: text, path: path)
        }
        inner[key] = (text, editor)
    }

    /// Adds an entry behind the last one of the map that `slot` is an entry of.
    ///
    /// - Throws: a ``Problem`` where the digest is there already, or the map cannot be edited safely.
    mutating func add(digest: String, tags: [String], beside slot: ArtifactSlot, path: String) throws(Problem) {
        guard case .entry(_, let key, _, _) = slot.layout else { return }
        do {
            try outer.insert(key: digest, items: tags, after: key.lastSibling)
        } catch {
            throw Self.problem(error, in: nil, path: path)
        }
    }

    /// The bytes with all edits made; `nil` where nothing changed.
    ///
    /// - Throws: a ``Problem`` where the edits would change anything else.
    mutating func apply(path: String) throws(Problem) -> [UInt8]? {
        for (_, change) in inner.sorted(by: { $0.key < $1.key }) where !change.editor.isEmpty {
            do {
                let bytes = try change.editor.apply()
                try outer.replace(change.text.node, with: String(decoding: bytes, as: UTF8.self))
            } catch {
                throw Self.problem(error, in: change.text, path: path)
            }
        }
        guard !outer.isEmpty else { return nil }
        do {
            return try outer.apply()
        } catch {
            throw Self.problem(error, in: nil, path: path)
        }
    }

    private static func problem(_ refusal: YAMLEditRefusal, in text: EmbeddedText?, path: String) -> Problem {
        Problem(
            Place(
                file: path, line: text?.line(refusal.line) ?? refusal.line,
                column: text?.column(refusal.column) ?? refusal.column), refusal.reason)
    }
}
