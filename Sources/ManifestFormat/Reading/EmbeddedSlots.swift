import YAMLSource

/// Declarations in a text that a scalar of a document holds.
enum EmbeddedSlots {
    /// What `find` finds in each document of the text of `node`; a text that is no YAML is a slot that says so.
    ///
    /// A text that an alias repeats is read where it is written.
    static func slots(
        in node: YAMLNode, owner: String, _ find: (YAMLNode) -> [ArtifactSlot]
    ) -> [ArtifactSlot] {
        guard node.isDeclared, node.kind == .scalar, !node.isAlias else { return [] }
        do {
            let text = try EmbeddedText(node)
            return text.stream.documents.flatMap { find($0).map { $0.found(in: text) } }
        } catch {
            return [ArtifactSlot(name: owner, layout: .unreadable(node, "the text here is no YAML: \(error.message)"))]
        }
    }
}
