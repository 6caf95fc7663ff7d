import Git
import PromotionModel

/// What people do: push to the watched branch, run commands, and now and then what they had better not.
extension LoopWorld {
    /// Somebody pushes a change.
    func develop() throws {
        guard let author = chance.pick(staff.authors) else { return }
        switch chance.pick(weighted: [(30, 0), (rates[.tampered] / 8, 1), (4, 2)]) {
        case 1: try tamper(author)
        case 2: try mergeStale(author)
        default:
            let developer = Developer(state: chronicle.newest.state, now: time.now, newest: newest)
            guard let change = developer.change(&chance) else { return }
            try push(change, by: author)
        }
    }

    /// Pushes `change` on top of what is there.
    func push(_ change: Developer.Change, by author: Staff.Person) throws {
        let tip = chronicle.newest
        var state = tip.state
        change.apply(&state)
        try push(state, tree: nil, parents: [tip.commit], authors: [author.email], by: author, change.text)
    }

    /// Pushes what makes `state`, on top of the tip.
    ///
    /// - Parameter changes: What changes beside the files of the state: locks.
    private func push(
        _ state: FleetState, tree changes: [TreeChange]?, parents: [ObjectID], authors: Set<String>,
        mergers: Set<String> = [], by person: Staff.Person, _ message: String
    ) throws {
        let tip = chronicle.newest
        let written = try Self.write(
            text.files(state), instead: text.files(tip.state), on: tip.tree, parents: parents, by: person.identity,
            message, at: time.now, changes: changes ?? [], in: repository)
        guard written.tree != tip.tree else { return }
        try repository.updateReference(
            Self.watched, to: written.commit, expecting: tip.commit, message: "push")
        var link = Chronicle.Link(
            commit: written.commit, tree: written.tree, state: state, snapshot: tip.snapshot, authors: authors,
            mergers: mergers)
        if state.policies != tip.state.policies { link.formerPolicies = tip.state.policies }
        for name in state.names where !chronicle.hasOwnLedger {
            let lock = try repository.entry(at: "environments/\(name)/environment.lock", in: written.tree)?.id
            link.snapshot.environments[name, default: .init()].isTampered =
                lock != link.snapshot[name].lock
        }
        chronicle.push(link)
        known[Self.watched] = written.commit
        for environment in state.environments.values {
            for (name, slot) in environment.slots { newest[name] = max(newest[name] ?? 1, slot.build.number) }
        }
        tally.pushes += 1
        note(.action, person.name, "pushes \(written.commit.short): \(message)")
    }

    /// Merges a topic that began some commits ago.
    private func mergeStale(_ author: Staff.Person) throws {
        let watched = chronicle.watched
        let fork = watched[chance.number(in: max(0, watched.count - 6)...watched.count - 1)]
        let developer = Developer(state: fork.state, now: time.now, newest: newest)
        guard let change = developer.change(&chance), let merger = chance.pick(staff.authors) else { return }
        var there = fork.state
        change.apply(&there)
        var here = chronicle.newest.state
        change.apply(&here)
        let topic = try Self.write(
            text.files(there), instead: text.files(fork.state), on: fork.tree, parents: [fork.commit],
            by: author.identity, change.text, at: time.now, in: repository)
        guard topic.tree != fork.tree, topic.commit != chronicle.newest.commit else { return }
        try push(
            here, tree: nil, parents: [chronicle.newest.commit, topic.commit], authors: [author.email],
            mergers: [merger.email], by: merger,
            "merges \(topic.commit.short), forked at \(fork.commit.short): \(change.text)")
    }

    /// Edits a lock by hand, takes an entry back as if it were any commit, or puts right what was done so.
    private func tamper(_ author: Staff.Person) throws {
        let tip = chronicle.tip
        let tampered = tip.state.names.filter { tip.snapshot[$0].isTampered }
        guard tampered.isEmpty else { return try restore(tampered, by: author) }
        guard let name = chance.pick(tip.state.names.filter { tip.snapshot[$0].lock != nil }),
            let lock = tip.snapshot[name].lock
        else { return }
        let path = "environments/\(name)/environment.lock"
        var blob: ObjectID?
        if chance.happens(500) {
            let older = chronicle.chain.map { $0.snapshot[name].lock }.last { $0 != nil && $0 != lock }
            blob = older ?? nil
        } else {
            let bytes = try repository.blob(lock, limit: 1 << 20)
            let text = String(decoding: bytes, as: UTF8.self)
            let edited = text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.hasSuffix("health: assumed") ? String($0.replacing("assumed", with: "healthy")) : String($0) }
            blob = try repository.writeBlob(Array(edited.joined(separator: "\n").utf8))
        }
        guard let blob, blob != lock else { return }
        note(.tampered, author.name, "edits \(path)")
        try push(
            tip.state, tree: [TreeChange(path, .put(blob, .blob))], parents: [tip.commit], authors: [author.email],
            by: author, "edit the lock of \(name)")
    }

    /// Puts the locks of `names` back as their ledger left them.
    func restore(_ names: [String], by author: Staff.Person) throws {
        let tip = chronicle.tip
        let changes = names.compactMap { name in
            tip.snapshot[name].lock.map { TreeChange("environments/\(name)/environment.lock", .put($0, .blob)) }
        }
        try push(
            tip.state, tree: changes, parents: [tip.commit], authors: [author.email], by: author,
            "put back the lock of \(names.joined(separator: ", "))")
    }

    /// Somebody starts a command.
    func command() throws {
        guard running.count(where: { $0.replica == nil }) < 2, let person = chance.pick(staff.managers) else { return }
        let tip = chronicle.tip
        let approvable = tip.state.names.filter { name in
            tip.state.policies.contracts[name]?.approvals != nil && tip.snapshot[name].folded?.pending.isEmpty == false
        }
        let held = tip.state.names.filter { !tip.snapshot[$0].holds.isEmpty }
        let name = chance.pick(tip.state.names) ?? "dev"
        let component = chance.happens(600) ? chance.pick(tip.state.environments[name]?.slots.keys.sorted() ?? []) : nil
        let job: Job
        switch chance.pick(weighted: [
            (approvable.isEmpty ? 0 : 24, 0), (approvable.isEmpty ? 0 : 3, 1), (2, 2), (held.isEmpty ? 0 : 6, 3),
            (chronicle.hasOwnLedger ? 0 : 2, 4), (try isRewritten() ? 12 : 0, 5),
        ]) {
        case 0: job = .consent(environment: chance.pick(approvable) ?? name, kind: .approval)
        case 1: job = .consent(environment: chance.pick(approvable) ?? name, kind: .revocation)
        case 3:
            let environment = chance.pick(held) ?? name
            let scope = chance.pick(tip.snapshot[environment].holds.keys.sorted()) ?? "*"
            job = .release(environment: environment, component: scope == "*" ? nil : scope)
        case 4: job = .rollback(environment: name, component: component)
        case 5: job = .acceptHistory
        default:
            let span = TimeSpan(seconds: Int64(chance.number(in: 1...24)) * 1_800)
            job = .hold(
                environment: name, component: component, until: chance.happens(700) ? time.now + span : nil)
        }
        start(job, as: person)
    }
}
