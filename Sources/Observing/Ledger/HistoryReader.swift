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

    /// The entries of `name`, newest first, along the first parents of `tip`.
    ///
    /// The layout at the tip says which files are the environment's, at every commit. Folders that are the same in a
    /// commit and its parent are not entered; a blob is parsed once.
    ///
    /// - Parameter visit: told of each entry; returns whether to go on.
    /// - Returns: the commit at which a shallow clone ended the walk; `nil` where it came to the beginning, or was
    ///   stopped.
    /// - Throws: ``GitError``; ``Problem`` for a layout that cannot be understood; ``UnknownEnvironment``.
    @discardableResult
    package func walk(
        _ name: EnvironmentName, from tip: ObjectID, in repository: borrowing Repository,
        _ visit: (HistoryEntry) -> Bool
    ) throws -> String? {
        let tree = try repository.commit(tip).tree
        let layout = try reader.layout(at: tree, in: repository)
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        guard let claimed = files.files[name] else {
            throw UnknownEnvironment(name: name, known: files.names)
        }
        var state = DeclaredFiles(reader: FleetReader.manifestReader(layout))
        for file in claimed { state.add(file, in: repository) }
        let matcher = EnvironmentMatcher(layout: layout)
        var boundary: String?
        try repository.firstParentWalk(from: tip) { (commit) throws(GitError) in
            let after = state
            let parent = commit.isShallowBoundary ? nil : commit.parents.first
            let before = try parent.map { (id) throws(GitError) in try repository.commit(id).tree }
            let touched = try state.stepBack(
                from: commit.tree, to: before, name: name, matcher: matcher, in: repository)
            let changes = touched.manifests ? Self.changes(from: state.artifacts(), to: after.artifacts()) : []
            let ledger = touched.lock ? Self.ledgerEntry(commit, name) : nil
            if commit.isShallowBoundary { boundary = commit.id.hex }
            guard ledger != nil || !changes.isEmpty else { return .next }
            var recorded: [HistoryEntry.Change] = []
            if changes.isEmpty, let ledger {
                recorded = try Self.changes(in: ledger, after: parent, name: name, in: repository)
            }
            return visit(Self.entry(commit, ledger, changes: changes + recorded)) ? .next : .stop
        }
        return boundary
    }

    /// The environment is not among those of the tip.
    package struct UnknownEnvironment: Error, Hashable {
        package let name: EnvironmentName
        /// Sorted.
        package let known: [EnvironmentName]
    }

    /// What differs between the artifacts that are declared before and after a commit.
    private static func changes(
        from old: [ComponentName: Artifact], to new: [ComponentName: Artifact]
    ) -> [HistoryEntry.Change] {
        Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { component in
            HistoryEntry.Change(component: component, from: old[component], to: new[component])
        }
    }

    /// What the ledger entry `entry` speaks of, each from what was recorded at the commit `parent`.
    private static func changes(
        in entry: LedgerEntry, after parent: ObjectID?, name: EnvironmentName, in repository: borrowing Repository
    ) throws(GitError) -> [HistoryEntry.Change] {
        var recorded: [ComponentName: Artifact] = [:]
        if let parent, entry.items.contains(where: { !$0.artifacts.isEmpty || !$0.retired.isEmpty }) {
            let reading = try RecordReader.record(
                of: name, at: try repository.commit(parent).tree, in: repository)
            if case .present(let record) = reading { recorded = record.components.mapValues(\.artifact) }
        }
        return entry.items.flatMap { item in
            let arriving = item.artifacts.sorted { $0.key < $1.key }.map { component, artifact in
                HistoryEntry.Change(
                    component: component, from: recorded[component], to: artifact, result: item.result,
                    promotion: item.promotion)
            }
            let going = item.retired.sorted().map { component in
                HistoryEntry.Change(
                    component: component, from: recorded[component], to: nil, result: item.result,
                    promotion: item.promotion)
            }
            return arriving + going
        }
    }

    private static func entry(
        _ commit: Commit, _ ledger: LedgerEntry?, changes: [HistoryEntry.Change]
    ) -> HistoryEntry {
        HistoryEntry(
            commit: commit.id.hex, at: Timestamp(seconds: commit.committer.seconds),
            author: "\(commit.author.name) <\(commit.author.email)>", subject: commit.subject,
            promotions: ledger?.items.map(\.promotion) ?? [],
            result: ledger.map { $0.items.first?.result ?? ($0.holds.isEmpty ? .released : .held) },
            changes: changes,
            emergencies: Dictionary(
                (ledger?.items ?? []).compactMap { item in item.emergency.map { (item.promotion, $0) } },
                uniquingKeysWith: { first, _ in first }))
    }

    private static func ledgerEntry(_ commit: Commit, _ name: EnvironmentName) -> LedgerEntry? {
        do {
            guard let entry = try LedgerReader.entry(in: commit.message), entry.environment == name else { return nil }
            return entry
        } catch {
            // A commit that only looks like an entry declares what it declares; drift reports it.
            return nil
        }
    }
}

/// Tells which environment a path belongs to, by the layout alone.
struct EnvironmentMatcher {
    let layout: FleetLayout

    /// Whether the file at `path` is one of `name`'s, and its path below the environment's folder.
    func relativePath(of path: String, in name: EnvironmentName) -> String? {
        for rule in layout.rules where !rule.excludes(path) {
            for glob in rule.paths {
                guard let captures = glob.match(path), FleetLayout.fill(rule.name, with: captures) == name.description
                else { continue }
                return rule.relativePath(of: path, in: glob)
            }
        }
        return nil
    }
}

/// The declarations of an environment's files, stepping back through history one commit at a time.
struct DeclaredFiles {
    /// What a step touched.
    struct Touched {
        var manifests = false
        var lock = false
        /// The environment's files that it touched.
        var paths: [String] = []
    }

    private let reader: ManifestReader
    private var files: [String: EnvironmentAssembly.File] = [:]

    init(reader: ManifestReader) {
        self.reader = reader
    }

    mutating func add(_ file: ClaimedFile, in repository: borrowing Repository) {
        set(file.path, relativePath: file.relativePath, blob: file.blob, in: repository)
    }

    private mutating func set(
        _ path: String, relativePath: String, blob: ObjectID?, in repository: borrowing Repository
    ) {
        guard ManifestReader.isManifest(path) else { return }
        guard let blob else {
            files[path] = nil
            return
        }
        do {
            let bytes = try repository.blob(blob, limit: ManifestReader.maximumBytes)
            let contents = reader.read(bytes, path: path)
            files[path] =
                contents.found.isEmpty
                ? nil : EnvironmentAssembly.File(path: path, relativePath: relativePath, contents: contents)
        } catch {
            // A blob that cannot be read declares nothing that can be known; the present state reports it.
            files[path] = nil
        }
    }

    /// Whether no file declares anything.
    var isEmpty: Bool {
        files.isEmpty
    }

    /// Goes back from the root folder `after` to `before`; `nil` is how things were before there was anything.
    mutating func stepBack(
        from after: ObjectID, to before: ObjectID?, name: EnvironmentName, matcher: EnvironmentMatcher,
        in repository: borrowing Repository
    ) throws(GitError) -> Touched {
        var touched = Touched()
        var steps: [(path: String, relative: String, blob: ObjectID?)] = []
        let lock = FleetLayout.lockPath(of: name)
        try repository.changedEntries(from: before, to: after) { path, old, _ in
            if path == lock {
                touched.lock = true
            } else if let relative = matcher.relativePath(of: path, in: name) {
                let isFile = old?.kind == .blob || old?.kind == .executable
                steps.append((path, relative, isFile ? old?.id : nil))
            }
            return .next
        }
        for step in steps {
            set(step.path, relativePath: step.relative, blob: step.blob, in: repository)
            touched.manifests = true
            touched.paths.append(step.path)
        }
        return touched
    }

    /// The declared artifacts by component.
    func artifacts() -> [ComponentName: Artifact] {
        let assembly = EnvironmentAssembly(files: files.values.sorted { $0.path < $1.path })
        return Dictionary(assembly.declarations.map { ($0.component, $0.artifact) }) { first, _ in first }
    }
}
