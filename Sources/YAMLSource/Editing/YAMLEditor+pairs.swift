extension YAMLEditor {
    /// Adds the pair `key: value` right after the pair of the key `sibling`.
    ///
    /// In a block mapping it gets a line of its own with the indentation and line ending of the sibling's; in a flow
    /// mapping it stands on the sibling's line, unless each key there has its own. Both are written plain where that
    /// is safe, quoted as the sibling is in JSON.
    ///
    /// - Throws: a refusal if the mapping has the key already, shows elsewhere or comes from elsewhere.
    package mutating func insert(
        key: String, value: String, after sibling: YAMLNode
    ) throws(YAMLEditRefusal) {
        try insert(ExpectedTree.InsertedPair(key: key, value: .text(value)), after: sibling)
    }

    /// Adds the pair `key: [items]` right after the pair of the key `sibling`, in the same way.
    ///
    /// - Throws: a refusal as ``insert(key:value:after:)``.
    package mutating func insert(
        key: String, items: [String], after sibling: YAMLNode
    ) throws(YAMLEditRefusal) {
        try insert(ExpectedTree.InsertedPair(key: key, value: .list(items)), after: sibling)
    }

    private mutating func insert(
        _ inserted: ExpectedTree.InsertedPair, after sibling: YAMLNode
    ) throws(YAMLEditRefusal) {
        let key = inserted.key
        let pair = try pairAround(sibling)
        let mapping = YAMLNode(storage, at: pair.mapping)
        let isRepeated = mapping.pairs.contains { $0.key.equals(key) }
        let isPending = expected.inserted.contains { entry in
            entry.value.contains { $0.key == key } && storage.ancestors(of: entry.key).last == pair.mapping
        }
        guard !isRepeated, !isPending else {
            throw YAMLEditRefusal(sibling, "the mapping has the key \"\(key)\" already")
        }
        let inFlow = storage.ancestors(of: sibling.index).contains { storage.nodes[$0].style == .flow }
        let style: YAMLStyle = inFlow && sibling.style == .doubleQuoted ? .doubleQuoted : .plain
        let written =
            switch inserted.value {
            case .text(let value) where storage.syntax == .hcl:
                HCLWriting.key(key, like: sibling.style) + " = " + HCLWriting.string(value)
            case .text(let value):
                ScalarWriting.write(key, like: style, inFlow: inFlow) + ": "
                    + ScalarWriting.write(value, like: style, inFlow: inFlow)
            case .list(let items):
                // A list is one of many of its like: it is written as the pair before it.
                ScalarWriting.write(key, like: sibling.style, inFlow: inFlow) + ": ["
                    + items.map { ScalarWriting.write($0, like: sibling.style, inFlow: true) }.joined(separator: ", ")
                    + "]"
            }
        let change =
            inFlow
            ? flowInsertion(written, after: pair) : try blockInsertion(written, after: pair)
        add(change, for: sibling)
        expected.inserted[sibling.index, default: []].append(inserted)
    }

    /// Removes the pair of the key `key`, whose value is a scalar.
    ///
    /// In a block mapping its lines go, with a comment that ends them; in a flow mapping the pair and its comma.
    ///
    /// - Throws: a refusal if the value is a collection, if the pair is the only one of a block mapping or shares its
    ///   line with the dash of a sequence, and if anchors tie it to another place.
    package mutating func remove(_ key: YAMLNode) throws(YAMLEditRefusal) {
        let pair = try pairAround(key)
        let value = storage.nodes[pair.value]
        guard value.form == .scalar || value.form == .alias else {
            throw YAMLEditRefusal(key, "the value is a \(YAMLNode(storage, at: pair.value).kind), not a scalar")
        }
        for index in [pair.key, pair.value] where !storage.aliasLines(showing: index).isEmpty {
            throw YAMLEditRefusal(key, "an alias on line \(storage.aliasLines(showing: index)[0]) needs the anchor")
        }
        let range = storage.nodes[pair.mapping].style == .flow ? try flowRange(of: pair) : try blockRange(of: pair)
        add(Change(range: range, bytes: [], rank: 0), for: key)
        expected.removed.insert(key.index)
    }

    /// A pair by the indices of its nodes, the value perhaps an alias.
    private struct Pair {
        let mapping: Int
        let key: Int
        let value: Int
        /// Index of the key of the next pair.
        let next: Int?
        /// Index of the value of the pair before.
        let previous: Int?
        /// The key's handle, for refusals.
        let node: YAMLNode
    }

    private func pairAround(_ key: YAMLNode) throws(YAMLEditRefusal) -> Pair {
        try refuseShared(key)
        guard let mapping = storage.ancestors(of: key.index).last, isKey(key.index, of: mapping) else {
            throw YAMLEditRefusal(key, "the node is not the key of a mapping")
        }
        let children = storage.children(of: mapping)
        let ordinal = children.firstIndex(of: key.index) ?? 0
        return Pair(
            mapping: mapping, key: key.index, value: children[ordinal + 1],
            next: ordinal + 2 < children.count ? children[ordinal + 2] : nil,
            previous: ordinal > 0 ? children[ordinal - 1] : nil, node: key)
    }

    // MARK: - Block mappings

    private func blockInsertion(_ written: String, after pair: Pair) throws(YAMLEditRefusal) -> Change {
        let key = storage.nodes[pair.key]
        let beforeKey = storage.source[storage.lineStart(of: Int(key.start))..<Int(key.start)]
        guard beforeKey.last(where: { !storage.isBlank($0) }) != UInt8(ascii: "?") else {
            throw YAMLEditRefusal(pair.node, "the key is written with a question mark")
        }
        let line = Array(repeating: UInt8(ascii: " "), count: Int(key.column) - 1) + Array(written.utf8)
        let end = storage.contentEnd(of: pair.value)
        let lineBreak = storage.lineBreakBytes(near: Int(key.start))
        if storage.breakBefore(end) != nil {
            return Change(range: end..<end, bytes: line + lineBreak, rank: 1)
        }
        let ending = storage.lineBreak(from: end)
        return Change(
            range: ending.upperBound..<ending.upperBound,
            bytes: ending.isEmpty ? lineBreak + line : line + lineBreak, rank: 1)
    }

    private func blockRange(of pair: Pair) throws(YAMLEditRefusal) -> Range<Int> {
        let key = storage.nodes[pair.key]
        let start = storage.lineStart(of: Int(key.start))
        let indentation = storage.source[start...].prefix(Int(key.column) - 1)
        guard indentation.allSatisfy({ $0 == UInt8(ascii: " ") }) else {
            throw YAMLEditRefusal(pair.node, "the key shares its line with what stands before it")
        }
        guard pair.next != nil || pair.previous != nil else {
            throw YAMLEditRefusal(pair.node, "the key is the only one of its mapping")
        }
        let end = storage.contentEnd(of: pair.value)
        if storage.breakBefore(end) != nil { return start..<end }
        let ending = storage.lineBreak(from: end)
        guard ending.isEmpty, let before = storage.breakBefore(start) else { return start..<ending.upperBound }
        // The last line has no line break; without it the line before has none either.
        return before.lowerBound..<ending.upperBound
    }

    // MARK: - Flow mappings

    private func flowInsertion(_ written: String, after pair: Pair) -> Change {
        let start = Int(storage.nodes[pair.key].start)
        let end = Int(storage.nodes[pair.value].end)
        let indentation = storage.source[storage.lineStart(of: start)..<start]
        let isOnOwnLine = indentation.allSatisfy(storage.isBlank) && storage.nodes[pair.mapping].line != pair.node.line
        let separator = isOnOwnLine ? storage.lineBreakBytes(near: start) + indentation : [UInt8(ascii: " ")]
        // In the language of Terraform a line of its own needs no comma.
        let comma = isOnOwnLine && storage.syntax == .hcl ? [] : [UInt8(ascii: ",")]
        return Change(range: end..<end, bytes: comma + separator + Array(written.utf8), rank: 1)
    }

    private func flowRange(of pair: Pair) throws(YAMLEditRefusal) -> Range<Int> {
        let (start, end) = (Int(storage.nodes[pair.key].start), Int(storage.nodes[pair.value].end))
        var range = start..<end
        var gap = end..<end
        if let previous = pair.previous {
            range = Int(storage.nodes[previous].end)..<end
            gap = range.lowerBound..<start
        } else if let next = pair.next {
            range = start..<Int(storage.nodes[next].start)
            gap = end..<range.upperBound
        }
        let marks = storage.syntax == .hcl ? "#/" : "#"
        guard !storage.source[gap].contains(where: marks.utf8.contains) else {
            throw YAMLEditRefusal(pair.node, "a comment stands between the pair and its neighbour")
        }
        return range
    }
}
