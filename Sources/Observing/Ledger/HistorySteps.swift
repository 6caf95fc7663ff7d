import Git
import LedgerFormat
import ManifestFormat
import PromotionModel

/// The way back through history: what an environment declared at each commit that is still to be visited.
struct HistorySteps {
    private let name: EnvironmentName
    private let matcher: EnvironmentMatcher
    private let walk: HistoryWalk
    /// Whether the history is that of a ledger with a branch of its own.
    private let isFollowing: Bool
    /// What was declared at commits that a visited child has led to.
    private var states: [ObjectID: DeclaredFiles]

    /// Begins at `tip`, where `state` is declared.
    init(
        name: EnvironmentName, matcher: EnvironmentMatcher, tip: ObjectID, state: DeclaredFiles,
        walk: HistoryWalk, isFollowing: Bool
    ) {
        self.name = name
        self.matcher = matcher
        self.walk = walk
        self.isFollowing = isFollowing
        states = [tip: state]
    }

    /// What the history tells of `commit`, of which a child was visited before, if it is not the tip.
    ///
    /// - Returns: `nil` where it tells nothing.
    mutating func entry(of commit: Commit, in repository: borrowing Repository) throws(GitError) -> HistoryEntry? {
        guard let after = states.removeValue(forKey: commit.id) else { return nil }
        let all = commit.isShallowBoundary ? [] : commit.parents
        let parents = walk == .full ? all : Array(all.prefix(1))
        var touchesLock = false
        var before: [DeclaredFiles] = []
        var isTouched = true
        for parent in parents.map(Optional.some) + (parents.isEmpty ? [nil] : []) {
            var state = after
            let tree = try parent.map { (id) throws(GitError) in try repository.commit(id).tree }
            let touched = try state.stepBack(
                from: commit.tree, to: tree, name: name, matcher: matcher, in: repository)
            isTouched = isTouched && touched.manifests
            touchesLock = touchesLock || touched.lock
            before.append(state)
            if let parent, states[parent] == nil { states[parent] = state }
        }
        let changes = isTouched ? Self.changes(from: before.map { $0.artifacts() }, to: after.artifacts()) : []
        let ledger = touchesLock ? Self.ledgerEntry(commit, name) : nil
        guard ledger != nil || !changes.isEmpty else { return nil }
        var recorded: [HistoryEntry.Change] = []
        if changes.isEmpty, let ledger {
            recorded = try Self.changes(in: ledger, after: parents.first, name: name, in: repository)
        }
        // What a ledger of its own takes in was done by others, on the watched branch.
        let told = isFollowing ? try TakenCommit.told(by: commit, in: repository) : commit
        return Self.entry(told, ledger, changes: changes + recorded)
    }

    /// The components whose artifact is that of none of the states before, from what the first of them says.
    private static func changes(
        from olds: [[ComponentName: Artifact]], to new: [ComponentName: Artifact]
    ) -> [HistoryEntry.Change] {
        guard let first = olds.first else { return [] }
        return olds.reduce(into: Set(new.keys)) { $0.formUnion($1.keys) }.sorted().compactMap { component in
            guard olds.allSatisfy({ $0[component] != new[component] }) else { return nil }
            return HistoryEntry.Change(component: component, from: first[component], to: new[component])
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
