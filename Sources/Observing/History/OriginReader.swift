import Git
import LedgerFormat
import ManifestFormat
import PromotionModel

/// Finds the commits that brought what is declared and waits, and who had a part in them.
///
/// The watched branch is followed along first parents, from the tip back to the commit that recorded what is recorded:
/// the cost follows the age of what waits, not the length of history.
struct OriginReader: Sendable {
    let reader: FleetReader
    let layout: FleetLayout
    let viewpoint: Viewpoint
    /// What tells who signed the commits; `nil` where no gate asks.
    var verifier: CommitVerifier?
    /// Whether the viewpoint's basis is a commit of a ledger that follows the watched branch.
    var isFollowing = false
    /// Who may sign as of the viewpoint's own tree.
    var signers: SignersReading?
    private let changes = ChangesByEnvironment()
    private let manifests: ManifestReader

    init(reader: FleetReader, layout: FleetLayout, viewpoint: Viewpoint) {
        self.reader = reader
        self.layout = layout
        self.viewpoint = viewpoint
        manifests = FleetReader.manifestReader(layout)
    }

    /// More commits of one merge are not looked at; whoever made them all had a part in something else too.
    private static let maximumCommits = 1_000

    /// What one environment waits with, and what was found of it so far.
    private struct Search {
        var open: Set<ComponentName>
        var isConfigurationOpen: Bool
        var components: [ComponentName: ChangeOrigin] = [:]
        var configuration: ChangeOrigin?

        var isDone: Bool { open.isEmpty && !isConfigurationOpen }
    }

    /// One change of the watched branch, merged or proposed.
    private struct Step {
        let commit: String
        let at: Timestamp
        let authors: Set<String>
        let commits: [ChangeCommit]?
        /// The root folder before it, where it replaced policies or the evidence that they are judged by.
        let formerPolicies: ObjectID?
        /// Whether the environment was not there before it.
        let isNew: Bool
    }

    /// An environment in which something waits, and what its ledger tells.
    struct Waiting: Sendable {
        let environment: ObservedEnvironment
        /// The commit that recorded each promotion.
        let recordings: [PromotionID: String]
        /// When each entry of the environment's ledger was recorded, by its commit.
        let entries: [String: Timestamp]
    }

    /// From so many environments on, reading on all cores saves more than opening the repository again costs.
    private static let parallelThreshold = 32

    /// The origins of what waits in each of `waiting`, in their order.
    ///
    /// - Parameter files: The files of all environments as of the viewpoint.
    /// - Throws: ``GitError`` of the first that cannot be read.
    func origins(
        of waiting: [Waiting], files: EnvironmentFiles, in repository: borrowing Repository
    ) throws(GitError) -> [EnvironmentOrigins] {
        // Who verifies signatures runs programs, one after the other.
        guard waiting.count >= Self.parallelThreshold, verifier == nil, ProcessorCount.available > 1 else {
            return try waiting.map { (waiting) throws(GitError) in
                try origins(of: waiting, files: files, in: repository)
            }
        }
        let readings = try ParallelReading(directory: repository.gitDirectory).map(waiting) {
            waiting, repository -> Result<EnvironmentOrigins, GitError> in
            do throws(GitError) {
                return .success(try origins(of: waiting, files: files, in: repository))
            } catch {
                return .failure(error)
            }
        }
        return try readings.map { (reading) throws(GitError) in try reading.get() }
    }

    private func origins(
        of waiting: Waiting, files: EnvironmentFiles, in repository: borrowing Repository
    ) throws(GitError) -> EnvironmentOrigins {
        try origins(
            of: waiting.environment, files: try files.claimed(by: waiting.environment.name, in: repository).files,
            recordings: waiting.recordings, entries: waiting.entries, in: repository)
    }

    /// The origins of what waits in `environment`.
    ///
    /// - Parameters:
    ///   - files: The environment's files as of the viewpoint.
    ///   - recordings: The commit that recorded each promotion.
    ///   - entries: When each entry of the environment's ledger was recorded, by its commit.
    /// - Throws: ``GitError``.
    private func origins(
        of environment: ObservedEnvironment, files: [ClaimedFile], recordings: [PromotionID: String],
        entries: [String: Timestamp], in repository: borrowing Repository
    ) throws(GitError) -> EnvironmentOrigins {
        guard let record = environment.knownRecord else { return EnvironmentOrigins() }
        var search = Self.search(environment.declared, record)
        var state = DeclaredFiles(
            environment.name, reader: manifests, repositories: layout.repositories,
            known: try reader.filesAtHand(of: environment.name, at: viewpoint.tree, in: repository))
        for file in files { state.add(file, in: repository) }
        var signing: ChangeCommitReader?
        if let verifier, let signers {
            signing = ChangeCommitReader(verifier: verifier, present: signers, entries: entries)
        }
        let scope = Scope(name: environment.name, matcher: EnvironmentMatcher(layout: layout))
        if let proposal = viewpoint.proposal {
            let after = state
            if let step = try step(proposal, scope, &state, &signing, in: repository) {
                Self.note(step, before: state, after: after, record: record, in: &search)
            }
        }
        var isFollowing = isFollowing
        try repository.firstParentWalk(from: viewpoint.basis) { (commit) throws(GitError) in
            let taken = isFollowing ? TakenCommit(commit) : nil
            // What lies below its beginning is the watched branch itself, where nobody takes in anything.
            if taken?.isBeginning == true { isFollowing = false }
            Self.close(recordedBy: commit.id.hex, recordings: recordings, record: record, in: &search)
            guard !search.isDone else { return .stop }
            signing?.pass(commit.id)
            let after = state
            // What a ledger of its own takes in was done by others, on the watched branch.
            let told = try taken.map { (taken) throws(GitError) in try repository.commit(taken.original) } ?? commit
            guard let step = try step(commit, told, scope, &state, &signing, in: repository) else { return .next }
            Self.note(step, before: state, after: after, record: record, in: &search)
            return search.isDone ? .stop : .next
        }
        return EnvironmentOrigins(components: search.components, configuration: search.configuration)
    }

    /// The environment whose origins are looked for.
    private struct Scope {
        let name: EnvironmentName
        let matcher: EnvironmentMatcher

        /// Whether the file at `path` is one of the environment's own.
        func holds(_ path: String) -> Bool {
            path != FleetLayout.lockPath(of: name) && matcher.part(of: path, in: name) != nil
        }
    }

    /// What the proposal changes, and `state` as it is before it; `nil` where it leaves the environment alone.
    private func step(
        _ proposal: Viewpoint.Proposal, _ scope: Scope, _ state: inout DeclaredFiles,
        _ signing: inout ChangeCommitReader?, in repository: borrowing Repository
    ) throws(GitError) -> Step? {
        let before = try repository.commit(viewpoint.basis).tree
        let touched = try stepBack(&state, from: viewpoint.tree, to: before, scope, in: repository)
        guard touched.manifests else { return nil }
        var isNew = state.isEmpty
        if isNew, try Self.isRecorded(scope.name, in: before, repository) { isNew = false }
        let former = isNew ? nil : try replacedPolicies(before: before, after: viewpoint.tree, in: repository)
        var commits: [ChangeCommit]?
        if let head = ObjectID(hex: proposal.head) {
            commits = try signing?.proposed(
                from: head, notIn: viewpoint.basis, where: scope.holds, in: repository)
        }
        return Step(
            commit: proposal.head, at: proposal.at, authors: proposal.authors, commits: commits, formerPolicies: former,
            isNew: isNew)
    }

    /// What `commit` changed, and `state` as it was before it; `nil` where it left the environment alone.
    ///
    /// - Parameter told: The commit that it brought, where it took one in.
    private func step(
        _ commit: Commit, _ told: Commit, _ scope: Scope, _ state: inout DeclaredFiles,
        _ signing: inout ChangeCommitReader?,
        in repository: borrowing Repository
    ) throws(GitError) -> Step? {
        let parent = commit.isShallowBoundary ? nil : commit.parents.first
        let parentTree = try parent.map { (id) throws(GitError) in try repository.commit(id).tree }
        let touched = try stepBack(&state, from: commit.tree, to: parentTree, scope, in: repository)
        guard touched.manifests else { return nil }
        var former: ObjectID?
        var isNew = state.isEmpty
        // An environment that came with its first contract has no earlier one to answer to; one that was emptied
        // and filled again has.
        if let parentTree {
            if isNew, try Self.isRecorded(scope.name, in: parentTree, repository) { isNew = false }
            if !isNew { former = try replacedPolicies(before: parentTree, after: commit.tree, in: repository) }
        }
        return Step(
            commit: told.id.hex, at: Timestamp(seconds: told.committer.seconds),
            authors: try Self.authors(of: told, touching: touched.paths, in: repository)
                .union(Self.authors(below: told, onto: parent, in: repository)),
            commits: try signing?.commits(of: told, onto: parent, where: scope.holds, in: repository),
            formerPolicies: former,
            isNew: isNew)
    }

    private func stepBack(
        _ state: inout DeclaredFiles, from after: ObjectID, to before: ObjectID?, _ scope: Scope,
        in repository: borrowing Repository
    ) throws(GitError) -> DeclaredFiles.Touched {
        let changes = try changes.changes(
            from: before, to: after, of: scope.name, matcher: scope.matcher, in: repository)
        return state.stepBack(through: changes, name: scope.name, matcher: scope.matcher, in: repository)
    }

    private static func search(_ declared: DeclaredEnvironment, _ record: EnvironmentRecord) -> Search {
        let artifacts = Dictionary(
            declared.declarations.map { ($0.component, $0.artifact) }, uniquingKeysWith: { first, _ in first })
        let names = Set(artifacts.keys).union(record.components.keys)
        return Search(
            open: names.filter { artifacts[$0] != record.components[$0]?.artifact },
            isConfigurationOpen: declared.configuration.map { $0 != record.configuration?.digest } ?? false)
    }

    /// What a commit of the ledger recorded needs no older commit to explain it.
    private static func close(
        recordedBy commit: String, recordings: [PromotionID: String], record: EnvironmentRecord,
        in search: inout Search
    ) {
        for component in search.open {
            guard let known = record.components[component], recordings[known.promotion] == commit else { continue }
            search.open.remove(component)
        }
        if let known = record.configuration, recordings[known.promotion] == commit {
            search.isConfigurationOpen = false
        }
    }

    private static func note(
        _ step: Step, before: DeclaredFiles, after: DeclaredFiles, record: EnvironmentRecord, in search: inout Search
    ) {
        var (before, after) = (before, after)
        let old = before.artifacts()
        let new = after.artifacts()
        for component in search.open where old[component] != new[component] {
            search.components[component] = joined(search.components[component], step)
            if old[component] == record.components[component]?.artifact { search.open.remove(component) }
        }
        if search.isConfigurationOpen { search.configuration = joined(search.configuration, step) }
        if step.isNew {
            search.open = []
            search.isConfigurationOpen = false
        }
    }

    /// `origin`, the newer one, with what an older step adds to it.
    private static func joined(_ origin: ChangeOrigin?, _ step: Step) -> ChangeOrigin {
        let former = Set([step.formerPolicies?.hex].compactMap(\.self))
        return ChangeOrigin(
            commit: origin?.commit ?? step.commit, at: origin?.at ?? step.at,
            authors: (origin?.authors ?? []).union(step.authors),
            formerPolicies: (origin?.formerPolicies ?? []).union(former),
            commits: step.commits.map { (origin?.commits ?? []) + $0 })
    }

    /// Whether the root folder `tree` has a record of the environment.
    private static func isRecorded(
        _ name: EnvironmentName, in tree: ObjectID, _ repository: borrowing Repository
    ) throws(GitError) -> Bool {
        try repository.entry(at: FleetLayout.lockPath(of: name), in: tree) != nil
    }

    /// The root folder `before`, where `after` has other policies than that, looks elsewhere for evidence, or takes
    /// other repositories for the same.
    private func replacedPolicies(
        before: ObjectID, after: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> ObjectID? {
        let old = try repository.entry(at: FleetLayout.policiesFolder, in: before)
        let new = try repository.entry(at: FleetLayout.policiesFolder, in: after)
        if let old, old.kind == .directory, old.id != new?.id { return before }
        let layouts = try [before, after].map { (tree) throws(GitError) in
            try repository.entry(at: FleetLayout.fileName, in: tree)?.id
        }
        guard layouts[0] != layouts[1] else { return nil }
        let former = reader.readableLayout(at: before, in: repository)
        return former?.evidence == layout.evidence && former?.repositories == layout.repositories ? nil : before
    }

    /// Everybody who had a part in what `commit` stands on and `parent`, the commit of a ledger that took it in, lacks:
    /// nobody, unless the watched branch was replaced and that was accepted.
    private static func authors(
        below commit: Commit, onto parent: ObjectID?, in repository: borrowing Repository
    ) throws(GitError) -> Set<String> {
        guard let parent, let first = commit.parents.first, first != parent else { return [] }
        return try authors(from: first, notIn: parent, in: repository)
    }

    /// Everybody who had a part in `commit`: of a merge, those whose commits it brought.
    ///
    /// Whoever only presses the button of a merge has no part in its content, unless the merge itself changed `paths`.
    private static func authors(
        of commit: Commit, touching paths: [String], in repository: borrowing Repository
    ) throws(GitError) -> Set<String> {
        guard commit.parents.count > 1, let first = commit.parents.first else { return people(of: commit) }
        var authors: Set<String> = []
        for side in commit.parents.dropFirst() {
            authors.formUnion(try Self.authors(from: side, notIn: first, in: repository))
        }
        for path in paths {
            let result = try repository.entry(at: path, in: commit.tree)?.id
            var isTaken = false
            for side in commit.parents.dropFirst() where !isTaken {
                isTaken = try repository.entry(at: path, in: repository.commit(side).tree)?.id == result
            }
            if !isTaken { return authors.union(people(of: commit)) }
        }
        return authors
    }

    /// Everybody who had a part in the commits that `head` has and `base` has not.
    ///
    /// - Throws: ``GitError``.
    static func authors(
        from head: ObjectID, notIn base: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> Set<String> {
        var authors: Set<String> = []
        var count = 0
        try repository.topologicalWalk(from: head, hiding: [base]) { (commit) throws(GitError) in
            authors.formUnion(people(of: commit))
            count += 1
            return count < maximumCommits ? .next : .stop
        }
        return authors
    }

    /// Author, committer, co-authors and sign-offs, by address in lower case.
    private static func people(of commit: Commit) -> Set<String> {
        var people: Set = [commit.author.email.lowercased(), commit.committer.email.lowercased()]
        for line in commit.message.split(separator: "\n") {
            let lower = line.lowercased()
            guard lower.hasPrefix("co-authored-by:") || lower.hasPrefix("signed-off-by:"),
                let open = lower.lastIndex(of: "<"), let close = lower.lastIndex(of: ">"), open < close
            else { continue }
            people.insert(String(lower[lower.index(after: open)..<close]))
        }
        people.remove("")
        return people
    }
}
