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

    /// Visits the commits.
    ///
    /// - Throws: ``GitError``; what `visit` throws.
    func forEach(
        in repository: borrowing Repository, _ visit: (Visit) throws(GitError) -> Step
    ) throws(GitError) {
        if let index, let start = index.position(of: tip) {
            return try forEach(of: index, from: start, visit)
        }
        switch walk {
        case .firstParent:
            try repository.firstParentLine(from: tip) { (commit) throws(GitError) in
                try visit(
                    Visit(
                        id: commit.id, tree: commit.tree, parents: [commit.firstParent].compactMap(\.self),
                        isShallowBoundary: commit.isShallowBoundary, position: nil))
            }
        case .full:
            try repository.topologicalWalk(from: tip) { (commit) throws(GitError) in
                try visit(
                    Visit(
                        id: commit.id, tree: commit.tree, parents: commit.isShallowBoundary ? [] : commit.parents,
                        isShallowBoundary: commit.isShallowBoundary, position: nil))
            }
        }
    }

    private func forEach(
        of index: CommitIndex, from start: Int, _ visit: (Visit) throws(GitError) -> Step
    ) throws(GitError) {
        func tell(_ position: Int, parents: [Int]) throws(GitError) -> Step {
            let entry = index.entry(at: position)
            return try visit(
                Visit(
                    id: entry.id, tree: entry.tree, parents: parents.map { index.entry(at: $0).id },
                    isShallowBoundary: false, position: position))
        }
        switch walk {
        case .firstParent:
            var next: Int? = start
            while let position = next {
                next = index.firstParent(of: position)
                guard try tell(position, parents: [next].compactMap(\.self)) == .next else { return }
            }
        case .full:
            for position in index.topologicalOrder(from: start) {
                guard try tell(position, parents: index.parents(of: position)) == .next else { return }
            }
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
