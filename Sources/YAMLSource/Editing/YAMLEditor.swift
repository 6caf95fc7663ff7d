/// Collects edits of one stream and applies them together, changing no byte but those of the edited values.
///
/// Order, comments, indentation, line endings, anchors and tags stay. What cannot be changed without changing
/// something else is refused with the reason, when it is asked for or when the edits are applied.
package struct YAMLEditor: Sendable {
    /// Bytes to put in the place of others.
    struct Change: Sendable {
        var range: Range<Int>
        var bytes: [UInt8]
        /// Orders changes at one place: a value comes before the pair inserted behind it.
        var rank: Int
    }

    let storage: NodeStorage
    var expected = ExpectedTree()
    private var changes: [(change: Change, node: YAMLNode)] = []

    /// Starts with no edits of `stream`.
    package init(_ stream: YAMLStream) {
        storage = stream.storage
    }

    /// Whether nothing has been changed.
    package var isEmpty: Bool {
        changes.isEmpty
    }

    /// The bytes with all edits made.
    ///
    /// They are read again, under the limits of the stream, and every node is compared: exactly the edited values
    /// differ.
    ///
    /// - Throws: a refusal if edits overlap or would change anything else.
    package func apply() throws(YAMLEditRefusal) -> [UInt8] {
        let source = storage.source
        var edited: [UInt8] = []
        var end = 0
        for (change, node) in inOrder {
            guard change.range.lowerBound >= end else {
                throw YAMLEditRefusal(node, "the edit overlaps another one")
            }
            edited += source[end..<change.range.lowerBound]
            edited += change.bytes
            end = change.range.upperBound
        }
        edited += source[end...]
        try verify(edited)
        return edited
    }

    /// Notes a change made for the sake of `node`.
    mutating func add(_ change: Change, for node: YAMLNode) {
        changes.append((change, node))
    }

    /// Refuses to edit what stands elsewhere or shows elsewhere.
    func refuseShared(_ node: YAMLNode) throws(YAMLEditRefusal) {
        precondition(node.storage === storage, "the node belongs to another stream")
        if let anchorLine = node.anchorLine, let alias = node.alias {
            let name = storage.anchor(of: storage.target(of: alias)) ?? ""
            throw YAMLEditRefusal(node, "the value comes from the anchor &\(name) on line \(anchorLine)")
        }
        if node.isMerged {
            throw YAMLEditRefusal(node, "the value comes from a merge key")
        }
        let lines = storage.aliasLines(showing: node.index)
        if !lines.isEmpty {
            let list = lines.prefix(5).map(String.init).joined(separator: ", ") + (lines.count > 5 ? ", …" : "")
            throw YAMLEditRefusal(node, "an anchor shows the value elsewhere too, on line \(list)")
        }
    }

    private var inOrder: [(change: Change, node: YAMLNode)] {
        changes.enumerated().sorted { left, right in
            let (first, second) = (left.element.change, right.element.change)
            return (first.range.lowerBound, first.range.upperBound, first.rank, left.offset)
                < (second.range.lowerBound, second.range.upperBound, second.rank, right.offset)
        }.map(\.element)
    }

    private func verify(_ edited: [UInt8]) throws(YAMLEditRefusal) {
        guard let first = inOrder.first?.node else { return }
        let result: NodeStorage
        do {
            result = try NodeStorage(reading: edited, syntax: storage.syntax, limits: storage.limits)
        } catch {
            throw YAMLEditRefusal(first, "the file would not be readable any more: \(error)")
        }
        var comparison = TreeComparison(old: storage, new: result, expected: expected)
        if let place = comparison.firstDifference() {
            throw YAMLEditRefusal(YAMLNode(storage, at: place), "the edit would change more than was asked for")
        }
    }
}
