/// Everything read from one stream; immutable, shared by its handles.
final class NodeStorage: Sendable {
    /// The bytes as given.
    let source: [UInt8]
    /// All nodes of all documents, each subtree contiguous, a parent before its children.
    let nodes: [StoredNode]
    /// Content that differs from its bytes in the source (escapes, folded lines), and all anchors and tags.
    let decoded: [UInt8]
    let properties: [StoredProperties]
    /// Index of the root node of each document.
    let roots: [Int]
    /// The bounds the stream was read under; an edited stream is read again under the same.
    let limits: YAMLLimits
    /// How the bytes are written; an edited stream is read again in the same syntax.
    let syntax: SourceSyntax

    init(
        source: [UInt8], nodes: [StoredNode], decoded: [UInt8], properties: [StoredProperties], roots: [Int],
        limits: YAMLLimits, syntax: SourceSyntax = .yaml
    ) {
        self.source = source
        self.nodes = nodes
        self.decoded = decoded
        self.properties = properties
        self.roots = roots
        self.limits = limits
        self.syntax = syntax
    }

    /// The node at `index`, or the one it stands for if it is an alias.
    func target(of index: Int) -> Int {
        nodes[index].form == .alias ? Int(nodes[index].textStart) : index
    }

    /// Runs `body` on the content of the scalar at `index`.
    func withText<Result, Failure: Error>(
        of index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let node = nodes[index]
        let range = Int(node.textStart)..<Int(node.textStart) + Int(node.textCount)
        let bytes = node.isDecoded ? decoded : source
        return try body(bytes.span.extracting(range))
    }

    /// The content of the scalar at `index`.
    func text(of index: Int) -> String {
        let node = nodes[index]
        let range = Int(node.textStart)..<Int(node.textStart) + Int(node.textCount)
        return String(decoding: node.isDecoded ? decoded[range] : source[range], as: UTF8.self)
    }

    /// Whether the node at `index` is a scalar with exactly the content `bytes`.
    func isScalar(_ index: Int, equalTo bytes: borrowing Span<UInt8>) -> Bool {
        let node = nodes[index]
        guard node.form == .scalar, Int(node.textCount) == bytes.count else { return false }
        let start = Int(node.textStart)
        let text = node.isDecoded ? decoded : source
        for offset in bytes.indices where text[start + offset] != bytes[offset] { return false }
        return true
    }

    /// The anchor of the node at `index`.
    func anchor(of index: Int) -> String? {
        let properties = nodes[index].properties
        guard properties > 0 else { return nil }
        let stored = self.properties[Int(properties) - 1]
        return string(from: stored.anchorStart, count: stored.anchorCount)
    }

    /// The tag of the node at `index`, shorthands resolved.
    func tag(of index: Int) -> String? {
        let properties = nodes[index].properties
        guard properties > 0 else { return nil }
        let stored = self.properties[Int(properties) - 1]
        return string(from: stored.tagStart, count: stored.tagCount)
    }

    private func string(from start: UInt32, count: UInt32) -> String? {
        guard count > 0 else { return nil }
        return String(decoding: decoded[Int(start)..<Int(start) + Int(count)], as: UTF8.self)
    }
}
