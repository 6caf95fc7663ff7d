/// The anchors of one document in the order they were met; a name given again stands for the latest.
struct AnchorTable {
    /// What an alias must know of the node it stands for.
    struct Anchor {
        /// Index of the anchored node.
        let node: Int
        /// Nodes of its subtree, those behind aliases counted as often as reached; 0 until the node has ended.
        var expandedCount = 0
        /// Levels of collections in it, aliases followed.
        var height = 0
        /// Whether the node has ended; an alias inside it would make it contain itself.
        var isComplete = false
    }

    private var anchors: [Anchor] = []
    private var latest: [String: Int] = [:]

    /// The anchor most recently given the name.
    subscript(_ name: String) -> Anchor? {
        latest[name].map { anchors[$0] }
    }

    /// Notes that the node at `index` has the anchor `name`; answers the handle for ``complete(_:expandedCount:height:)``.
    mutating func insert(_ name: String, node index: Int) -> Int {
        latest[name] = anchors.count
        anchors.append(Anchor(node: index))
        return anchors.count - 1
    }

    /// Notes that the anchored node has ended.
    mutating func complete(_ handle: Int, expandedCount: Int, height: Int) {
        anchors[handle].expandedCount = expandedCount
        anchors[handle].height = height
        anchors[handle].isComplete = true
    }

    /// Forgets all; anchors do not outlive their document.
    mutating func removeAll() {
        guard !anchors.isEmpty else { return }
        anchors.removeAll(keepingCapacity: true)
        latest.removeAll(keepingCapacity: true)
    }
}
