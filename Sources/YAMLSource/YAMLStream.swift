/// The documents of one YAML stream, read whole and kept in a few flat arrays.
///
/// Reading is bounded by ``YAMLLimits`` in memory and time, never recursive, and resolves no type: scalars are text.
/// Invariant: no node contains itself, so that walking down always ends.
package struct YAMLStream: Sendable {
    let storage: NodeStorage

    /// Reads `bytes`, UTF-8 with or without byte order mark.
    ///
    /// - Throws: the first problem: not UTF-8, not YAML, or past one of `limits`.
    package init(bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLProblem) {
        storage = try NodeStorage(reading: bytes, limits: limits)
    }

    /// The bytes as given.
    package var bytes: [UInt8] {
        storage.source
    }

    /// The root of each document, in order.
    ///
    /// An empty stream, or one of comments only, has no document; `---` alone starts one whose root is null.
    package var documents: [YAMLNode] {
        storage.roots.map { YAMLNode(storage, at: $0) }
    }
}

extension NodeStorage {
    /// Reads all of `source`.
    convenience init(reading source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
        let tree = try unsafe source.withUnsafeBufferPointer { (buffer) throws(YAMLProblem) -> TreeBuilder in
            let text = try unsafe SourceText(buffer, limits: limits)
            var parser = try EventParser(text)
            var tree = TreeBuilder(text, limits: limits)
            while try unsafe tree.take(parser.next(in: text)) {}
            try tree.checkMerges()
            return tree
        }
        self.init(
            source: source, nodes: tree.nodes, decoded: tree.decoded, properties: tree.properties, roots: tree.roots,
            limits: limits)
    }
}
