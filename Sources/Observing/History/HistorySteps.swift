import Git
import LedgerFormat
import ManifestFormat
import PromotionModel

/// The way back through history: what environments declared at each commit that is still to be visited.
struct HistorySteps {
    private let names: [EnvironmentName]
    private let line: HistoryLine
    private let matcher: EnvironmentMatcher
    private let followsRenames: Bool
    /// Whether the history is that of a ledger with a branch of its own.
    private let isFollowing: Bool
    /// What was declared, in the order of the names, at commits that a visited child has led to.
    private var states: [ObjectID: [DeclaredFiles]]
    private var owners: PathOwners
    /// What reads the objects that a pack has; `nil` for the repository itself.
    private let packs: PackReader?
    /// What reads commits meanwhile.
    private var ahead: CommitsAhead?

    /// Begins at `tip`, where `state` is declared, one for each of `names`.
    init(
        names: [EnvironmentName], line: HistoryLine, matcher: EnvironmentMatcher, tip: ObjectID,
        state: [DeclaredFiles], followsRenames: Bool, isFollowing: Bool, packs: PackReader?
    ) {
        self.names = names
        self.line = line
        self.matcher = matcher
        self.followsRenames = followsRenames
        self.isFollowing = isFollowing
        self.packs = packs
        states = [tip: state]
        owners = PathOwners(names: names, matcher: matcher, count: line.pathCount)
    }

    /// Prepares for `visits`, which come next.
    mutating func readAhead(_ visits: [HistoryLine.Visit], in repository: borrowing Repository) {
        // For a few of them nobody else has to begin.
        guard packs != nil, visits.count >= 32, ProcessorCount.available > 1 else { return }
        let ahead = ahead ?? CommitsAhead(reading: repository.packReader(detectsCollisions: false))
        self.ahead = ahead
        // A merge of a full walk seldom tells anything.
        ahead.read(visits.filter { $0.parents.count < 2 }.map(\.id))
    }

    /// Ends what was begun by it.
    func endReadingAhead() {
        ahead?.end()
    }

    /// Whether all that is still to be visited is the commit `id`, whose files make the digest `state`, and what it
    /// comes from; of one environment.
    func isOnly(_ id: ObjectID, _ state: [UInt8]) -> Bool {
        states.count == 1 && states[id]?.first?.digest == state
    }

    /// Whether the path of that number may be one of an environment's.
    mutating func concerns(_ number: Int) -> Bool {
        // A file that is followed can come from anywhere.
        followsRenames || owners.concerns(number, line)
    }

    /// What a commit did to one environment.
    private struct Effect {
        /// Of how many parents it has other manifests.
        var touchedParents = 0
        var touchesLock = false
    }

    /// What the history tells of `visit`, of which a child was visited before, if it is not the tip: an entry for each
    /// environment that it did something to, in the order of the names.
    mutating func entries(
        of visit: HistoryLine.Visit, in repository: borrowing Repository
    ) throws(GitError) -> [(name: EnvironmentName, entry: HistoryEntry)] {
        guard let after = states.removeValue(forKey: visit.id) else { return [] }
        let parentCount = max(1, visit.parents.count)
        if parentCount == 1 { return try entries(of: visit, declaring: after, in: repository) }
        return try entries(of: visit, with: parentCount, declaring: after, in: repository)
    }

    /// The same of a commit with one parent or none, where `state` is declared: the usual case, without a copy.
    private mutating func entries(
        of visit: HistoryLine.Visit, declaring state: consuming [DeclaredFiles], in repository: borrowing Repository
    ) throws(GitError) -> [(name: EnvironmentName, entry: HistoryEntry)] {
        let concerned = try concerned(by: visit, since: 0, in: repository)
        var entries: [(name: EnvironmentName, entry: HistoryEntry)] = []
        if !concerned.places.isEmpty {
            let changes =
                if let read = concerned.changes { read } else { try line.changes(of: visit, since: 0, in: repository) }
            for place in concerned.places {
                state[place].beginChanges()
                let touched = state[place].stepBack(
                    through: changes, name: names[place], matcher: matcher, in: repository, packs)
                let components = state[place].changesSinceBegin().map {
                    HistoryEntry.Change(component: $0.component, from: $0.now, to: $0.then)
                }
                if let entry = try entry(
                    of: visit, names[place], changes: touched.manifests ? components : [], touchesLock: touched.lock,
                    in: repository)
                {
                    entries.append((names[place], entry))
                }
            }
        }
        if let next = visit.nexts.first ?? nil, states[next] == nil { states[next] = state }
        return entries
    }

    private mutating func entries(
        of visit: HistoryLine.Visit, with parentCount: Int, declaring state: [DeclaredFiles],
        in repository: borrowing Repository
    ) throws(GitError) -> [(name: EnvironmentName, entry: HistoryEntry)] {
        var after = state
        var effects: [Int: Effect] = [:]
        var before: [[DeclaredFiles]] = []
        for number in 0..<parentCount {
            let concerned = try concerned(by: visit, since: number, in: repository)
            var state = after
            if !concerned.places.isEmpty {
                let changes =
                    if let read = concerned.changes { read } else {
                        try line.changes(of: visit, since: number, in: repository)
                    }
                for place in concerned.places {
                    let touched = state[place].stepBack(
                        through: changes, name: names[place], matcher: matcher, in: repository, packs)
                    effects[place, default: Effect()].touchedParents += touched.manifests ? 1 : 0
                    effects[place, default: Effect()].touchesLock =
                        effects[place, default: Effect()].touchesLock || touched.lock
                }
            }
            before.append(state)
        }
        var entries: [(name: EnvironmentName, entry: HistoryEntry)] = []
        for (place, effect) in effects.sorted(by: { $0.key < $1.key }) {
            var changes: [HistoryEntry.Change] = []
            if effect.touchedParents == parentCount {
                let olds = before.indices.map { before[$0][place].artifacts() }
                changes = Self.changes(from: olds, to: after[place].artifacts())
            }
            if let entry = try entry(
                of: visit, names[place], changes: changes, touchesLock: effect.touchesLock, in: repository)
            {
                entries.append((names[place], entry))
            }
        }
        for case (let next?, let state) in zip(visit.nexts, before) where states[next] == nil { states[next] = state }
        return entries
    }

    /// The places of the names that may have been touched by what `visit` has otherwise than its parent number `parent`;
    /// and that, where it had to be read to tell.
    private mutating func concerned(
        by visit: HistoryLine.Visit, since parent: Int, in repository: borrowing Repository
    ) throws(GitError) -> (places: [Int], changes: [ChangedFile]?) {
        // A file that is followed can come from anywhere.
        guard !followsRenames else { return (Array(names.indices), nil) }
        if let numbers = line.changedPaths(of: visit, since: parent) {
            if numbers.count == 1 { return (owners.places(of: numbers[0], line), nil) }
            return (Set(numbers.flatMap { owners.places(of: $0, line) }).sorted(), nil)
        }
        guard names.count > 1 else { return ([0], nil) }
        let changes = try line.changes(of: visit, since: parent, in: repository)
        return (Set(changes.flatMap { owners.places(of: $0.path) }).sorted(), changes)
    }

    private func entry(
        of visit: HistoryLine.Visit, _ name: EnvironmentName, changes: [HistoryEntry.Change], touchesLock: Bool,
        in repository: borrowing Repository
    ) throws(GitError) -> HistoryEntry? {
        guard touchesLock || !changes.isEmpty else { return nil }
        let commit =
            if let read = ahead?.take(visit.id) ?? packs?.commit(visit.id) { read } else {
                try repository.commit(visit.id)
            }
        let ledger = touchesLock ? Self.ledgerEntry(commit, name) : nil
        guard ledger != nil || !changes.isEmpty else { return nil }
        var recorded: [HistoryEntry.Change] = []
        if changes.isEmpty, let ledger {
            recorded = try Self.changes(in: ledger, after: visit.parents.first, name: name, in: repository)
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
