import Crypto
package import Git
import LedgerFormat
import ManifestFormat
package import PromotionModel

/// Reconstructs how an environment came to be as it is, on any repository: by what its commits declare, and by the
/// ledger where there is one.
package struct HistoryReader: Sendable {
    private let reader: FleetReader
    private let memory: (any HistoryMemory)?

    /// - Parameter memory: where what was told is kept for the next time; `nil` for nowhere.
    package init(reader: FleetReader, memory: (any HistoryMemory)? = nil) {
        self.reader = reader
        self.memory = memory
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
        let files = try EnvironmentFiles(in: tree, layout: layout, extent: .folders, repository: repository)
        let known = Set(files.names)
        var boundary: String?
        var here: [EnvironmentName] = []
        for name in names {
            guard known.contains(name) else { throw UnknownEnvironment(name: name, known: files.names) }
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
                let states = try states(of: [name], files, own, manner, in: repository)
                let memoryName = try memoryName(
                    [name], layout, tree: tree, manner, reference: reference.name, in: repository)
                let end = try walk(
                    [name], from: reference.commit, declaring: states, own, memoryName: memoryName, in: repository,
                    manner, visit)
                boundary = boundary ?? end
            }
        }
        guard !here.isEmpty else { return boundary }
        let states = try states(of: here, files, layout, manner, in: repository)
        let memoryName = try memoryName(here, layout, tree: tree, manner, in: repository)
        let end = try walk(
            here, from: tip, declaring: states, layout, memoryName: memoryName, in: repository, manner, visit)
        return boundary ?? end
    }

    /// The entries of `names`, which declare `states` at the commit `tip` by `layout`.
    ///
    /// - Parameter memoryName: the name under which the history is kept; `nil` where it is not.
    private func walk(
        _ names: [EnvironmentName], from tip: ObjectID, declaring states: [DeclaredFiles], _ layout: FleetLayout,
        memoryName: String?, in repository: borrowing Repository, _ manner: HistoryManner,
        _ visit: (EnvironmentName, HistoryEntry) -> Bool
    ) throws -> String? {
        let former = memoryName.flatMap { memory?.recall($0) }.flatMap(ToldHistoryFile.history)
        let state = memoryName == nil ? [] : states[0].digest
        var told: [HistoryEntry] = []
        var isStopped = false
        func tell(_ entries: [HistoryEntry], of name: EnvironmentName) {
            for entry in entries where !isStopped {
                told.append(entry)
                isStopped = !visit(name, entry)
            }
        }
        if let former, former.commit == tip, former.state == state {
            tell(former.entries, of: names[0])
            return nil
        }
        let line = HistoryLine(from: tip, walk: manner.walk, in: repository)
        var steps = HistorySteps(
            names: names, line: line, matcher: EnvironmentMatcher(layout: layout), tip: tip, state: states,
            followsRenames: manner.followsRenames, isFollowing: layout.ledger != nil,
            packs: repository.isShallow ? nil : repository.packReader(detectsCollisions: false))
        var boundary: String?
        func tell(_ visits: [HistoryLine.Visit], in repository: borrowing Repository) throws(GitError) -> Step {
            steps.readAhead(visits, in: repository)
            for one in visits {
                if one.isShallowBoundary { boundary = one.id.hex }
                if let former, former.commit == one.id, steps.isOnly(one.id, former.state) {
                    tell(former.entries, of: names[0])
                    return .stop
                }
                for (name, entry) in try steps.entries(of: one, in: repository) { tell([entry], of: name) }
                if isStopped { return .stop }
            }
            return .next
        }
        defer { steps.endReadingAhead() }
        // In a full walk others may be on their way to the commit where the former one begins.
        let visitsAll = former != nil && manner.walk == .full
        var batch = HistoryBatch()
        try line.forEach(
            in: repository, visitsAll: visitsAll, marked: former?.commit, where: { steps.concerns($0) }
        ) { (one) throws(GitError) in
            guard let visits = batch.add(one) else { return .next }
            return try tell(visits, in: repository)
        }
        if !isStopped { _ = try tell(batch.rest, in: repository) }
        if let memoryName, boundary == nil, !isStopped, told.count <= ToldHistory.maximumEntries {
            memory?.keep(
                ToldHistoryFile.bytes(of: ToldHistory(commit: tip, state: state, entries: told)), as: memoryName)
        }
        return boundary
    }

    /// What each of `names` declares where it has `files`.
    private func states(
        of names: [EnvironmentName], _ files: EnvironmentFiles, _ layout: FleetLayout, _ manner: HistoryManner,
        in repository: borrowing Repository
    ) throws(GitError) -> [DeclaredFiles] {
        let manifests = FleetReader.manifestReader(layout)
        var states: [DeclaredFiles] = []
        for name in names {
            var state = DeclaredFiles(
                name, reader: manifests, repositories: layout.repositories, followsRenames: manner.followsRenames,
                room: Self.maximumKeptBytes / names.count)
            for file in try files.claimed(by: name, in: repository).files { state.add(file, in: repository) }
            states.append(state)
        }
        return states
    }

    /// So many bytes of files are kept to read their next versions from, of all environments together.
    private static let maximumKeptBytes = 32 << 20

    /// The name under which the history of one environment is kept; `nil` where it is not.
    ///
    /// The layout is part of it, since other files would be the environment's by another one, and so is the branch of an
    /// environment that is one.
    private func memoryName(
        _ names: [EnvironmentName], _ layout: FleetLayout, tree: ObjectID, _ manner: HistoryManner,
        reference: String = "", in repository: borrowing Repository
    ) throws(GitError) -> String? {
        guard memory != nil, names.count == 1, !manner.followsRenames, !repository.isShallow, !reader.hasOutsideLayout
        else { return nil }
        let layout = try repository.entry(at: FleetLayout.fileName, in: tree)?.id.hex ?? "none"
        let text = "\(names[0]) \(manner.walk.rawValue) \(layout) \(reference)"
        return "told-"
            + SHA256.hash(data: Array(text.utf8)).prefix(16).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
    }

    /// The environment is not among those of the tip.
    package struct UnknownEnvironment: Error, Hashable {
        package let name: EnvironmentName
        /// Sorted.
        package let known: [EnvironmentName]
    }
}
