extension YAMLStream {
    /// Keys that an earlier key of the same mapping has the text of, in the order of their mappings; at most 100.
    ///
    /// Looked for when asked. Lookups give the last value, as most readers do. A repeated merge key is no duplicate:
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

    let storage: NodeStorage
    var problems: [YAMLProblem] = []
    private var keys: [Int] = []

    init(storage: NodeStorage) {
        self.storage = storage
    }

    mutating func search(mapping: Int) {
        keys.removeAll(keepingCapacity: true)
        var index = mapping + 1
        let end = Int(storage.nodes[mapping].next)
        while index < end {
            let key = storage.nodes[storage.target(of: index)]
            if key.form == .scalar, !key.merges { keys.append(index) }
            index = Int(storage.nodes[Int(storage.nodes[index].next)].next)
        }
        keys.count <= Self.maxPairwise ? comparePairwise() : compareSorted()
    }

    private mutating func comparePairwise() {
        for later in keys.indices {
            for earlier in 0..<later where isSameText(keys[earlier], keys[later]) {
                report(keys[later], repeats: keys[earlier])
                break
            }
        }
    }

    private mutating func compareSorted() {
        var sorted = keys
        sorted.sort { precedes($0, $1) }
        for place in sorted.indices.dropFirst() where isSameText(sorted[place - 1], sorted[place]) {
            report(sorted[place], repeats: sorted[place - 1])
        }
    }

    private func isSameText(_ left: Int, _ right: Int) -> Bool {
        let left = storage.target(of: left)
        return storage.withText(of: storage.target(of: right)) { storage.isScalar(left, equalTo: $0) }
    }

    /// Orders by length, bytes, place.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        storage.withText(of: storage.target(of: left)) { leftText in
            storage.withText(of: storage.target(of: right)) { rightText in
                guard leftText.count == rightText.count else { return leftText.count < rightText.count }
                for offset in leftText.indices where leftText[offset] != rightText[offset] {
                    return leftText[offset] < rightText[offset]
                }
                return left < right
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
                message: "the key \"\(text)\" stands on line \(line) already; the last one counts"))
    }
}
