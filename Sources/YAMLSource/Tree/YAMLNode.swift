/// A light handle on one node of a ``YAMLStream``; keeps the whole stream alive.
///
/// A handle reached through an alias shows the anchored node, and remembers the alias.
package struct YAMLNode: Sendable {
    let storage: NodeStorage
    /// Index of the node shown; never an alias.
    let index: Int
    /// Index of the innermost alias on the way here.
    let alias: Int?
    /// Whether a merge key lies on the way here.
    package let isMerged: Bool

    /// The node at `index`, or the one it is an alias of, as a child of a node with this `alias` and `isMerged`.
    init(_ storage: NodeStorage, at index: Int, alias: Int? = nil, isMerged: Bool = false) {
        self.storage = storage
        self.index = storage.target(of: index)
        self.alias = self.index == index ? alias : index
        self.isMerged = isMerged
    }

    var stored: StoredNode {
        storage.nodes[index]
    }

    /// Whether this is a scalar, a mapping or a sequence.
    package var kind: YAMLKind {
        switch stored.form {
        case .mapping: .mapping
        case .sequence: .sequence
        case .scalar, .alias: .scalar
        }
    }

    /// How the node is written.
    package var style: YAMLStyle {
        stored.style
    }

    /// The tag as written, shorthands resolved: `!reset` stays, `!!binary` is `tag:yaml.org,2002:binary`.
    package var tag: String? {
        storage.tag(of: index)
    }

    /// The anchor the node has where it is defined, without `&`.
    package var anchor: String? {
        storage.anchor(of: index)
    }

    /// The content of a scalar, exactly as written whatever type it looks like; nil for a collection.
    package var text: String? {
        kind == .scalar ? storage.text(of: index) : nil
    }

    /// Whether the node is a scalar with exactly this content; makes no copy.
    package func equals(_ text: String) -> Bool {
        storage.isScalar(index, equalTo: text.utf8.span)
    }

    /// Runs `body` on the content of a scalar, UTF-8; on nothing for a collection.
    package func withUTF8<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withText(of: index, body)
    }

    /// Whether the node is null: untagged and plain `~`, `null`, `Null`, `NULL` or nothing; or tagged `!!null`.
    package var isNull: Bool {
        guard stored.form == .scalar else { return false }
        if let tag { return tag == "tag:yaml.org,2002:null" }
        guard stored.style == .plain else { return false }
        return stored.textCount == 0 || equals("~") || equals("null") || equals("Null") || equals("NULL")
    }

    /// Whether the node was reached through an alias.
    package var isAlias: Bool {
        alias != nil
    }

    /// Line of the node's first character, anchor and tag included, from 1; where an alias stands for it, of the alias.
    package var line: Int {
        Int(place.line)
    }

    /// Column of the same character, in characters from 1.
    package var column: Int {
        Int(place.column)
    }

    /// Line of the anchored node that the alias stands for, if the node was reached through one.
    package var anchorLine: Int? {
        alias.map { Int(storage.nodes[storage.target(of: $0)].line) }
    }

    /// Bytes of the node at its definition, in the bytes given to the stream.
    ///
    /// Of a scalar, its token with the quotes, without anchor and tag; of a block collection, up to its last child.
    package var byteRange: Range<Int> {
        Int(stored.start)..<Int(stored.end)
    }

    /// The node as it is written, with its quotes.
    package var writtenBytes: ArraySlice<UInt8> {
        storage.source[byteRange]
    }

    /// The last key of the mapping that this node is a key of; the node itself where it is none.
    package var lastSibling: YAMLNode {
        guard let parent = storage.ancestors(of: index).last, storage.nodes[parent].form == .mapping,
            let last = storage.children(of: parent).dropLast().last
        else { return self }
        return YAMLNode(storage, at: last)
    }

    /// The bytes of the pair of this key and `value`: its whole lines where nothing else stands in them.
    package func pairLines(with value: YAMLNode) -> Range<Int> {
        let end = max(storage.contentEnd(of: value.index), byteRange.upperBound)
        let start = storage.lineStart(of: byteRange.lowerBound)
        let rest = storage.lineBreak(from: end)
        guard storage.source[start..<byteRange.lowerBound].allSatisfy(storage.isBlank),
            storage.source[end..<rest.lowerBound].allSatisfy(storage.isBlank)
        else { return byteRange.lowerBound..<end }
        return start..<rest.upperBound
    }

    private var place: StoredNode {
        guard let alias, isAliased else { return stored }
        return storage.nodes[alias]
    }

    /// Whether an alias stands for this very node.
    var isAliased: Bool {
        alias.map { storage.target(of: $0) == index } ?? false
    }
}

extension YAMLNode {
    /// The comment behind a scalar of one line, `#` included, where nothing else stands between the two.
    package var lineComment: String? {
        guard kind == .scalar, !isAliased, storage.isSingleLine(byteRange) else { return nil }
        let rest = storage.source[byteRange.upperBound..<storage.lineBreak(from: byteRange.upperBound).lowerBound]
        let comment = rest.drop(while: storage.isBlank)
        guard comment.first == UInt8(ascii: "#"), comment.startIndex > rest.startIndex else { return nil }
        return String(decoding: comment, as: UTF8.self)
    }
}
