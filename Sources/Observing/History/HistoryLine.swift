import Git
import PromotionModel

/// The commits of a history, newest first, and what each changed: from an index where there is one, else from the
/// objects.
struct HistoryLine {
    /// A commit of the history.
    struct Visit {
        let id: ObjectID
        let tree: ObjectID
        /// Those that the history goes on with, in the order of the commit.
        let parents: [ObjectID]
        /// For each of the parents the commit that is visited for it, which may be an older one that has the same where it
        /// matters; `nil` where none is.
        let nexts: [ObjectID?]
        let isShallowBoundary: Bool
        /// Where the index has it.
        fileprivate let position: Int?
    }

    private let tip: ObjectID
    private let walk: HistoryWalk
    private let index: CommitIndex?

    init(from tip: ObjectID, walk: HistoryWalk, in repository: borrowing Repository) {
        self.tip = tip
        self.walk = walk
        index = repository.commitIndex(covering: tip)
    }

    /// How many different paths have numbers.
    var pathCount: Int { index?.pathCount ?? 0 }

    /// The path of that number.
    func path(_ number: Int) -> String { index?.path(number) ?? "" }

    /// Visits the commits; of an index the tip, `marked`, merges of a full walk, and those that changed a path of which
    /// `concerns` says so.
    ///
    /// - Parameter visitsAll: Whether all of them are visited, whatever they changed.
    /// - Throws: ``GitError``; what `visit` throws.
    func forEach(
        in repository: borrowing Repository, visitsAll: Bool, marked: ObjectID?, where concerns: (Int) -> Bool,
        _ visit: (Visit) throws(GitError) -> Step
    ) throws(GitError) {
        if let index, let start = index.position(of: tip) {
            let matters = { (position: Int) in
                visitsAll || position == start || walk == .full && index.parentCount(of: position) > 1
                    || marked.map { index.id(at: position) == $0 } ?? false
                    || index.hasChange(position, where: concerns)
            }
            switch walk {
            case .firstParent: return try Self.walkFirstParents(of: index, from: start, matters, visit)
            case .full: return try Self.walkAll(of: index, from: start, matters, visit)
            }
        }
        switch walk {
        case .firstParent:
            try repository.firstParentLine(from: tip) { (commit) throws(GitError) in
                let parents = [commit.firstParent].compactMap(\.self)
                return try visit(
                    Visit(
                        id: commit.id, tree: commit.tree, parents: parents, nexts: parents,
                        isShallowBoundary: commit.isShallowBoundary, position: nil))
            }
        case .full:
            try repository.topologicalWalk(from: tip) { (commit) throws(GitError) in
                let parents = commit.isShallowBoundary ? [] : commit.parents
                return try visit(
                    Visit(
                        id: commit.id, tree: commit.tree, parents: parents, nexts: parents,
                        isShallowBoundary: commit.isShallowBoundary, position: nil))
            }
        }
    }

    private static func walkFirstParents(
        of index: CommitIndex, from start: Int, _ matters: (Int) -> Bool,
        _ visit: (Visit) throws(GitError) -> Step
    ) throws(GitError) {
        var current: Int? = start
        while let position = current {
            let parent = index.firstParent(of: position)
            var next = parent
            while let place = next, !matters(place) { next = index.firstParent(of: place) }
            current = next
            let entry = index.entry(at: position)
            let one = Visit(
                id: entry.id, tree: entry.tree, parents: parent.map { [index.id(at: $0)] } ?? [],
                nexts: parent == nil ? [] : [next.map { index.id(at: $0) }], isShallowBoundary: false,
                position: position)
            guard try visit(one) == .next else { return }
        }
    }

    private static func walkAll(
        of index: CommitIndex, from start: Int, _ matters: (Int) -> Bool,
        _ visit: (Visit) throws(GitError) -> Step
    ) throws(GitError) {
        // Of each commit the first one on its way back that matters, itself included; parents come before.
        var nexts: [Int?] = []
        nexts.reserveCapacity(start + 1)
        for position in 0...start {
            nexts.append(matters(position) ? position : index.firstParent(of: position).flatMap { nexts[$0] })
        }
        for position in index.topologicalOrder(from: start) where nexts[position] == position {
            let entry = index.entry(at: position)
            let parents = index.parents(of: position)
            let one = Visit(
                id: entry.id, tree: entry.tree, parents: parents.map { index.id(at: $0) },
                nexts: parents.map { nexts[$0].map { index.id(at: $0) } }, isShallowBoundary: false,
                position: position)
            guard try visit(one) == .next else { return }
        }
    }

    /// The numbers of the paths that `visit` has otherwise than its parent number `parent`, or than nothing where it has
    /// none; `nil` where they have to be compared.
    func changedPaths(of visit: Visit, since parent: Int) -> [Int]? {
        visit.position.flatMap { index?.changedPaths(of: $0, since: parent) }
    }

    /// What `visit` has otherwise than its parent number `parent`, or than nothing where it has none.
    ///
    /// - Throws: ``GitError``.
    func changes(
        of visit: Visit, since parent: Int, in repository: borrowing Repository
    ) throws(GitError) -> [ChangedFile] {
        if let listed = visit.position.flatMap({ index?.changedFiles(of: $0, since: parent) }) { return listed }
        let before = visit.parents.isEmpty ? nil : try repository.commitFacts(visit.parents[parent]).tree
        return try repository.changedFiles(from: before, to: visit.tree)
    }
}

/// Visits that are told of together: few at first, since who looks back may need no more than the first of them.
struct HistoryBatch {
    private var visits: [HistoryLine.Visit] = []
    private var limit = 1

    private static let maximumCount = 256

    /// Adds `visit`; the visits of the batch where it is full.
    mutating func add(_ visit: HistoryLine.Visit) -> [HistoryLine.Visit]? {
        visits.append(visit)
        guard visits.count >= limit else { return nil }
        limit = min(limit * 2, Self.maximumCount)
        return rest
    }

    /// Takes the visits out that are not told of yet.
    var rest: [HistoryLine.Visit] {
        mutating get {
            defer { visits = [] }
            return visits
        }
    }
}
