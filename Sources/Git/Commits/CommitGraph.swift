/// Which commit came from which, as far as it has been read.
struct CommitGraph {
    private var parents: [ObjectID: [ObjectID]] = [:]
    private let shallowBoundary: Set<ObjectID>

    init(shallowBoundary: Set<ObjectID>) {
        self.shallowBoundary = shallowBoundary
    }

    /// What a search through the graph came upon.
    struct Reach {
        /// The commits found, those stopped at left out.
        fileprivate(set) var ids: Set<ObjectID> = []
        /// The commits that the search was stopped at.
        fileprivate(set) var stops: Set<ObjectID> = []
        /// Whether a commit without parents was among those found.
        fileprivate(set) var hasRoot = false
    }

    /// Reads all commits that can be reached from `starts` without passing one of `stops`.
    ///
    /// - Throws: ``GitError`` if a commit cannot be read.
    mutating func reachable(
        from starts: [ObjectID], stoppingAt stops: Set<ObjectID>, in repository: borrowing Repository
    ) throws(GitError) -> Reach {
        var reach = Reach()
        var pending = starts
        while let id = pending.popLast() {
            if stops.contains(id) {
                reach.stops.insert(id)
                continue
            }
            guard reach.ids.insert(id).inserted else { continue }
            let parents = try parents(of: id, in: repository)
            reach.hasRoot = reach.hasRoot || parents.isEmpty
            pending.append(contentsOf: parents)
        }
        return reach
    }

    /// Whether what is `hidden` can be left unread: none of its ancestors can be among those of `shown`.
    ///
    /// So it is if all lines back from what is shown end at one and the same hidden commit, and no other is hidden:
    /// then that commit is an ancestor of all that is shown, hence no descendant of any of it.
    func isRuledOut(_ hidden: [ObjectID], by shown: Reach) -> Bool {
        hidden.isEmpty || (Set(hidden).count == 1 && shown.stops.count == 1 && !shown.hasRoot)
    }

    /// The commits reachable from `start`, each before its parents, without those `leavingOut`.
    ///
    /// Invariant: all of them have been read.
    func topologicalOrder(from start: ObjectID, leavingOut concealed: Set<ObjectID>) -> [ObjectID] {
        guard !concealed.contains(start) else { return [] }
        var childCounts: [ObjectID: Int] = [start: 0]
        var pending = [start]
        while let id = pending.popLast() {
            for parent in parents[id] ?? [] where !concealed.contains(parent) {
                if childCounts.updateValue((childCounts[parent] ?? 0) + 1, forKey: parent) == nil {
                    pending.append(parent)
                }
            }
        }
        var order: [ObjectID] = []
        order.reserveCapacity(childCounts.count)
        pending = [start]
        while let id = pending.popLast() {
            order.append(id)
            // Last in, first out: the first parent is pushed last, so that its line is followed first.
            for parent in (parents[id] ?? []).reversed() {
                guard let count = childCounts[parent] else { continue }
                childCounts[parent] = count - 1
                if count == 1 { pending.append(parent) }
            }
        }
        return order
    }

    private mutating func parents(
        of id: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> [ObjectID] {
        if let known = parents[id] { return known }
        let read = shallowBoundary.contains(id) ? [] : try repository.commitText(id).parents
        parents[id] = read
        return read
    }
}
