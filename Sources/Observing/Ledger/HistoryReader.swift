package import Git
import LedgerFormat
import ManifestFormat
package import PromotionModel

/// Reconstructs how an environment came to be as it is, on any repository: by what its commits declare, and by the
/// ledger where there is one.
package struct HistoryReader: Sendable {
    private let reader: FleetReader

    package init(reader: FleetReader) {
        self.reader = reader
    }

    /// The entries of `name`, newest first.
    ///
    /// The layout at the tip says which files are the environment's, at every commit. Folders that are the same in a
    /// commit and its parent are not entered; a blob is parsed once for each time that it changes. A component is told
    /// with a commit where its value is that of none of the commit's parents, or of the first alone when only first
    /// parents are walked: so a merge that took over what another branch says is silent in the full walk.
    ///
    /// - Parameter visit: told of each entry; returns whether to go on.
    /// - Returns: the commit at which a shallow clone ended the walk; `nil` where it came to the beginning, or was
    ///   stopped.
    /// - Throws: ``GitError``; ``Problem`` for a layout that cannot be understood; ``UnknownEnvironment``.
    @discardableResult
    package func walk(
        _ name: EnvironmentName, from tip: ObjectID, in repository: borrowing Repository,
        manner: HistoryManner = HistoryManner(),
        _ visit: (HistoryEntry) -> Bool
    ) throws -> String? {
        let tree = try repository.commit(tip).tree
        var (tip, layout) = (tip, try reader.layout(at: tree, in: repository))
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        guard let claimed = files.files[name] else {
            throw UnknownEnvironment(name: name, known: files.names)
        }
        if let reference = files.references[name] {
            let rule = layout.rules[reference.rule]
            if case .tag(let pattern)? = rule.origin {
                return try TagHistory(reader: reader, layout: layout, rule: rule, name: name)
                    .walk(pattern, in: repository, visit)
            }
            (tip, layout) = (reference.commit, layout.seen(by: rule, with: reference.captures))
        }
        var state = DeclaredFiles(
            name, reader: FleetReader.manifestReader(layout), repositories: layout.repositories,
            followsRenames: manner.followsRenames)
        for file in claimed { state.add(file, in: repository) }
        var steps = HistorySteps(
            name: name, matcher: EnvironmentMatcher(layout: layout), tip: tip, state: state, walk: manner.walk,
            isFollowing: layout.ledger != nil)
        var boundary: String?
        func tell(_ commit: Commit) throws(GitError) -> Step {
            if commit.isShallowBoundary { boundary = commit.id.hex }
            guard let entry = try steps.entry(of: commit, in: repository) else { return .next }
            return visit(entry) ? .next : .stop
        }
        switch manner.walk {
        case .firstParent: try repository.firstParentWalk(from: tip, tell)
        case .full: try repository.topologicalWalk(from: tip, tell)
        }
        return boundary
    }

    /// The environment is not among those of the tip.
    package struct UnknownEnvironment: Error, Hashable {
        package let name: EnvironmentName
        /// Sorted.
        package let known: [EnvironmentName]
    }
}
