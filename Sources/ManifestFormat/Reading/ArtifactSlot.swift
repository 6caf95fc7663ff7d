package import PromotionModel
package import YAMLSource

/// A place in a document that declares an artifact, and the nodes that an edit would change.
package struct ArtifactSlot: Sendable {
    /// How the parts of a reference are spread over the document.
    package enum Layout: Sendable {
        /// One scalar holds it all, `repository:tag@digest`, behind a prefix of so many bytes.
        case reference(YAMLNode, from: Int = 0)
        /// An address in one scalar, and the bytes of the revision in it: `https://host/repo?ref=v1`.
        case address(YAMLNode, revision: Range<Int>)
        /// A mapping with a field for each part.
        case fields(Fields)
        /// An entry of a map that only grows, under its digest; of several tags each is an entry.
        case entry(name: YAMLNode, digest: YAMLNode, tags: YAMLNode, tag: YAMLNode?)
        /// A value that would declare something and cannot be read, and why.
        case unreadable(YAMLNode, String)
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

        /// Where the name of the artifact comes from.
        package enum Name: Sendable {
            case node(YAMLNode)
            /// It is not written in the mapping, and so not edited.
            case given(String)
        }

        package let mapping: YAMLNode
        package let keys: Keys
        /// What stands before the name, joined by slashes: a registry, perhaps an organisation.
        package let prefixes: [YAMLNode]
        package let name: Name
        /// Also holds the digest, after `@`, where the text has one.
        package let tag: YAMLNode?
        package let digest: YAMLNode?

        package init(
            mapping: YAMLNode, keys: Keys, prefixes: [YAMLNode] = [], name: Name, tag: YAMLNode?, digest: YAMLNode?
        ) {
            self.mapping = mapping
            self.keys = keys
            self.prefixes = prefixes
            self.name = name
            self.tag = tag
            self.digest = digest
        }

        package init(mapping: YAMLNode, keys: Keys, repository: YAMLNode, tag: YAMLNode?, digest: YAMLNode?) {
            self.init(mapping: mapping, keys: keys, name: .node(repository), tag: tag, digest: digest)
        }
    }

    /// The name that the format gives the component, before collisions are told apart.
    package let name: String
    package let kind: ArtifactKind
    package let layout: Layout
    /// The text that the nodes stand in, where that is a scalar of the document; `nil` where it is the document.
    package let text: EmbeddedText?

    package init(name: String, kind: ArtifactKind = .image, layout: Layout, in text: EmbeddedText? = nil) {
        self.name = name
        self.kind = kind
        self.layout = layout
        self.text = text
    }

    /// The same slot, found in `text`, a scalar of the document.
    func found(in text: EmbeddedText) -> ArtifactSlot {
        ArtifactSlot(name: name, kind: kind, layout: layout, in: text)
    }

    /// Line of ``node`` in the file.
    package var line: Int {
        text?.line(node.line) ?? node.line
    }

    /// Column of ``node`` in the file.
    package var column: Int {
        text?.column(node.column) ?? node.column
    }

    /// The node that people should look at: where the artifact's content is chosen.
    package var node: YAMLNode {
        switch layout {
        case .reference(let node, _), .address(let node, _), .unreadable(let node, _): node
        case .entry(_, let digest, _, let tag): tag ?? digest
        case .fields(let fields): fields.digest ?? fields.tag ?? fields.repository ?? fields.mapping
        }
    }

    /// The nodes of the values that make up the artifact.
    private var nodes: [YAMLNode] {
        switch layout {
        case .reference(let node, _), .address(let node, _), .unreadable(let node, _): [node]
        case .entry(let name, let digest, _, let tag): [tag, digest, name].compactMap(\.self)
        case .fields(let fields):
            [fields.digest, fields.tag, fields.repository].compactMap(\.self) + fields.prefixes
        }
    }

    /// The part that is rendered from a template; `nil` where there is none.
    var template: YAMLNode? {
        nodes.first { $0.isTemplate }
    }

    /// The part that is encrypted or rendered from a template, so that the artifact is not known; `nil` for none.
    var unknownPart: YAMLNode? {
        nodes.first { $0.isEncrypted } ?? template
    }

    /// The bytes in the file of the values that make up the artifact.
    var valueRanges: [Range<Int>] {
        if case .entry(_, let digest, let tags, _) = layout { return [digest.pairLines(with: tags)] }
        return nodes.map { text?.range($0.byteRange) ?? $0.byteRange }
    }

    /// The artifact that the slot declares; `nil` where the written text is no reference.
    var declared: Artifact? {
        do {
            return try artifact()
        } catch {
            return nil
        }
    }

    /// Whether the slot is an entry of a list that only grows.
    var isEntry: Bool {
        if case .entry = layout { true } else { false }
    }

    /// Whether the field says that it names something that moves: a branch, or a range of versions.
    var isMoving: Bool {
        guard case .fields(let fields) = layout, fields.tag != nil else { return false }
        return (kind == .git && fields.keys.tag == "branch") || (kind != .image && fields.keys.tag == "semver")
    }

    /// Whether a digest can be written here beside the tag.
    var takesDigest: Bool {
        guard kind != .git else { return false }
        switch layout {
        case .reference: return true
        case .fields(let fields): return fields.keys.digest != nil || fields.holdsDigestInTag
        case .entry, .address, .unreadable: return false
        }
    }

    /// The artifact that the slot declares.
    ///
    /// - Throws: ``Artifact/Malformed`` where the written text is no reference.
    package func artifact() throws(Artifact.Malformed) -> Artifact {
        switch layout {
        case .reference(let node, let start):
            return try Artifact(parsing: String((node.text ?? "").utf8.dropFirst(start)) ?? "", as: kind)
        case .address(let node, let revision):
            let address = ArtifactAddress(node.text ?? "", revision: revision)
            return try Artifact(kind: kind, name: address.name, tag: address.revision, digest: nil)
        case .entry(let name, let digest, _, let tag):
            let pin = "@" + (digest.text ?? "")
            return try Artifact(parsing: (name.text ?? "") + (tag?.text.map { ":" + $0 } ?? "") + pin, as: kind)
        case .unreadable(_, let reason): throw Artifact.Malformed(text: "", reason: reason)
        case .fields(let fields):
            return kind == .image ? try fields.image() : try fields.artifact(of: kind)
        }
    }
}

extension ArtifactSlot.Fields {
    /// The node of the name; `nil` where it is given.
    var repository: YAMLNode? {
        if case .node(let node) = name { node } else { nil }
    }

    /// The name of the artifact: registry, where there is one, and repository.
    var repositoryText: String {
        let text =
            switch name {
            case .node(let node): node.text ?? ""
            case .given(let text): text
            }
        return prefix.isEmpty ? text : prefix + "/" + text
    }

    /// What stands before the name, without the last slash.
    var prefix: String {
        prefixes.compactMap(\.text).joined(separator: "/")
    }

    /// Whether the digest stands in the field of the tag, behind `@`.
    var holdsDigestInTag: Bool {
        digest == nil && tag?.text?.contains("@") == true
    }

    /// Whether the field of the digest leaves out the algorithm, as one called `sha` does.
    var hasBareDigest: Bool {
        if let text = Self.text(digest) { return Self.isBare(text) }
        return keys.digest?.lowercased().hasSuffix("sha") == true
    }

    private static func isBare(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private var digestText: String? {
        Self.text(digest).map { Self.isBare($0) ? "sha256:" + $0 : $0 }
    }

    private static func text(_ node: YAMLNode?) -> String? {
        guard let node, !node.isNull, let text = node.text, !text.isEmpty else { return nil }
        return text
    }

    fileprivate func image() throws(Artifact.Malformed) -> Artifact {
        let name = repositoryText
        let tagText = Self.text(tag)
        if tagText == nil, digestText == nil {
            return try Artifact(parsing: name, as: .image)
        }
        // The written parts are put together as one reference, so that one grammar judges them all.
        let written = try Artifact(parsing: name + (tagText.map { ":" + $0 } ?? ""), as: .image)
        // With a slash in the tag the text would read as a longer repository.
        if let tagText, tagText.utf8.prefix(while: { $0 != UInt8(ascii: "@") }).contains(UInt8(ascii: "/")) {
            throw Artifact.Malformed(text: "\(name):\(tagText)", reason: "a tag holds no \"/\"")
        }
        guard let digestText else { return written }
        let text = "\(name)@\(digestText)"
        let pinned = try Artifact(parsing: text, as: .image)
        if let inTag = written.digest, inTag != pinned.digest {
            throw Artifact.Malformed(text: text, reason: "the tag names another digest than the digest field")
        }
        guard tagText != nil else { return pinned }
        return Artifact(repository: written.repository, tag: written.tag, digest: pinned.digest)
    }

    fileprivate func artifact(of kind: ArtifactKind) throws(Artifact.Malformed) -> Artifact {
        var pin: Digest?
        if let text = digestText {
            do {
                pin = try Digest(text)
            } catch {
                throw Artifact.Malformed(text: "\(repositoryText)@\(text)", reason: error.description)
            }
        }
        return try Artifact(kind: kind, name: repositoryText, tag: Self.text(tag), digest: pin)
    }
}

/// An address in one text, taken apart at its revision.
struct ArtifactAddress {
    let name: String
    let revision: String
    private let before: String
    private let after: String

    /// The address `text`, whose revision has the bytes `range`.
    init(_ text: String, revision range: Range<Int>) {
        let bytes = Array(text.utf8)
        func decoded(_ part: ArraySlice<UInt8>) -> String { String(decoding: part, as: UTF8.self) }
        before = decoded(bytes[..<range.lowerBound])
        revision = decoded(bytes[range])
        after = decoded(bytes[range.upperBound...])
        name = String(before.prefix { $0 != "?" })
    }

    /// The address with another revision.
    func with(revision: String) -> String {
        before + revision + after
    }
}
