/// What the edits are meant to change, by index of the node in the old tree.
struct ExpectedTree: Sendable {
    /// Scalars that get another content.
    var replaced: [Int: String] = [:]
    /// Keys whose pair goes.
    var removed: Set<Int> = []
    /// Pairs that follow the pair of a key, in order.
    var inserted: [Int: [InsertedPair]] = [:]

    /// A pair of a scalar key and a scalar, or a list of scalars.
    struct InsertedPair: Sendable {
        enum Value: Sendable {
            case text(String)
            case list([String])
        }

        let key: String
        let value: Value
    }
}

/// Compares the tree before with the tree after an edit, node by node.
///
/// Recursive; both trees were read under the same limit of depth.
struct TreeComparison {
    let old: NodeStorage
    let new: NodeStorage
    let expected: ExpectedTree
    /// Where each old node is in the new tree; anchors come before their aliases.
    private var places: [Int: Int] = [:]

    init(old: NodeStorage, new: NodeStorage, expected: ExpectedTree) {
        self.old = old
        self.new = new
        self.expected = expected
    }

    /// The first old node that differs in a way not expected; nil if none does.
    mutating func firstDifference() -> Int? {
        guard old.roots.count == new.roots.count else { return old.roots.first ?? 0 }
        for (left, right) in zip(old.roots, new.roots) {
            if let place = difference(left, right) { return place }
        }
        return nil
    }

    private mutating func difference(_ left: Int, _ right: Int) -> Int? {
        let (oldNode, newNode) = (old.nodes[left], new.nodes[right])
        guard oldNode.form == newNode.form, old.anchor(of: left) == new.anchor(of: right),
            old.tag(of: left) == new.tag(of: right)
        else { return left }
        places[left] = right
        switch oldNode.form {
        case .scalar:
            if let text = expected.replaced[left] { return new.text(of: right) == text ? nil : left }
            return oldNode.style == newNode.style && old.text(of: left) == new.text(of: right) ? nil : left
        case .alias:
            return places[old.target(of: left)] == new.target(of: right) ? nil : left
        case .sequence, .mapping:
            guard oldNode.style == newNode.style else { return left }
            return differenceOfChildren(left, right)
        }
    }

    private mutating func differenceOfChildren(_ left: Int, _ right: Int) -> Int? {
        let isMapping = old.nodes[left].form == .mapping
        var remaining = new.children(of: right)[...]
        let children = old.children(of: left)
        for (ordinal, child) in children.enumerated() {
            let key = isMapping ? children[ordinal - ordinal % 2] : child
            if !expected.removed.contains(key) {
                guard let match = remaining.popFirst() else { return child }
                if let place = difference(child, match) { return place }
            }
            guard isMapping, !ordinal.isMultiple(of: 2) else { continue }
            for pair in expected.inserted[key] ?? [] {
                guard let newKey = remaining.popFirst(), let newValue = remaining.popFirst(),
                    isScalar(newKey, pair.key), isValue(newValue, pair.value)
                else { return key }
            }
        }
        return remaining.isEmpty ? nil : left
    }

    /// Whether the new node at `index` is this value and nothing else.
    private func isValue(_ index: Int, _ value: ExpectedTree.InsertedPair.Value) -> Bool {
        switch value {
        case .text(let text): return isScalar(index, text)
        case .list(let texts):
            let items = new.children(of: index)
            return new.nodes[index].form == .sequence && new.nodes[index].properties == 0
                && items.count == texts.count && zip(items, texts).allSatisfy { isScalar($0, $1) }
        }
    }

    /// Whether the new node at `index` is a scalar with this content and nothing else.
    private func isScalar(_ index: Int, _ text: String) -> Bool {
        new.nodes[index].properties == 0 && new.isScalar(index, equalTo: text.utf8.span)
    }
}
