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
        try walk([name], from: tip, in: repository, manner: manner) { visit($1) }
    }

    /// The entries of all `names` in one walk, newest first, those of one commit in the order of the names.
    ///
    /// - Parameter visit: told of each entry and the environment that it is of; returns whether to go on.
    /// - Returns: as ``walk(_:from:in:manner:_:)``.
    /// - Throws: as there.
    @discardableResult
    package func walk(
        _ names: [EnvironmentName], from tip: ObjectID, in repository: borrowing Repository,
        manner: HistoryManner = HistoryManner(),
        _ visit: (EnvironmentName, HistoryEntry) -> Bool
    ) throws -> String? {
        let tree = try repository.commit(tip).tree
        let layout = try reader.layout(at: tree, in: repository)
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        var boundary: String?
        var here: [EnvironmentName] = []
        for name in names {
            guard files.files[name] != nil else { throw UnknownEnvironment(name: name, known: files.names) }
            guard let reference = files.references[name] else {
                here.append(name)
                continue
            }
            let rule = layout.rules[reference.rule]
            if case .tag(let pattern)? = rule.origin {
                try TagHistory(reader: reader, layout: layout, rule: rule, name: name)
                    .walk(pattern, in: repository) { visit(name, $0) }
            } else {
                let own = layout.seen(by: rule, with: reference.captures)
                let end = try walk([name], of: files, own, from: reference.commit, in: repository, manner, visit)
                boundary = boundary ?? end
            }
        }
        guard !here.isEmpty else { return boundary }
        return try walk(here, of: files, layout, from: tip, in: repository, manner, visit) ?? boundary
    }

    /// The entries of `names`, which have `files` at the commit `tip` by `layout`.
    private func walk(
        _ names: [EnvironmentName], of files: EnvironmentFiles, _ layout: FleetLayout, from tip: ObjectID,
        in repository: borrowing Repository, _ manner: HistoryManner, _ visit: (EnvironmentName, HistoryEntry) -> Bool
    ) throws -> String? {
        let states = names.map { name in
            var state = DeclaredFiles(
                name, reader: FleetReader.manifestReader(layout), repositories: layout.repositories,
                followsRenames: manner.followsRenames)
            for file in files.files[name] ?? [] { state.add(file, in: repository) }
            return state
        }
        let line = HistoryLine(from: tip, walk: manner.walk, in: repository)
        var steps = HistorySteps(
            names: names, line: line, matcher: EnvironmentMatcher(layout: layout), tip: tip, state: states,
            followsRenames: manner.followsRenames, isFollowing: layout.ledger != nil)
        var boundary: String?
        try line.forEach(in: repository) { (one) throws(GitError) in
            if one.isShallowBoundary { boundary = one.id.hex }
            for (name, entry) in try steps.entries(of: one, in: repository) {
                guard visit(name, entry) else { return .stop }
            }
            return .next
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
