import Bootstrap
import Git
import Programs
import PromotionModel
import Reconciling

/// Processes: how they are started, go on from effect to effect, and end.
extension LoopWorld {
    /// Starts the command of a person.
    func start(_ job: Job, as person: Staff.Person) {
        // Who runs two commands at once has two terminals, and two copies of what is on a server.
        let isBusy = running.contains { $0.actor == person.name }
        let cache = server == nil ? nil : "cache-\(person.name)" + (isBusy ? "-\(step)" : "")
        let settings = settings(of: person.identity, cache: cache)
        let (clock, key) = (MachineClock(time), person.keyFile)
        let process = SimulatedProcess { job.run(settings, clock: clock, key: key) }
        running.append(
            Running(
                actor: person.name, job: job, process: process, identity: person.identity, replica: nil,
                knownEvidence: chronicle.consents.count, lookedAt: chronicle.moves))
        note(.action, person.name, "runs \(job.description)")
    }

    /// Starts a tick of the replica at `index`.
    func start(replica index: Int, repairs: Bool = false) {
        precondition(!replicas[index].isRunning, "a replica ticks once at a time")
        replicas[index].isRunning = true
        let job = Job.reconcile(repairs: repairs)
        let (settings, clock) = (replicas[index].settings, replicas[index].clock)
        let process = SimulatedProcess { job.run(settings, clock: clock, key: nil) }
        running.append(
            Running(
                actor: replicas[index].name, job: job, process: process, identity: Staff.service, replica: index,
                knownEvidence: chronicle.consents.count, lookedAt: chronicle.moves))
        let error = clock.error
        note(
            .action, replicas[index].name,
            job.description + (error.seconds == 0 ? "" : ", its clock at \(clock.now())"))
        tally.ticks += 1
    }

    /// Lets the process at `index` go on, until it ends or is made to pause.
    ///
    /// - Throws: ``Violation``; ``GitError`` where the world itself cannot be read.
    func advance(_ index: Int) throws {
        while true {
            let answer = running[index].answer
            running[index].answer = nil
            if running[index].isLooking, answer?.error == nil { running[index].lookedAt = chronicle.moves }
            let stop = running[index].process.proceed(server == nil ? answer?.error : answer?.remoteError)
            let current = running[index]
            switch stop {
            case .ended(let outcome):
                running.remove(at: index)
                try inspect(current)
                try acceptHistory()
                try end(current, outcome)
                return
            case .will(let effect), .did(let effect):
                if case .will(.readReference(Self.seen)) = stop { try lookBack(index) }
                if Self.isMemory(effect) { continue }
                guard case .will = stop else {
                    if try finish(effect, index) { return }
                    continue
                }
                if case .moveReference(let name, let from, _) = effect { try breakBefore(moving: name, from: from) }
                running[index].isLooking =
                    effect == .listRemote || (server == nil && effect == .readReference(Self.watched))
                if effect == .readReference(recorded) { running[index].hasCompared = running[index].sawRewritten }
                guard let fault = try fault(before: effect, of: current) else { continue }
                if fault == .crash { return crash(index, "before it would \(Self.text(effect))") }
                running[index].answer = fault
                if fault == .pause { return }
            }
        }
    }

    /// Notes whether the process at `index` is about to see that the branch was set back.
    private func lookBack(_ index: Int) throws {
        running[index].sawRewritten = try isRewritten()
        if !running[index].sawRewritten { running[index].hasCompared = false }
        guard sabotage == .alarm, running[index].sawRewritten, let seen = try repository.reference(Self.seen) else {
            return
        }
        try repository.deleteReference(Self.seen, expecting: seen)
    }

    /// What comes of an effect that is done; true where the process is gone after it.
    private func finish(_ effect: RepositoryEffect, _ index: Int) throws -> Bool {
        let current = running[index]
        try breakAfter(effect, current)
        try inspect(current)
        note(.effect, current.actor, "did \(Self.text(effect))")
        if chance.happens(rates[.crash]) {
            crash(index, "after it did \(Self.text(effect))")
            return true
        }
        if Reach(effect, isRemote: server != nil).isMove, chance.happens(rates[.answerLost]) {
            note(.answerLost, current.actor, Self.text(effect))
            running[index].answer = .answerLost
        }
        return false
    }

    /// Whether `effect` is about the mark of what was seen of the branch: no fault strikes there.
    private static func isMemory(_ effect: RepositoryEffect) -> Bool {
        switch effect {
        case .readReference(let name), .moveReference(let name, _, _): name.hasPrefix("refs/towpath/seen/")
        case .writeObject, .writePack, .listRemote, .fetch, .push: false
        }
    }

    /// What goes wrong with `effect`, told to nobody but the trace.
    private func fault(before effect: RepositoryEffect, of current: Running) throws -> Fault? {
        if sabotage == .unrecorded, case .moveReference(Self.watched, _, _) = effect, current.replica != nil,
            chronicle.tip.snapshot.isBegun
        {
            return .refused
        }
        let reach = Reach(effect, isRemote: server != nil)
        if reach.needsRoom, diskFullUntil.map({ time.now < $0 }) ?? false { return .diskFull }
        if reach.needsServer, unreachableUntil.map({ time.now < $0 }) ?? false { return .unreachable }
        let isMove = reach.isMove
        let kinds = reach.faults
        for kind in kinds where chance.happens(isMove ? rates[kind] * 2 : rates[kind] / 4) {
            switch kind {
            case .moved:
                note(kind, "world", "somebody is quicker than \(current.actor)")
                try develop()
                return nil
            case .rewound:
                try rewind()
                return nil
            case .pause, .crash: break
            default: note(kind, current.actor, Self.text(effect))
            }
            return kind
        }
        return nil
    }

    private func crash(_ index: Int, _ where: String) {
        let current = running.remove(at: index)
        note(.crash, current.actor, `where`)
        current.process.kill()
        if case .rollback = current.job { mayPublishedDiffer = true }
        if let replica = current.replica { replicas[replica].restart(at: time.now) }
    }

    /// Takes in what an ended process says, and sends a replica to sleep.
    private func end(_ current: Running, _ outcome: JobOutcome) throws(Violation) {
        note(.result, current.actor, outcome.text)
        isFailed = outcome.isFailure
        for commit in outcome.commits where !isAccounted(commit) {
            throw Violation(
                .nothingLost, "\(current.actor) was told that \(commit.prefix(8)) is recorded, and it is not")
        }
        for commit in outcome.evidence where chronicle.consentCount(at: commit) == nil {
            throw Violation(.nothingLost, "\(current.actor) was told that \(commit.prefix(8)) is stored, and it is not")
        }
        if case .rollback = current.job, outcome.isFailure { mayPublishedDiffer = true }
        guard let index = current.replica else { return }
        replicas[index].sleep(after: outcome.event, at: time.now, isDeaf: sabotage == .deaf)
    }

    /// Whether `commit` is on the branch, or was until an operator took it off.
    private func isAccounted(_ commit: String) -> Bool {
        chronicle.chain.contains { $0.commit.hex == commit } || chronicle.rewound.contains { $0.hex == commit }
    }

    /// Looks at every branch and takes in what `current` did to it.
    func inspect(_ current: Running) throws {
        let evidence = try repository.reference(Self.evidence)
        if let evidence, evidence != known[Self.evidence] {
            let found = try EvidenceCheck(known: known[Self.evidence]).follow(to: evidence, in: repository)
            for (commit, consents) in found { chronicle.add(consents, at: commit) }
            try requireAccepted(current, moving: Self.evidence)
            known[Self.evidence] = evidence
            tally.consents += found.count
        }
        for name in chronicle.tip.state.names where chronicle.tip.state.publishes {
            let branch = Self.published(name)
            guard let tip = try repository.reference(branch), tip != known[branch] else { continue }
            let isRollback = if case .rollback = current.job { true } else { false }
            try PublicationCheck(environment: name, identity: current.identity, isRollback: isRollback)
                .follow(from: known[branch], to: tip, chronicle, in: repository)
            try requireAccepted(current, moving: branch)
            known[branch] = tip
            tally.publications += 1
        }
        if chronicle.hasOwnLedger, try repository.reference(Self.watched) != chronicle.newest.commit {
            throw Violation(.nothingLost, "\(current.actor) moved the watched branch, which has no ledger")
        }
        guard let tip = try repository.reference(recorded) else {
            if known[recorded] == nil { return }
            throw Violation(.nothingLost, "\(recorded) is gone")
        }
        guard tip != known[recorded] else { return }
        try requireAccepted(current, moving: recorded)
        let check = EntryCheck(
            identity: current.identity, accepts: current.job.isAcceptance, knownEvidence: current.knownEvidence,
            lookedAt: current.lookedAt, text: text,
            phantomHolds: sabotage == .hold ? ["staging"] : [])
        let finding = try check.follow(&chronicle, to: tip, in: repository)
        known[recorded] = tip
        tally.commits += finding.commits
        tally.promotions += finding.promotions
    }

    /// Whoever saw that the history was set back moves nothing before it is accepted.
    private func requireAccepted(_ current: Running, moving branch: String) throws(Violation) {
        // The mark is also listed among its neighbours, by who does not compare it with anything.
        guard current.sawRewritten, current.hasCompared || branch == recorded, !current.job.isAcceptance else { return }
        throw Violation(.accepted, "\(current.actor) moved \(branch) on a history that nobody had accepted")
    }

    static func text(_ effect: RepositoryEffect) -> String {
        switch effect {
        case .readReference(let name): "read \(name)"
        case .writeObject(let kind): "write a \(kind.rawValue)"
        case .writePack(let count): "write \(count) objects"
        case .listRemote: "list the branches of the server"
        case .fetch(let names): "fetch \(names.joined(separator: ", "))"
        case .push(let updates):
            "push "
                + updates.map { "\($0.name) from \($0.expected?.short ?? "nothing") to \($0.id.short)" }
                .joined(separator: ", ")
        case .moveReference(let name, let from, let to):
            "move \(name) from \(from?.short ?? "nothing") to \(to?.short ?? "nothing")"
        }
    }
}
