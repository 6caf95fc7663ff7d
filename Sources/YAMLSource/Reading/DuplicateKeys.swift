extension YAMLStream {
    /// Keys that an earlier key of the same mapping has the text of, in the order of their mappings; at most 100.
    ///
    /// Looked for when asked, and up to the reader whether to mind. Lookups give the last value, as most readers do. A repeated merge key is no duplicate:
    /// readers merge each in turn. A hundred are enough to mend a file, and a hostile one has a million.
    package var duplicateKeys: [YAMLProblem] {
        var finder = DuplicateKeys(storage: storage)
        for index in storage.nodes.indices where storage.nodes[index].form == .mapping {
            finder.search(mapping: index)
            guard finder.problems.count < DuplicateKeys.maxProblems else { break }
        }
        return finder.problems
    }
}

/// Finds keys written twice.
private struct DuplicateKeys {
    static let maxProblems = 100

    /// Below this many keys comparing each with each is quicker than sorting.
    private static let maxPairwise = 24

    /// A scalar key, with what tells most keys apart without looking at their bytes.
    private struct Key {
        /// Index of the key as it stands in the mapping, perhaps an alias.
        let node: Int
        /// Length, first, middle and last byte.
        let signature: UInt64
    }

    let storage: NodeStorage
    var problems: [YAMLProblem] = []
    private var keys: [Key] = []

    init(storage: NodeStorage) {
        self.storage = storage
    }

    mutating func search(mapping: Int) {
        keys.removeAll(keepingCapacity: true)
        var index = mapping + 1
        let end = Int(storage.nodes[mapping].next)
        while index < end {
            let key = storage.nodes[storage.target(of: index)]
            if key.form == .scalar, !key.merges {
                keys.append(Key(node: index, signature: signature(of: key)))
            }
            index = Int(storage.nodes[Int(storage.nodes[index].next)].next)
        }
        keys.count <= Self.maxPairwise ? comparePairwise() : compareSorted()
    }

    private func signature(of key: StoredNode) -> UInt64 {
        let count = Int(key.textCount)
        guard count > 0 else { return 0 }
        let start = Int(key.textStart)
        let bytes = key.isDecoded ? storage.decoded : storage.source
        let ends = UInt64(bytes[start]) << 16 | UInt64(bytes[start + count / 2]) << 8 | UInt64(bytes[start + count - 1])
        return UInt64(count) << 24 | ends
    }

    private mutating func comparePairwise() {
        for later in keys.indices {
            let signature = keys[later].signature
            for earlier in 0..<later
            where keys[earlier].signature == signature && isSameText(keys[earlier].node, keys[later].node) {
                report(keys[later].node, repeats: keys[earlier].node)
                break
            }
        }
    }

    private mutating func compareSorted() {
        let sorted = keys.sorted { precedes($0, $1) }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where isSameText(earlier.node, later.node) {
            report(later.node, repeats: earlier.node)
        }
    }

    private func isSameText(_ left: Int, _ right: Int) -> Bool {
        let left = storage.target(of: left)
        return storage.withText(of: storage.target(of: right)) { storage.isScalar(left, equalTo: $0) }
    }

    /// Orders by signature, bytes, place.
    private func precedes(_ left: Key, _ right: Key) -> Bool {
        guard left.signature == right.signature else { return left.signature < right.signature }
        return storage.withText(of: storage.target(of: left.node)) { leftText in
            storage.withText(of: storage.target(of: right.node)) { rightText in
                for offset in leftText.indices where leftText[offset] != rightText[offset] {
                    return leftText[offset] < rightText[offset]
                }
                return left.node < right.node
            }
        }
    }

    private mutating func report(_ key: Int, repeats earlier: Int) {
        guard problems.count < Self.maxProblems else { return }
        let node = storage.nodes[key]
        // Long enough to recognise any key people write, short enough for a message.
        let text = storage.text(of: storage.target(of: key)).prefix(80)
        let line = storage.nodes[earlier].line
        problems.append(
            YAMLProblem(
                line: Int(node.line), column: Int(node.column),
                message: "the key \"\(text)\" stands on line \(line) already"))
    }
}
