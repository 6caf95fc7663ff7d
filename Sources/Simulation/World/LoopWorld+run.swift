import Git
import PromotionModel

/// The scheduler: what happens next, and how it all comes to rest.
extension LoopWorld {
    private enum Choice {
        case goOn, tick, duplicate, develop, command, pass, clock, disk, server, rewind, forget
    }

    /// Lets `count` things happen.
    ///
    /// - Throws: ``Violation``; ``GitError`` where the world itself cannot be read.
    func run(steps count: Int) throws {
        for _ in 0..<count {
            step += 1
            time.pass(TimeSpan(seconds: Int64(chance.number(in: 0...3))))
            try act()
        }
    }

    private func act() throws {
        let due = replicas.indices.filter { !replicas[$0].isRunning && replicas[$0].wake <= time.now }
        let idle = replicas.indices.filter { !replicas[$0].isRunning }
        let choices: [(weight: Int, item: Choice)] = [
            (running.isEmpty ? 0 : 30, .goOn), (due.isEmpty ? 0 : 20, .tick),
            (idle.isEmpty ? 0 : 1 + rates[.duplicate] / 20, .duplicate), (14, .develop),
            (isConsentAwaited ? 14 : 4, .command), (12, .pass),
            (rates[.clockAhead] / 20 + rates[.clockBack] / 20, .clock), (rates[.diskFull] / 20, .disk),
            (rates[.unreachable] / 20, .server), (rates[.rewound] / 40, .rewind), (kind == .guarded ? 1 : 0, .forget),
        ]
        switch chance.pick(weighted: choices) {
        case .goOn: try advance(chance.number(in: 0...running.count - 1))
        case .tick: if let index = chance.pick(due) { try tick(index) }
        case .duplicate:
            guard let index = chance.pick(idle) else { return }
            note(.duplicate, replicas[index].name, "somebody says that something happened")
            replicas[index].trigger(at: time.now)
            try tick(index)
        case .develop: try develop()
        case .command:
            try command()
            if let index = running.indices.last, running[index].replica == nil { try advance(index) }
        case .pass: pass()
        case .clock: setClock()
        case .disk:
            let end = time.now + TimeSpan(seconds: Int64(chance.number(in: 10...600)))
            diskFullUntil = end
            note(.diskFull, "world", "until \(end)")
        case .server:
            let end = time.now + TimeSpan(seconds: Int64(chance.number(in: 10...3_600)))
            unreachableUntil = end
            note(.unreachable, "world", "the server is silent until \(end)")
        case .rewind: try rewind()
        case .forget: try forget()
        }
    }

    /// Whether something waits where people have to consent.
    private var isConsentAwaited: Bool {
        let tip = chronicle.tip
        return tip.state.policies.contracts.contains { name, contract in
            contract.approvals != nil && tip.snapshot[name].folded?.pending.isEmpty == false
        }
    }

    private func tick(_ index: Int) throws {
        start(replica: index, repairs: chance.happens(30))
        try advance(running.count - 1)
    }

    /// Nothing happens for a while.
    private func pass() {
        let wake = replicas.filter { !$0.isRunning }.map(\.wake).min()
        switch chance.pick(weighted: [(3, 0), (4, 1), (3, 2), (4, 3), (1, 4)]) {
        case 0: time.pass(TimeSpan(seconds: Int64(chance.number(in: 1...59))))
        case 1: time.pass(TimeSpan(seconds: Int64(chance.number(in: 1...30)) * 60))
        case 2: time.pass(TimeSpan(seconds: Int64(chance.number(in: 1...8)) * 3_600))
        case 3: if let wake { time.pass(until: wake) }
        default: time.pass(TimeSpan(seconds: Int64(chance.number(in: 1...3)) * 86_400))
        }
    }

    private func setClock() {
        guard let replica = chance.pick(replicas) else { return }
        guard replica.clock.error.seconds == 0 else {
            replica.clock.error = TimeSpan(seconds: 0)
            note(.action, replica.name, "its clock is set right")
            return
        }
        let spans: [Int64] = [2, 90, 1_200, 7_200, 90_000]
        let span = chance.pick(spans) ?? 2
        let isAhead = rates[.clockBack] == 0 || (rates[.clockAhead] > 0 && chance.happens(500))
        replica.clock.error = TimeSpan(seconds: isAhead ? span : -span)
        note(isAhead ? .clockAhead : .clockBack, replica.name, "by \(TimeSpan(seconds: span))")
    }

    /// The most ticks that a world may need to come to rest.
    private static let patience = 240

    /// Puts everything right, and expects all that is permitted to land in time.
    ///
    /// - Throws: ``Violation``; ``GitError`` where the world itself cannot be read.
    func settle() throws {
        step += 1
        rates = FaultRates()
        (diskFullUntil, unreachableUntil) = (nil, nil)
        for replica in replicas { replica.clock.error = TimeSpan(seconds: 0) }
        note(.action, "world", "nothing goes wrong any more")
        while let index = running.indices.first {
            running[index].answer = nil
            try advance(index)
        }
        try acceptHistory()
        try acceptRewritten()
        let tampered = chronicle.tip.state.names.filter { chronicle.tip.snapshot[$0].isTampered }
        if !tampered.isEmpty { try restore(tampered, by: staff.people[0]) }
        let developer = Developer(state: chronicle.newest.state, now: time.now, newest: newest)
        if let mending = developer.mending { try push(mending, by: staff.people[0]) }
        try rest()
        if mayPublishedDiffer, chronicle.tip.state.publishes {
            start(replica: 0, repairs: true)
            try advance(running.count - 1)
            try rest()
        }
        try checkPublished()
    }

    /// Lets the replicas tick as they want to until nothing moves and nothing can.
    private func rest() throws {
        // Each replica has to look once after the last thing that happened.
        var restless = Set(replicas.indices)
        for _ in 0..<Self.patience {
            if restless.isEmpty {
                guard let next = RestCheck(chronicle: chronicle).nextArrival(after: time.now) else { return }
                time.pass(until: next)
            }
            // Who has looked and has nothing to do looks again and again; only who has not is waited for.
            let waited = restless.isEmpty ? Set(replicas.indices) : restless
            guard let index = waited.min(by: { (replicas[$0].wake, $0) < (replicas[$1].wake, $1) }) else { return }
            step += 1
            time.pass(until: replicas[index].wake)
            let (tip, accepted) = (chronicle.tip.commit, acceptances)
            start(replica: index)
            try advance(running.count - 1)
            if let last = trace.last(where: { $0.kind == .result }), isFailed {
                throw Violation(.liveness, "\(replicas[index].name) fails without a fault: \(last.text)")
            }
            // Who was alarmed by a history that somebody has accepted meanwhile has to look once more, too.
            if chronicle.tip.commit != tip || acceptances != accepted {
                restless = Set(replicas.indices)
                continue
            }
            restless.remove(index)
            try checkLiveness(of: index)
        }
        throw Violation(.liveness, "after \(Self.patience) ticks without a fault it has not come to rest")
    }

    /// Nothing permitted was left, and the replica looks again in time for the next that will be.
    private func checkLiveness(of index: Int) throws(Violation) {
        guard chronicle.ahead == 0 else {
            throw Violation(.liveness, "\(replicas[index].name) leaves \(chronicle.ahead) pushes that are not taken in")
        }
        let rest = RestCheck(chronicle: chronicle)
        let left = rest.permitted(at: time.now)
        guard left.isEmpty else {
            throw Violation(
                .liveness, "\(replicas[index].name) leaves what is permitted: \(left.joined(separator: "; "))")
        }
        guard let next = rest.nextArrival(after: time.now) else { return }
        guard replicas[index].wake <= next + TimeSpan(seconds: 1) else {
            throw Violation(
                .liveness,
                "\(replicas[index].name) looks again at \(replicas[index].wake), and "
                    + "\(rest.permitted(at: next).joined(separator: "; ")) is permitted at \(next)")
        }
    }

    /// In the end, what is published is what is recorded.
    private func checkPublished() throws {
        guard chronicle.tip.state.publishes else { return }
        for name in chronicle.tip.state.names {
            guard let tip = known[Self.published(name)] else { continue }
            let published = try PublicationCheck.artifacts(of: name, at: tip, in: repository)
            let recorded = chronicle.tip.snapshot[name].recorded.mapValues(\.artifact)
            // What a rollback left unrecorded stays published until somebody takes it away.
            let components = Set(recorded.keys).union(mayPublishedDiffer ? [] : Set(published.keys)).sorted()
                .filter { published[$0] != recorded[$0] }
            guard !components.isEmpty else { continue }
            throw Violation(
                .published,
                "the branch of \(name) ends with "
                    + components.map { "\($0) \(published[$0] ?? "absent")" }.joined(separator: ", ") + ", recorded is "
                    + components.map { recorded[$0] ?? "nothing" }.joined(separator: ", "))
        }
    }
}
