import Acting
import Git
import LedgerFormat
import Observing
package import Planning
import Ports
package import PromotionModel
import Reconciling
import Recording

/// What became of a rollback.
package struct RollbackReport: Hashable, Sendable {
    package let rollback: PromotionSelection.Rollback
    package let promotion: Promotion
    package let recorded: RecordedCommit
}

extension Fleet {
    /// Brings `components` of `name` back to the last known good set: one commit that edits the manifests, records the
    /// result and holds the components, so that nothing brings the bad version again by itself.
    ///
    /// - Throws: ``Refusal``; then nothing is recorded.
    package borrowing func rollback(
        _ name: EnvironmentName, components: [ComponentName], on terms: HoldTerms
    ) throws(Refusal) -> RollbackReport {
        try requireBranch()
        guard ledger == nil else {
            throw Refusal(
                .badInput,
                "the ledger has a branch of its own, so manifests on \(reference) are changed by pull requests alone",
                hint: "stop what is bad: towpath hold \(name) --reason \"…\"; then revert the pull request that "
                    + "brought it, and lift the hold when that is merged")
        }
        for _ in 0..<Self.attempts {
            let observation = try observation(proving: [name])
            try requireSeenHistory(observation)
            let observed = try environment(name, in: observation)
            let before = try knownRecord(observed)
            for component in components { try requireComponent(component, of: name, among: before.components.keys) }
            do {
                guard let basis = ObjectID(hex: observation.basis) else {
                    throw Refusal(.internalError, "the basis is no commit id")
                }
                let entries = try LedgerWalk.history(of: [name], from: basis, in: repository).entries[name] ?? []
                let rollback = try PromotionSelection.rollback(
                    of: components, record: before, entries: entries.map(\.entry))
                let plan = try plan(
                    rollback, of: observed, before: before, basis: observation.basis, on: terms)
                let writer = RollbackWriter(
                    repository: try reopened(), reference: reference, reader: reader, identity: try identity(),
                    publisher: publisher)
                let artifacts = Dictionary(
                    rollback.changes.compactMap { change in change.to.map { (change.component, $0) } },
                    uniquingKeysWith: { first, _ in first })
                let manifests = try writer.manifests(
                    setting: artifacts, of: observed.declared.declarations, in: name, at: basis)
                try publish(plan, basis: observation.basis)
                let result = try writer.write(plan, manifests: manifests, basis: basis)
                if case .recorded(_, let commits, _) = result, let commit = commits.last,
                    let id = plan.entry.items.first?.promotion
                {
                    let promotion = Promotion(
                        id: id, environment: name, changes: rollback.changes, configuration: nil)
                    return RollbackReport(
                        rollback: rollback, promotion: promotion,
                        recorded: RecordedCommit(commit: commit, basis: observation.basis))
                }
            } catch let error as PromotionSelection.Unselectable {
                throw Refusal(.badInput, error.description)
            } catch {
                throw Refusal(any: error)
            }
        }
        throw Refusal(.lostRace, "\(reference) moved \(Self.attempts) times meanwhile", hint: "try again")
    }

    private borrowing func plan(
        _ rollback: PromotionSelection.Rollback, of observed: ObservedEnvironment, before: EnvironmentRecord,
        basis: String, on terms: HoldTerms
    ) throws(Refusal) -> EnvironmentPlan {
        let name = observed.name
        var entry = try entry(name, basis: basis)
        let id = Fingerprint.promotion(environment: name, changes: rollback.changes, configuration: nil)
        var item = LedgerEntry.Item(promotion: id, result: .rolledBack)
        for change in rollback.changes { item.artifacts[change.component] = change.to }
        item.supersedes = Set(rollback.changes.compactMap(\.supersedes)).sorted()
        entry.items = [item]
        for change in rollback.changes {
            entry.holds.append(
                try hold(.component(change.component), on: terms, rejected: change.from?.digest))
        }
        let after = before.applying(entry)
        var publication: Publication?
        if case .unreadable(let problem) = observed.published {
            throw Refusal(
                .badInput, "what is published cannot be read, so nothing can be rolled back: \(problem)",
                hint: "mend the branch, or delete it, roll back, and the next tick publishes it anew: "
                    + "git update-ref -d \(problem.place.file)")
        }
        if case .present(let state) = observed.published {
            publication = Publication(
                environment: name, branch: state.branch, expected: state.tip, ground: state.ground,
                artifacts: after.components.mapValues(\.artifact),
                takesConfiguration: after.configuration?.digest == observed.declared.configuration, promotions: [id],
                withdrawn: state.unrecorded, isRollback: true)
        }
        return EnvironmentPlan(
            environment: name, actions: [], entry: entry, before: before, record: after, publication: publication,
            components: [], wakeUps: [])
    }

    private borrowing func publish(_ plan: EnvironmentPlan, basis: String) throws(Refusal) {
        guard let publication = plan.publication else { return }
        let publisher = BranchPublisher(
            repository: try reopened(), reader: reader, identity: try identity(), reserved: [reference],
            publisher: publisher)
        let outcome = publisher.perform(
            publication, of: Plan(basis: basis, at: plan.entry.at, environments: [plan]))
        switch outcome.result {
        case .done, .alreadyDone: return
        case .lostRace: throw Refusal(.lostRace, "\(publication.branch) moved meanwhile", hint: "try again")
        case .failed(let reason):
            throw Refusal(.cannotWrite, "\(publication.branch) could not be brought back: \(reason)")
        }
    }
}
