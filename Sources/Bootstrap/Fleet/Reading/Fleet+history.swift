import Git
import Observing
import Planning
import Ports
package import PromotionModel
import Recording

/// What became of an acceptance.
package struct AcceptanceReport: Hashable, Sendable {
    /// What becomes of the record of one environment.
    package enum Standing: String, Hashable, Sendable {
        /// The ledger of the accepted history proves its lock.
        case kept
        /// Nothing proves its lock, which is taken over as it stands; its ledger begins anew.
        case renewed
        /// It has no lock there.
        case absent
        /// Its lock cannot be read, or says nothing that could be taken over.
        case unusable
    }

    /// One environment.
    package struct Environment: Hashable, Sendable {
        package let name: EnvironmentName
        package let standing: Standing
    }

    package let alarm: HistoryBreak
    /// Sorted by name.
    package let environments: [Environment]
    /// The commits that record it, oldest first.
    package let commits: [String]
    /// Whether somebody had recorded it before, and only this repository did not know.
    package let isKnown: Bool

    /// Whether nothing is recorded there: the next tick begins the ledger as in a new fleet.
    package var beginsAnew: Bool {
        environments.allSatisfy { $0.standing == .absent }
    }
}

extension Fleet {
    /// What was seen of the watched branch; `nil` where the operator points to something else than a branch.
    ///
    /// Read it before the branch.
    func historyMark() throws(Refusal) -> HistoryMark? {
        do throws(GitError) {
            guard reference.hasPrefix("refs/heads/"), Repository.isValidReferenceName(reference) else { return nil }
            return try HistoryMark(of: reference, in: repository)
        } catch {
            throw Refusal(error)
        }
    }

    /// What was seen of the watched branch and of that which holds the ledger, which may be the same; `nil` where the
    /// operator points to something else than a branch.
    ///
    /// Read them before the branches.
    func historyMarks() throws(Refusal) -> (watched: HistoryMark, ledger: HistoryMark)? {
        guard let mark = try historyMark() else { return nil }
        guard let ledger else { return (mark, mark) }
        do throws(GitError) {
            return (mark, try HistoryMark(of: ledger.branch, following: reference, in: repository))
        } catch {
            throw Refusal(error)
        }
    }

    /// Whether the watched branch, and that of the ledger, follow from where they were seen.
    ///
    /// - Throws: ``Refusal``.
    func hasSeenHistory() throws(Refusal) -> Bool {
        do throws(GitError) {
            let mark = try HistoryMark(of: reference, in: repository)
            guard mark.broken(at: try BranchTip.read(reference, in: repository), in: repository) == nil else {
                return false
            }
            guard let ledger else { return true }
            let own = try HistoryMark(of: ledger.branch, in: repository)
            return try ledger.tip(in: repository).map { own.broken(at: $0, in: repository) == nil } ?? true
        } catch {
            throw Refusal(error)
        }
    }

    /// Moves the mark of the watched branch forward to the commit `tip`, 40 hexadecimal digits; where the ledger has a
    /// branch of its own, `tip` is of that, and the watched branch is remembered as far as it is taken in.
    ///
    /// - Throws: ``Refusal`` if it cannot be written.
    func remember(_ tip: String) throws(Refusal) {
        guard let id = ObjectID(hex: tip) else { return }
        do throws(GitError) {
            guard let ledger else {
                try HistoryMark.advance(reference, to: id, in: repository)
                return
            }
            HistoryMark.follow(ledger.branch, to: id, in: repository)
            try HistoryMark.advance(reference, to: try OwnLedger.last(of: id, in: repository), in: repository)
        } catch {
            throw Refusal(error)
        }
    }

    /// Checks that the watched branch follows from where it was seen.
    ///
    /// - Throws: ``Refusal`` with the way out.
    func requireSeenHistory(_ observation: Observation) throws(Refusal) {
        guard let broken = observation.historyBreak else { return }
        throw Refusal(.badInput, "\(broken.branch) \(broken.account), so nothing moves", hint: broken.advice)
    }

    /// Accepts that the watched branch goes on from where it is, though that does not follow from where it was seen.
    ///
    /// - Returns: `nil` where there is nothing to accept.
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    package borrowing func acceptHistory(reason: String?) throws(Refusal) -> AcceptanceReport? {
        try requireBranch()
        for _ in 0..<Self.attempts {
            guard var mark = try historyMark() else {
                throw Refusal(.badInput, "\(reference.printable) is no branch", hint: "name a branch: --ref main")
            }
            let names = Set(try environmentNames())
            let observation = try observation(proving: names)
            guard let alarm = observation.historyBreak else { return nil }
            if case .untold = alarm.kind, repository.isShallow {
                throw Refusal(.badInput, "\(alarm.branch) \(alarm.account)", hint: "git fetch --unshallow")
            }
            do {
                if let ledger {
                    guard alarm.branch != reference else {
                        if let report = try acceptWatched(alarm, observation, mark, on: ledger, reason) {
                            return report
                        }
                        continue
                    }
                    mark = try HistoryMark(of: ledger.branch, in: repository)
                }
                guard let basis = ObjectID(hex: alarm.tip), mark.seen?.hex == alarm.seen else { continue }
                let writer = AcceptanceWriter(
                    repository: try reopened(), identity: try identity(), publisher: publisher)
                if let former = try writer.former(of: mark, from: basis) {
                    guard try writer.remember(basis, mark) else { continue }
                    return AcceptanceReport(
                        alarm: alarm, environments: Self.standings(observation, renewed: []), commits: [former],
                        isKnown: true)
                }
                let acceptance = HistoryAcceptance(replaced: alarm.seen, reason: reason)
                guard names == Set(observation.environments.map(\.name)) else { continue }
                let commit = try writer.commit(acceptance, of: mark, on: basis, at: clock.now())
                var plans: [EnvironmentPlan] = []
                for environment in observation.environments {
                    if let plan = try renewal(of: environment, acceptance, basis: commit.hex) { plans.append(plan) }
                }
                // What was taken in below the acceptance is not published yet.
                let start = try ledger == nil ? basis : repository.reference(ledgerReference)
                let result = try writer.record(plans, on: commit, mark: mark, expecting: start)
                guard case .recorded(_, let commits, _) = result else { continue }
                return AcceptanceReport(
                    alarm: alarm, environments: Self.standings(observation, renewed: plans.map(\.environment)),
                    commits: commits, isKnown: false)
            } catch {
                throw Refusal(any: error)
            }
        }
        throw Refusal(.lostRace, "\(reference) moved \(Self.attempts) times meanwhile", hint: "try again")
    }

    /// Accepts for a ledger with a branch of its own that the watched branch goes on from where it is.
    ///
    /// - Returns: `nil` where somebody else moved a branch meanwhile.
    /// - Throws: ``Refusal``, ``GitError``.
    private borrowing func acceptWatched(
        _ alarm: HistoryBreak, _ observation: Observation, _ mark: HistoryMark, on ledger: OwnLedger, _ reason: String?
    ) throws -> AcceptanceReport? {
        guard let tip = try ledger.tip(in: repository), let watched = ObjectID(hex: alarm.tip) else { return nil }
        let writer = AcceptanceWriter(repository: try reopened(), identity: try identity(), publisher: publisher)
        let standings = Self.standings(observation, renewed: [])
        if try OwnLedger.last(of: tip, in: repository) == watched {
            // Somebody accepted it before, and only this repository did not know.
            guard try writer.remember(watched, mark) else { return nil }
            return AcceptanceReport(alarm: alarm, environments: standings, commits: [tip.hex], isKnown: true)
        }
        let result = try writer.record(
            HistoryAcceptance(replaced: alarm.seen, reason: reason), of: mark, at: watched, on: ledger, tip: tip,
            instant: clock.now())
        guard case .recorded(_, let commits, _) = result else { return nil }
        return AcceptanceReport(alarm: alarm, environments: standings, commits: commits, isKnown: false)
    }

    /// The entry that begins the ledger of `environment` anew with what its lock says; `nil` where its ledger proves
    /// the lock, or there is none that can be read.
    private borrowing func renewal(
        of environment: ObservedEnvironment, _ acceptance: HistoryAcceptance, basis: String
    ) throws(Refusal) -> EnvironmentPlan? {
        guard case .disproved(let found, _) = environment.record else { return nil }
        let changes = found.components.sorted { $0.key < $1.key }.map { name, component in
            Promotion.Change(component: name, from: nil, to: component.artifact, supersedes: component.promotion)
        }
        let configuration = found.configuration.map {
            Promotion.ConfigurationChange(from: nil, to: $0.digest, supersedes: $0.promotion)
        }
        let id = Fingerprint.promotion(
            environment: environment.name, changes: changes, configuration: configuration)
        var item = LedgerEntry.Item(promotion: id, result: .adopted)
        item.artifacts = found.components.mapValues(\.artifact)
        item.configuration = found.configuration?.digest
        item.supersedes = Set(changes.compactMap(\.supersedes) + [configuration?.supersedes].compactMap(\.self))
            .sorted()
        var entry = try entry(environment.name, basis: basis)
        entry.items = [item]
        entry.holds = found.holds.sorted { $0.key < $1.key }.map(\.value)
        entry.acceptance = acceptance
        let record = EnvironmentRecord(environment: environment.name).applying(entry)
        // Nothing to take over: the lock says nothing.
        guard record != found else { return nil }
        return EnvironmentPlan(
            environment: environment.name, actions: [], entry: entry,
            before: EnvironmentRecord(environment: environment.name), record: record, publication: nil,
            components: [], wakeUps: [])
    }

    private static func standings(
        _ observation: Observation, renewed: [EnvironmentName]
    ) -> [AcceptanceReport.Environment] {
        observation.environments.map { environment in
            let standing: AcceptanceReport.Standing =
                switch environment.record {
                case .present: .kept
                case .absent: .absent
                case .disproved where renewed.contains(environment.name): .renewed
                case .disproved, .unreadable: .unusable
                }
            return AcceptanceReport.Environment(name: environment.name, standing: standing)
        }
    }
}
