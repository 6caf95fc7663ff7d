package import Git
import Synchronization

/// The references of a remote, moved by compare-and-swap: a push with a lease on the value that was seen.
///
/// A push counts as done only if the server said so of each reference, or if the remote is seen to have the commit.
/// What a server says in words decides nothing.
package final class RemoteReferences: ReferencePublisher {
    private let mirror: Mirror
    private let refresh: @Sendable (Set<String>) throws(GitError) -> Void
    private let state = Mutex(State())

    private struct State {
        var prepared: [String: ReferenceUpdate] = [:]
        /// Between lost races, so that writers who lose together do not come back together.
        var pause = Backoff(first: .milliseconds(60), longest: .seconds(2))
    }

    /// - Parameter refresh: Brings the mirror to where the remote is; told which references have to be there.
    package init(
        _ mirror: Mirror, refreshing refresh: @escaping @Sendable (Set<String>) throws(GitError) -> Void
    ) {
        self.mirror = mirror
        self.refresh = refresh
    }

    package func forget(_ name: String) {
        state.withLock { $0.prepared[name] = nil }
    }

    package func prepare(
        _ update: ReferenceUpdate, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer {
        guard try repository.reference(update.name) == update.expected else { return .lostRace }
        try Self.requireSuccession(update, in: repository)
        state.withLock { $0.prepared[update.name] = update }
        return .moved
    }

    package func move(
        _ update: ReferenceUpdate?, with names: Set<String>, in repository: borrowing Repository
    ) throws(GitError) -> ReferenceAnswer {
        var updates = state.withLock { state in names.sorted().compactMap { state.prepared[$0] } }
        if let update {
            try Self.requireSuccession(update, in: repository)
            updates.append(update)
        }
        guard !updates.isEmpty else { return .moved }
        let answer = try push(updates, isAtomic: updates.count > 1)
        switch answer {
        case .moved: state.withLock { state in for name in names { state.prepared[name] = nil } }
        case .lostRace: wait()
        case .declined: break
        }
        return answer
    }

    /// Waits a little, longer each time.
    private func wait() {
        var pause = state.withLock { $0.pause }
        pause.wait()
        state.withLock { $0.pause = pause }
    }

    /// How often a push is made that had no effect.
    private static let attempts = 3

    private func push(_ updates: [ReferenceUpdate], isAtomic: Bool) throws(GitError) -> ReferenceAnswer {
        let names = updates.map(\.name)
        var pause = Backoff(first: .milliseconds(400))
        for attempt in 1... {
            let report = try mirror.remote.push(updates, isAtomic: isAtomic, from: mirror.path)
            if report.accepts(names) {
                mirror.adopt(updates)
                return .moved
            }
            // Refused, or nobody knows: what the remote has now is what counts.
            switch try findings(updates, after: report) {
            case .allThere: return .moved
            case .elsewhere: return .lostRace
            case .untouched: break
            }
            if isAtomic, report.lacksAtomicity { return try pushInOrder(updates) }
            guard attempt < Self.attempts, !report.isTimedOut else {
                // One refusal may be no more than another writer's lock, so several have to be the same.
                if report.answers(names) { return .declined(report.reasons) }
                throw GitError(
                    operation: "push to \(mirror.remote.address)", code: .unreachable,
                    message: "\(report.words); nothing has changed there", hint: "try again")
            }
            pause.wait()
        }
        preconditionFailure("the loop has no end of its own")
    }

    /// One after the other, what a record speaks of first.
    private func pushInOrder(_ updates: [ReferenceUpdate]) throws(GitError) -> ReferenceAnswer {
        for update in updates {
            let answer = try push([update], isAtomic: false)
            guard answer == .moved else { return answer }
        }
        return .moved
    }

    private enum Finding {
        case allThere
        case untouched
        /// At least one reference is where nobody here meant it to be.
        case elsewhere
    }

    /// Where the references are, now that the remote was read again.
    private func findings(_ updates: [ReferenceUpdate], after report: PushReport) throws(GitError) -> Finding {
        do throws(GitError) {
            try refresh(Set(updates.map(\.name)))
        } catch {
            throw GitError(
                operation: error.operation, code: error.code,
                message: "\(error.message); before that, \(report.words): what became of the push is not known",
                hint: "run the same command again: what was accepted is found, and not done twice")
        }
        let repository = try Repository.open(at: mirror.path)
        var there = 0
        var untouched = 0
        for update in updates {
            let now = try repository.reference(update.name)
            if now == update.expected {
                untouched += 1
            } else if let now {
                let isThere = try now == update.id ? true : repository.isAncestor(update.id, of: now)
                there += isThere ? 1 : 0
            }
        }
        if there == updates.count { return .allThere }
        return untouched == updates.count ? .untouched : .elsewhere
    }

    /// The most commits of one push: far more than environments have something to record in one tick.
    private static let longestLine = 10_000

    /// Checks that `update` adds to what was seen and takes nothing away: its first parents lead there.
    private static func requireSuccession(
        _ update: ReferenceUpdate, in repository: borrowing Repository
    ) throws(GitError) {
        guard let expected = update.expected else { return }
        var id = update.id
        for _ in 0..<longestLine {
            if id == expected { return }
            guard let parent = try repository.commit(id).parents.first else { break }
            id = parent
        }
        throw GitError(
            operation: "push \(update.name)", code: .invalid,
            message: "\(update.id.short) does not follow \(expected.short), which is there")
    }
}

extension PushReport {
    /// Why nothing was accepted, in the server's words.
    fileprivate var reasons: String {
        let refusals = Set(
            answers.values.compactMap { answer in if case .refused(let reason) = answer { reason } else { nil } })
        return (refusals.sorted() + [words]).joined(separator: "; ")
    }
}
