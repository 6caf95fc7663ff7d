import Testing
import YAMLSource

/// The root of the only document of `text`.
func root(_ text: String) throws -> YAMLNode {
    let documents = try YAMLStream(bytes: Array(text.utf8)).documents
    try #require(documents.count == 1)
    return documents[0]
}

/// The problem that `bytes` are refused with; records an issue if they are read.
func problem(
    _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), sourceLocation: SourceLocation = #_sourceLocation
) -> YAMLProblem? {
    do {
        let stream = try YAMLStream(bytes: bytes, limits: limits)
        Issue.record("read \(stream.documents.count) documents", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}

/// The tree as text: `{key: value}`, `[item]`, scalars in angle brackets.
func outline(_ node: YAMLNode, merged: Bool = false) -> String {
    switch node.kind {
    case .scalar: return "<\(node.text ?? "")>"
    case .sequence: return "[" + node.items.map { outline($0, merged: merged) }.joined(separator: ", ") + "]"
    case .mapping:
        let pairs = merged ? node.mergedPairs : Array(node.pairs)
        return "{"
            + pairs.map { "\(outline($0.key, merged: merged)): \(outline($0.value, merged: merged))" }
            .joined(separator: ", ") + "}"
    }
}

/// Every node of all documents in the order written, aliases followed.
func allNodes(_ stream: YAMLStream) -> [YAMLNode] {
    func collect(_ node: YAMLNode, into nodes: inout [YAMLNode]) {
        nodes.append(node)
        for item in node.items { collect(item, into: &nodes) }
        for pair in node.pairs {
            collect(pair.key, into: &nodes)
            collect(pair.value, into: &nodes)
        }
    }
    var nodes: [YAMLNode] = []
    for document in stream.documents { collect(document, into: &nodes) }
    return nodes
}
