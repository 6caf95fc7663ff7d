/// The documents of one YAML stream, or of a file in another syntax, read whole and kept in a few flat arrays.
///
/// Reading is bounded by ``YAMLLimits`` in memory and time, never recursive, and resolves no type: scalars are text.
/// Invariant: no node contains itself, so that walking down always ends.
package struct YAMLStream: Sendable {
    let storage: NodeStorage

    /// Reads `bytes`, UTF-8 with or without byte order mark.
    ///
    /// - Throws: the first problem: not UTF-8, not of `syntax`, or past one of `limits`.
    package init(
        bytes: [UInt8], syntax: SourceSyntax = .yaml, limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLProblem) {
        storage = try NodeStorage(reading: bytes, syntax: syntax, limits: limits)
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
    convenience init(reading source: [UInt8], syntax: SourceSyntax, limits: YAMLLimits) throws(YAMLProblem) {
        switch syntax {
        case .yaml: try self.init(readingYAML: source, limits: limits)
        case .json: self.init(try JSONTree(source, limits: limits).writer, limits: limits, syntax: .json)
        case .hcl: self.init(try HCLTree(source, limits: limits).writer, limits: limits, syntax: .hcl)
        case .text: try self.init(readingText: source, limits: limits)
        }
    }

    private convenience init(_ tree: TreeWriter, limits: YAMLLimits, syntax: SourceSyntax) {
        self.init(
            source: tree.source, nodes: tree.nodes, decoded: tree.decoded, properties: [], roots: tree.roots,
            limits: limits, syntax: syntax)
    }

    /// The only line of a text that is not blank; several are no one value, and so no document.
    private convenience init(readingText source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
        var tree = try TreeWriter(source, limits: limits)
        let isSpace = { (byte: UInt8) in [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
        let mark = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if let start = source[mark...].firstIndex(where: { !isSpace($0) }),
            let last = source.lastIndex(where: { !isSpace($0) }), !source[start...last].contains(0x0A)
        {
            try tree.scalar(start..<last + 1, text: start..<last + 1, style: .plain)
        }
        self.init(tree, limits: limits, syntax: .text)
    }

    private convenience init(readingYAML source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
        let plain = try unsafe source.withUnsafeBufferPointer { (buffer) throws(YAMLProblem) -> BlockReader? in
            var reader = BlockReader(try unsafe SourceText(buffer, limits: limits), limits: limits)
            return reader.read() ? reader : nil
        }
        if let plain {
            self.init(
                source: source, nodes: plain.nodes, decoded: [], properties: [], roots: plain.roots, limits: limits)
        } else {
            try self.init(readingAnyYAML: source, limits: limits)
        }
    }

    /// Reads all of `source` with libyaml.
    convenience init(readingAnyYAML source: [UInt8], limits: YAMLLimits) throws(YAMLProblem) {
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
