extension YAMLNode {
    /// The value of the scalar key `key` in a mapping, aliases and merge keys followed; nil if there is none.
    ///
    /// Of a key written twice the last value counts. Keys of the mapping itself win over merged ones, earlier merges
    /// over later ones. A merge key is no key to look up; ``pairs`` shows it.
    package subscript(_ key: String) -> YAMLNode? {
        value(of: key.utf8.span)
    }

    /// The pairs a reader sees: each scalar key once, own keys in the order written, then merged ones.
    ///
    /// Differs from ``pairs`` where keys are merged or written twice. Keys that are collections are kept as they are.
    package var mergedPairs: [(key: YAMLNode, value: YAMLNode)] {
        var merged = MergedPairs()
        merged.add(self)
        return merged.pairs
    }

    private func value(of key: borrowing Span<UInt8>) -> YAMLNode? {
        guard stored.form == .mapping else { return nil }
        var found: Int?
        var index = index + 1
        let end = Int(stored.next)
        while index < end {
            let value = Int(storage.nodes[index].next)
            let isMergeKey = stored.merges && storage.nodes[index].merges
            if !isMergeKey, storage.isScalar(storage.target(of: index), equalTo: key) { found = value }
            index = Int(storage.nodes[value].next)
        }
        if let found { return child(at: found) }
        for mapping in mergedMappings {
            if let value = mapping.value(of: key) { return value }
        }
        return nil
    }

    /// The mappings that the merge keys of this one name, in order of precedence.
    var mergedMappings: [YAMLNode] {
        guard stored.form == .mapping, stored.merges else { return [] }
        return pairs.filter { $0.key.isMergeKey }.flatMap { pair in
            let value = child(at: pair.value.alias ?? pair.value.index, isMerged: true)
            return value.kind == .mapping ? [value] : Array(value.items)
        }
    }

    /// Whether the node is the merge key: `<<` written plain, or any scalar tagged `!!merge`, but no alias of either.
    package var isMergeKey: Bool {
        stored.form == .scalar && stored.merges && !isAliased
    }
}

/// Collects what one mapping and the mappings merged into it show.
private struct MergedPairs {
    var pairs: [(key: YAMLNode, value: YAMLNode)] = []
    private var places: [String: Int] = [:]

    mutating func add(_ mapping: YAMLNode) {
        let ownStart = pairs.count
        for pair in mapping.pairs where !pair.key.isMergeKey {
            guard let text = pair.key.text else {
                pairs.append(pair)
                continue
            }
            switch places[text] {
            case let place? where place >= ownStart: pairs[place] = pair
            case _?: continue
            case nil:
                places[text] = pairs.count
                pairs.append(pair)
            }
        }
        for mapping in mapping.mergedMappings { add(mapping) }
    }
}
