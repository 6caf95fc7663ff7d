package import PromotionModel
package import YAMLSource

/// A place in a document that declares an artifact, and the nodes that an edit would change.
package struct ArtifactSlot: Sendable {
    /// How the parts of a reference are spread over the document.
    package enum Layout: Sendable {
        /// One scalar holds it all: `repository:tag@digest`.
        case reference(YAMLNode)
        /// A mapping with a field for each part.
        case fields(Fields)
    }

    /// The parts of a reference as fields of one mapping.
    package struct Fields: Sendable {
        /// The keys that the format uses; `nil` where it has no such field.
        package struct Keys: Sendable {
            package let tag: String
            package let digest: String?

            package init(tag: String, digest: String?) {
                self.tag = tag
                self.digest = digest
            }
        }

        package let mapping: YAMLNode
        package let keys: Keys
        package let registry: YAMLNode?
        package let repository: YAMLNode
        /// Also holds the digest, after `@`, where the text has one.
        package let tag: YAMLNode?
        package let digest: YAMLNode?

        package init(
            mapping: YAMLNode, keys: Keys, registry: YAMLNode? = nil, repository: YAMLNode, tag: YAMLNode?,
            digest: YAMLNode?
        ) {
            self.mapping = mapping
            self.keys = keys
            self.registry = registry
            self.repository = repository
            self.tag = tag
            self.digest = digest
        }
    }

    /// The name that the format gives the component, before collisions are told apart.
    package let name: String
    package let layout: Layout

    package init(name: String, layout: Layout) {
        self.name = name
        self.layout = layout
    }

    /// The node that people should look at: where the artifact's content is chosen.
    package var node: YAMLNode {
        switch layout {
        case .reference(let node): node
        case .fields(let fields): fields.digest ?? fields.tag ?? fields.repository
        }
    }

    /// The part that is rendered from a template, so that the artifact is not known; `nil` where there is none.
    var template: YAMLNode? {
        switch layout {
        case .reference(let node): node.isTemplate ? node : nil
        case .fields(let fields):
            [fields.digest, fields.tag, fields.repository, fields.registry].compactMap(\.self).first { $0.isTemplate }
        }
    }

    /// The bytes of the values that make up the artifact.
    var valueRanges: [Range<Int>] {
        switch layout {
        case .reference(let node): [node.byteRange]
        case .fields(let fields):
            [fields.registry, fields.repository, fields.tag, fields.digest].compactMap { $0?.byteRange }
        }
    }

    /// The artifact that the slot declares.
    ///
    /// - Throws: ``Artifact/Malformed`` where the written text is no reference.
    package func artifact() throws(Artifact.Malformed) -> Artifact {
        switch layout {
        case .reference(let node): try Artifact(parsing: node.text ?? "")
        case .fields(let fields): try fields.artifact()
        }
    }
}

extension ArtifactSlot.Fields {
    /// The name of the artifact: registry, where there is one, and repository.
    var repositoryText: String {
        let name = repository.text ?? ""
        guard let registry = registry?.text, !registry.isEmpty else { return name }
        return registry + "/" + name
    }

    fileprivate func artifact() throws(Artifact.Malformed) -> Artifact {
        let name = repositoryText
        let tagText = tag.flatMap { $0.isNull ? nil : $0.text }.flatMap { $0.isEmpty ? nil : $0 }
        let digestText = digest.flatMap { $0.isNull ? nil : $0.text }.flatMap { $0.isEmpty ? nil : $0 }
        if tagText == nil, digestText == nil {
            return try Artifact(parsing: name)
        }
        // The written parts are put together as one reference, so that one grammar judges them all.
        let written = try Artifact(parsing: name + (tagText.map { ":" + $0 } ?? ""))
        // With a slash in the tag the text would read as a longer repository.
        if let tagText, tagText.utf8.prefix(while: { $0 != UInt8(ascii: "@") }).contains(UInt8(ascii: "/")) {
            throw Artifact.Malformed(text: "\(name):\(tagText)", reason: "a tag holds no \"/\"")
        }
        guard let digestText else { return written }
        let text = "\(name)@\(digestText)"
        let pinned = try Artifact(parsing: text)
        if let inTag = written.digest, inTag != pinned.digest {
            throw Artifact.Malformed(text: text, reason: "the tag names another digest than the digest field")
        }
        guard tagText != nil else { return pinned }
        return Artifact(repository: written.repository, tag: written.tag, digest: pinned.digest)
    }
}
