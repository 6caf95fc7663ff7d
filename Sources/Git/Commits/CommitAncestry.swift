/// Finds what two commits have in common, reading no more history than that takes.
///
/// Walks back from both at once, later dates first. Dates only decide what is read first and so how soon it is done,
/// never what is found: each commit is told again what has been learnt about its children, and the walk ends when
/// nothing is left but ancestors of what was found.
struct CommitAncestry {
    /// What is known of a commit so far.
    private struct Marks: OptionSet {
        let rawValue: UInt8

        static let fromOne = Marks(rawValue: 1)
        static let fromOther = Marks(rawValue: 2)
        /// An ancestor of a common ancestor: nothing below it can be a best one.
        static let isStale = Marks(rawValue: 4)
        static let isCommon: Marks = [.fromOne, .fromOther]
    }

    private struct Node {
        let parents: [ObjectID]
        let seconds: Int64
        var marks: Marks = []
    }

    private var nodes: [ObjectID: Node] = [:]
    private var queue = DateQueue()
    /// How many commits in the queue are not stale; a commit may be in it more than once, and is counted once.
    private var queued: Set<ObjectID> = []
    private var found: [ObjectID] = []

    /// Walks back from `one` and `other`.
    ///
    /// - Throws: ``GitError`` if a commit cannot be read.
    init(_ one: ObjectID, _ other: ObjectID, in repository: borrowing Repository) throws(GitError) {
        try mark(one, .fromOne, in: repository)
        try mark(other, .fromOther, in: repository)
        while !queued.isEmpty, let id = queue.popLatest() {
            queued.remove(id)
            guard let node = nodes[id] else { continue }
            var marks = node.marks
            if marks == .isCommon { found.append(id) }
            if marks.isSuperset(of: .isCommon) { marks.insert(.isStale) }
            for parent in node.parents { try mark(parent, marks, in: repository) }
        }
    }

    /// Whether `one` was reached from `other`.
    func isReachedFromOther(_ one: ObjectID) -> Bool {
        nodes[one]?.marks.contains(.fromOther) ?? false
    }

    /// Common ancestors of which none was known to be an ancestor of another, in the order of their ids.
    var bases: [ObjectID] {
        Set(found).filter { nodes[$0]?.marks.contains(.isStale) == false }.sorted()
    }

    private mutating func mark(
        _ id: ObjectID, _ marks: Marks, in repository: borrowing Repository
    ) throws(GitError) {
        if nodes[id] == nil {
            let text = try repository.commitText(id)
            let parents = repository.shallowBoundary.contains(id) ? [] : text.parents
            nodes[id] = Node(parents: parents, seconds: text.committerSeconds)
        }
        guard let node = nodes[id], !node.marks.isSuperset(of: marks) else { return }
        let union = node.marks.union(marks)
        nodes[id]?.marks = union
        queue.push(id, seconds: node.seconds)
        if union.contains(.isStale) { queued.remove(id) } else { queued.insert(id) }
    }
}

/// Commits by date, the latest first.
private struct DateQueue {
    private var heap: [(seconds: Int64, id: ObjectID)] = []

    mutating func push(_ id: ObjectID, seconds: Int64) {
        heap.append((seconds, id))
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2].seconds < heap[child].seconds {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popLatest() -> ObjectID? {
        guard let latest = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
            guard let child = children.max(by: { heap[$0].seconds < heap[$1].seconds }),
                heap[child].seconds > heap[parent].seconds
            else { return latest.id }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
