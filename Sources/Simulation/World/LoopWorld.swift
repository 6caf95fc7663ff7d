import Bootstrap
import FoundationEssentials
import Git
import Programs
import PromotionModel
import Reconciling

/// A fleet in a repository of its own, the people who work on it, and the machines that run the loop over it.
///
/// Everything is chosen by chance from one seed, and nothing happens at the same time: a process stands still at each
/// of its effects until it is chosen to go on.
final class LoopWorld {
    let seed: UInt64
    let sabotage: Sabotage?
    let kind: Kind
    /// The server that the machines and people reach the repository by; `nil` where they have it on their disks.
    let server: SimulatedServer?
    let scratch: ScratchFolder
    let repository: Repository
    let time: VirtualTime
    let staff: Staff
    let text: FleetText

    var chance: Chance
    var rates: FaultRates
    var chronicle: Chronicle
    var replicas: [Replica] = []
    var running: [Running] = []
    /// The newest build of each component.
    var newest: [String: Int] = [:]
    /// Until when nothing can be written.
    var diskFullUntil: Timestamp?
    /// Until when the branch can neither be read nor moved.
    var unreachableUntil: Timestamp?
    /// What each reference was at when it was looked at last.
    var known: [String: ObjectID] = [:]
    /// Whether something was published that need not be recorded any more: by a rollback that did not end, or whose
    /// entry was set back.
    var mayPublishedDiffer = false
    /// How often the operator has accepted the history of a repository or of a copy of it.
    var acceptances = 0
    /// Whether the newest process that ended did so with an error, or lost every race.
    var isFailed = false
    /// Whether what is broken on purpose was broken already, where once is enough.
    var isSabotaged = false

    var step = 0
    var tally = Tally()
    private(set) var trace: [TraceEvent] = []
    private let tell: (TraceEvent) -> Void

    static let watched = "refs/heads/main"
    static let ledger = "refs/heads/towpath/ledger"
    static let evidence = "refs/heads/towpath/evidence"
    /// Where a repository remembers what was seen of the watched branch.
    static let seen = "refs/towpath/seen/main"

    /// Full name of the branch that results are recorded on.
    var recorded: String { chronicle.hasOwnLedger ? Self.ledger : Self.watched }

    static func published(_ environment: String) -> String {
        "refs/heads/env/\(environment)"
    }

    /// Makes the world of `seed`.
    ///
    /// - Parameter tell: Told of everything as it happens.
    /// - Throws: where the scratch folder or the repository cannot be made.
    init(seed: UInt64, sabotage: Sabotage?, tell: @escaping (TraceEvent) -> Void) throws {
        self.seed = seed
        self.sabotage = sabotage
        self.tell = tell
        var chance = Chance(seed: seed)
        scratch = try ScratchFolder()
        let kind = sabotage == nil ? Kind(of: seed) : sabotage == .alarm ? .guarded : .plain
        self.kind = kind
        let isOnServer = kind == .server || kind == .serialServer
        server =
            isOnServer ? SimulatedServer(path: "\(scratch.path)/fleet.git", isAtomic: kind == .server) : nil
        staff = try Staff(in: scratch)
        text = FleetText(omitted: sabotage, staff: staff)
        // Some time of a working week.
        let monday = Timestamp(seconds: 1_795_392_000)
        time = VirtualTime(monday + TimeSpan(seconds: Int64(chance.number(in: 0...5 * 24 * 60)) * 60))
        var rates = chance.fork()
        self.rates = FaultRates(&rates, never: kind.spared, always: kind.wanted)
        var origin = chance.fork()
        var state = FleetState.beginning(&origin)
        state.hasOwnLedger = kind == .ownLedger
        repository = try Repository.create(bareAt: "\(scratch.path)/fleet.git")
        self.chance = chance
        let (commit, tree) = try Self.write(
            text.files(state), instead: [:], on: nil, parents: [], by: staff.people[0].identity, "Begin",
            at: time.now, in: repository)
        chronicle = Chronicle(
            beginning: Chronicle.Link(
                commit: commit, tree: tree, state: state, snapshot: Snapshot(), authors: [staff.people[0].email]))
        try repository.updateReference(Self.watched, to: commit, expecting: nil, message: "begin")
        known[Self.watched] = commit
        for slots in state.environments.values.map(\.slots) {
            for (name, slot) in slots { newest[name] = max(newest[name] ?? 1, slot.build.number) }
        }
        makeReplicas()
        let contracts = state.policies.contracts.sorted { $0.key < $1.key }.map { "\($0.key) from \($0.value.sources)" }
        let place = kind == .plain ? "" : "\(kind.rawValue); "
        note(.action, "world", place + "\(state.publishes ? "publishes; " : "")\(contracts.joined(separator: ", "))")
    }

    private func makeReplicas() {
        let intervals: [Int64] = [30, 300, 3_600, 21_600]
        for number in 1...chance.number(in: 1...3) {
            let settings = settings(of: Staff.service, cache: "cache-\(number)")
            replicas.append(
                Replica(
                    name: "replica-\(number)", clock: MachineClock(time), settings: settings,
                    interval: TimeSpan(seconds: chance.pick(intervals) ?? 30),
                    wake: time.now + TimeSpan(seconds: Int64(number))))
        }
    }

    /// How somebody reaches the repository.
    func settings(of identity: String, cache: String?) -> OperatorSettings {
        var settings = OperatorSettings(
            repository: server == nil ? "\(scratch.path)/fleet.git" : "https://git.example/shop/fleet.git",
            identity: identity, cacheDirectory: cache.map { "\(scratch.path)/\($0)" })
        if let server { settings.remote = RemoteAccess(simulating: server) }
        return settings
    }

    /// The paths of all copies of what is on the server.
    func copies() throws -> [String] {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: scratch.path).sorted().filter { $0.hasPrefix("cache-") }
            .flatMap { cache in
                let folder = "\(scratch.path)/\(cache)/remotes"
                guard files.fileExists(atPath: folder) else { return [String]() }
                return try files.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".git") }
                    .map { "\(folder)/\($0)" }
            }
    }

    /// Adds to the trace.
    func note(_ kind: TraceEvent.Kind, _ actor: String, _ text: String) {
        let event = TraceEvent(step: step, at: time.now, actor: actor, kind: kind, text: text)
        trace.append(event)
        tell(event)
    }

    /// Counts a fault and adds it to the trace.
    func note(_ fault: Fault, _ actor: String, _ text: String) {
        tally.faults[fault.rawValue, default: 0] += 1
        note(.fault, actor, "\(fault.rawValue): \(text)")
    }

    /// Ends every process that still runs, wherever it stands.
    func killAll() {
        for process in running { process.process.kill() }
        running = []
    }
}

extension LoopWorld {
    /// What is special about a world; three in eight are.
    enum Kind: String {
        case plain
        /// Machines and people work on copies of what is on a server.
        case server = "on a server"
        case serialServer = "on a server that moves one branch at a time"
        /// The ledger has a branch of its own, and nobody but the program touches it.
        case ownLedger = "with a ledger of its own"
        /// A history that was set back has to be accepted by the command, and marks of what was seen are lost.
        case guarded = "with histories to accept"

        init(of seed: UInt64) {
            switch seed % 16 {
            case 0, 8: self = .ownLedger
            case 3, 11: self = .guarded
            case 4: self = .server
            case 12: self = .serialServer
            default: self = .plain
            }
        }

        /// Faults that its checkers could not follow.
        var spared: Set<Fault> {
            switch self {
            case .ownLedger: [.rewound, .tampered]
            case .guarded: [.tampered]
            case .plain, .server, .serialServer: []
            }
        }

        /// Faults that it is about.
        var wanted: Set<Fault> {
            self == .guarded ? [.rewound] : []
        }
    }
}

extension LoopWorld {
    /// Writes a commit of `files`, where `old` is what the tree of `base` was made of, and `changes` besides.
    static func write(
        _ files: [String: String], instead old: [String: String], on base: ObjectID?, parents: [ObjectID],
        by identity: String, _ message: String, at instant: Timestamp, changes: [TreeChange] = [],
        in repository: borrowing Repository
    ) throws -> (commit: ObjectID, tree: ObjectID) {
        var edits = changes
        for (path, text) in files.sorted(by: { $0.key < $1.key }) where old[path] != text {
            edits.append(TreeChange(path, .put(try repository.writeBlob(Array(text.utf8)), .blob)))
        }
        for path in old.keys.sorted() where files[path] == nil { edits.append(TreeChange(path, .remove)) }
        let tree = try repository.writeTree(base: base, changes: edits)
        let signature = try signature(identity, at: instant)
        let commit = try repository.writeCommit(
            tree: tree, parents: parents, author: signature, committer: signature, message: message + "\n")
        return (commit, tree)
    }

    /// The signature of `identity`, written `Name <email>`.
    static func signature(_ identity: String, at instant: Timestamp) throws(GitError) -> Signature {
        let parts = identity.split(whereSeparator: { "<>".contains($0) }).map(String.init)
        return Signature(
            try Identity(name: parts[0], email: parts.count > 1 ? parts[1] : ""), seconds: instant.seconds)
    }

    /// Moves `reference` to `commit`, wherever it is.
    func force(_ reference: String, to commit: ObjectID) throws(GitError) {
        let tip = try repository.reference(reference)
        guard tip != commit else { return }
        try repository.updateReference(reference, to: commit, expecting: tip, message: "forced")
    }
}
