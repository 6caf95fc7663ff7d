import PromotionModel
import YAMLSource

/// Brings one slot to one artifact.
struct SlotEdit {
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
        case .entry(_, let digest, _, _):
            guard slot.declared == artifact else {
                throw refusal(digest, "an entry is never changed; a promotion adds one")
            }
        case .unreadable(let node, let reason): throw refusal(node, reason)
        case .fields(let fields):
            try checkRevision(fields)
            try editRepository(fields, in: &editor)
            try editContent(fields, in: &editor)
        }
    }

    /// Refuses a commit's id where the field takes a branch, a tag or a range, and the other way round.
    private func checkRevision(_ fields: ArtifactSlot.Fields) throws(YAMLEditRefusal) {
        guard artifact.kind == .git, let revision = artifact.tag else { return }
        let key = fields.keys.tag
        guard artifact.isPinned ? ["branch", "tag", "semver"].contains(key) : key == "commit" else { return }
        throw refusal(
            slot.node, "\"\(key)\" takes no \(artifact.isPinned ? "commit's id" : "name"), which \(revision) is")
    }

    private func editRepository(_ fields: ArtifactSlot.Fields, in editor: inout YAMLEditor) throws(YAMLEditRefusal) {
        guard fields.repositoryText != artifact.repository else { return }
        guard let repository = fields.repository else {
            throw refusal(
                slot.node, "the name \"\(fields.repositoryText)\" does not stand here, so it cannot be changed")
        }
        let prefix = fields.prefix
        guard !prefix.isEmpty else {
            try editor.replace(repository, with: artifact.repository)
            return
        }
        guard artifact.repository.hasPrefix(prefix + "/") else {
            throw refusal(
                repository, "\(artifact.repository) is in another registry than \"\(prefix)\"; edit both by hand")
        }
        try editor.replace(repository, with: String(artifact.repository.dropFirst(prefix.count + 1)))
    }

    private func editContent(_ fields: ArtifactSlot.Fields, in editor: inout YAMLEditor) throws(YAMLEditRefusal) {
        var digest = artifact.digest?.description
        if fields.holdsDigestInTag, let tag = fields.tag {
            let text = (artifact.tag ?? "") + (digest.map { "@" + $0 } ?? "")
            if tag.text != text { try editor.replace(tag, with: text) }
            return
        }
        let anchor = fields.tag ?? slot.node
        try edit(fields.tag, key: fields.keys.tag, to: artifact.tag, in: fields.mapping, beside: anchor, &editor)
        if fields.hasBareDigest, let pin = artifact.digest {
            guard pin.algorithm == .sha256 else { throw refusal(anchor, "the field takes a SHA-256 digest only") }
            digest = String(pin.hex)
        }
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
            guard !key.isEmpty else { throw refusal(sibling, "there is no place for a tag here") }
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
