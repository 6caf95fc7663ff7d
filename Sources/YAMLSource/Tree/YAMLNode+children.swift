extension YAMLNode {
    /// The items of a sequence, in order; none for other kinds.
    package var items: Items {
        Items(children: Children(of: self, if: .sequence))
    }

    /// The pairs of a mapping as written: merge keys and keys written twice included; none for other kinds.
    package var pairs: Pairs {
        Pairs(children: Children(of: self, if: .mapping))
    }

    /// Walks a sequence.
    package struct Items: Sequence, IteratorProtocol {
        fileprivate var children: Children

        /// The next item; nil behind the last.
        package mutating func next() -> YAMLNode? {
            children.next()
        }
    }

    /// Walks a mapping pair by pair.
    package struct Pairs: Sequence, IteratorProtocol {
        fileprivate var children: Children

        /// The next pair; nil behind the last.
        package mutating func next() -> (key: YAMLNode, value: YAMLNode)? {
            guard let key = children.next(), let value = children.next() else { return nil }
            return (key, value)
        }
    }

    fileprivate struct Children {
        private let parent: YAMLNode
        private var index: Int
        private let end: Int

        init(of parent: YAMLNode, if form: StoredNode.Form) {
            self.parent = parent
            index = parent.index + 1
            end = parent.stored.form == form ? Int(parent.stored.next) : index
        }

        mutating func next() -> YAMLNode? {
            guard index < end else { return nil }
            defer { index = Int(parent.storage.nodes[index].next) }
            return parent.child(at: index)
        }
    }

    /// The child at `index`, marked as reached the way this node was.
    func child(at index: Int, isMerged: Bool = false) -> YAMLNode {
        YAMLNode(storage, at: index, alias: alias, isMerged: self.isMerged || isMerged)
    }
}
