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
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes)
        } catch {
            throw Problem(Place(file: path, line: error.line, column: error.column), error.message)
        }
        var editor = YAMLEditor(stream)
        var left = replacements
        for reading in formats.readings(of: stream, path: path) {
            for slot in reading.slots {
                let node = slot.node
                guard let index = left.firstIndex(where: { $0.line == node.line && $0.column == node.column }) else {
                    continue
                }
                let replacement = left.remove(at: index)
                do {
                    try SlotEdit(slot: slot, artifact: replacement.artifact).make(in: &editor)
                } catch {
                    throw Problem(Place(file: path, line: error.line, column: error.column), error.reason)
                }
            }
        }
        if let missing = left.first {
            throw Problem(
                Place(file: path, line: missing.line, column: missing.column), "no artifact is declared here any more")
        }
        do {
            return editor.isEmpty ? bytes : try editor.apply()
        } catch {
            throw Problem(Place(file: path, line: error.line, column: error.column), error.reason)
        }
    }
}

/// Brings one slot to one artifact.
private struct SlotEdit {
    let slot: ArtifactSlot
    let artifact: Artifact

    func make(in editor: inout YAMLEditor) throws(YAMLEditRefusal) {
        switch slot.layout {
        case .reference(let node, let start):
            let prefix = String((node.text ?? "").utf8.prefix(start)) ?? ""
            let text = prefix + artifact.reference
            if node.text != text { try editor.replace(node, with: text) }
        case .address(let node, let range):
            guard let revision = artifact.tag else { throw refusal(node, "a revision cannot be taken away here") }
            let address = ArtifactAddress(node.text ?? "", revision: range)
            guard address.name == artifact.repository else {
                throw refusal(
                    node, "\(artifact.repository) is another address than \"\(address.name)\"; edit it by hand")
            }
            if address.revision != revision { try editor.replace(node, with: address.with(revision: revision)) }
        case .fields(let fields):
            try editRepository(fields, in: &editor)
            try editContent(fields, in: &editor)
        }
    }

    private func editRepository(_ fields: ArtifactSlot.Fields, in editor: inout YAMLEditor) throws(YAMLEditRefusal) {
        guard fields.repositoryText != artifact.repository else { return }
        guard let repository = fields.repository else {
            throw refusal(
                slot.node, "the name \"\(fields.repositoryText)\" does not stand here, so it cannot be changed")
        }
        guard let registry = fields.registry?.text, !registry.isEmpty else {
            try editor.replace(repository, with: artifact.repository)
            return
        }
        guard artifact.repository.hasPrefix(registry + "/") else {
            throw refusal(
                repository, "\(artifact.repository) is in another registry than \"\(registry)\"; edit both by hand")
        }
        try editor.replace(repository, with: String(artifact.repository.dropFirst(registry.count + 1)))
    }

    private func editContent(_ fields: ArtifactSlot.Fields, in editor: inout YAMLEditor) throws(YAMLEditRefusal) {
        let digest = artifact.digest?.description
        let tagHoldsDigest = fields.tag?.text?.contains("@") == true && fields.digest == nil
        if tagHoldsDigest, let tag = fields.tag {
            let text = (artifact.tag ?? "") + (digest.map { "@" + $0 } ?? "")
            if tag.text != text { try editor.replace(tag, with: text) }
            return
        }
        let anchor = fields.tag ?? slot.node
        try edit(fields.tag, key: fields.keys.tag, to: artifact.tag, in: fields.mapping, beside: anchor, &editor)
        if let key = fields.keys.digest {
            try edit(fields.digest, key: key, to: digest, in: fields.mapping, beside: anchor, &editor)
        } else if digest != nil {
            throw refusal(anchor, "the format has no place for a digest here")
        }
    }

    private func edit(
        _ node: YAMLNode?, key: String, to text: String?, in mapping: YAMLNode, beside sibling: YAMLNode,
        _ editor: inout YAMLEditor
    ) throws(YAMLEditRefusal) {
        switch (node, text) {
        case (let node?, let text?):
            if node.text != text || node.isNull { try editor.replace(node, with: text) }
        case (nil, let text?):
            guard let siblingKey = self.key(of: sibling, in: mapping) else {
                throw refusal(sibling, "\"\(key)\" cannot be added beside a value that comes from elsewhere")
            }
            try editor.insert(key: key, value: text, after: siblingKey)
        case (let node?, nil):
            guard !node.isNull, node.text != "" else { return }
            guard let own = self.key(of: node, in: mapping) else {
                throw refusal(node, "\"\(key)\" comes from elsewhere and cannot be removed here")
            }
            try editor.remove(own)
        case (nil, nil): return
        }
    }

    /// The key in `mapping` whose value is `node`, by its place.
    private func key(of node: YAMLNode, in mapping: YAMLNode) -> YAMLNode? {
        mapping.pairs.first { $0.value.line == node.line && $0.value.column == node.column }?.key
    }

    private func refusal(_ node: YAMLNode, _ reason: String) -> YAMLEditRefusal {
        YAMLEditRefusal(line: node.line, column: node.column, reason: reason)
    }
}
