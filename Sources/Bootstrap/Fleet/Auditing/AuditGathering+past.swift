import Auditing
import Git
import LedgerFormat
import Observing
import Planning
import Ports
import PromotionModel

/// What the past has to be read for: evidence, manifests that a rollback set back, and verdicts that are derived anew.
extension AuditGathering {
    /// Where the evidence that `entry` names stands.
    mutating func standing(
        of entry: LedgerEntry, in repository: borrowing Repository
    ) throws(GitError) -> AuditStep.EvidenceStanding {
        guard let evidence = entry.evidenceBasis else { return .notNamed }
        let former = try branch(at: entry.basis, in: repository)
        // A branch that was renamed since has what it had.
        for branch in [former, evidenceBranch] {
            guard let line = try line(branch, in: repository), let position = line.positions[evidence] else { continue }
            return .present(position, root: line.root.hex)
        }
        return try line(former, in: repository) == nil ? .noBranch(former) : .lost(branch: former)
    }

    /// Where evidence lay as of the commit `basis`; the usual place where that cannot be told.
    private func branch(at basis: String, in repository: borrowing Repository) throws(GitError) -> String {
        guard let id = ObjectID(hex: basis) else { return FleetLayout.evidenceBranch }
        do {
            let tree = try repository.commit(id).tree
            return reader.evidenceBranch(at: tree, in: repository) ?? FleetLayout.evidenceBranch
        } catch  where error.code == .notFound || error.code == .corrupt || error.code == .wrongKind {
            return FleetLayout.evidenceBranch
        }
    }

    mutating func line(_ branch: String, in repository: borrowing Repository) throws(GitError) -> EvidenceLine? {
        if let known = lines[branch] { return known }
        let line = try EvidenceLine(branch, in: repository)
        lines[branch] = .some(line)
        return line
    }

    /// What `name` declares in two root folders.
    func edit(
        of name: EnvironmentName, _ before: ObjectID?, _ after: ObjectID, _ repository: borrowing Repository
    ) throws(GitError) -> AuditStep.Edit {
        guard let before else { return AuditStep.Edit(before: nil, after: nil, files: []) }
        let (old, oldFiles) = try declared(name, at: before, repository)
        let (new, newFiles) = try declared(name, at: after, repository)
        return AuditStep.Edit(before: old, after: new, files: oldFiles.union(newFiles))
    }

    private func declared(
        _ name: EnvironmentName, at tree: ObjectID, _ repository: borrowing Repository
    ) throws(GitError) -> (environment: DeclaredEnvironment?, files: Set<String>) {
        let layout: FleetLayout
        do {
            layout = try reader.layout(at: tree, in: repository)
        } catch {
            return (nil, [])
        }
        let files = try EnvironmentFiles(in: tree, layout: layout, repository: repository)
        let environments = try reader.environments(files, layout: layout, depth: .configuration, in: repository)
        let found = environments.first { $0.name == name && $0.isComplete }
        return (found, Set((files.files[name] ?? []).map(\.path)))
    }

    /// What the basis of the entry at `index` gives anew.
    mutating func derivation(at index: Int, in repository: borrowing Repository) -> AuditStep.Derivation {
        guard let tick = ticks[index], let entry = changes[index].tickEntry else { return .none }
        let name = entry.environment
        switch observe(tick, at: index, in: repository) {
        case .failure(let unreadable): return .impossible(reason: unreadable.reason)
        case .success(let past):
            let recorded = Set(tick.entries.map(\.environment))
            let due = past.plan.environments.filter { !$0.entry.isEmpty }.map(\.environment)
            let fresh = past.plan.environments.first { $0.environment == name }?.entry
            return .derived(
                AuditStep.Derived(
                    entry: fresh
                        ?? LedgerEntry(
                            environment: name, at: entry.at, basis: entry.basis, signedOffBy: entry.signedOffBy),
                    judged: past.judged.filter { $0.action.promotion.environment == name },
                    omitted: index == tick.last ? due.filter { !recorded.contains($0) } : [],
                    takesAnswers: engine == nil))
        }
    }

    private mutating func observe(
        _ tick: Tick, at index: Int, in repository: borrowing Repository
    ) -> Result<(plan: Plan, judged: [JudgedPromotion]), PastView.Unreadable> {
        if let observed, observed.view == tick.view { return observed.result }
        let result: Result<(plan: Plan, judged: [JudgedPromotion]), PastView.Unreadable>
        do throws(PastView.Unreadable) {
            let adopting = tick.entries.filter { $0.items.contains { $0.result == .adopted } }.map(\.environment)
            let observation = try tick.view.observation(
                by: reader, engine: engine ?? recordedAnswers(tick, in: repository), openPGP: openPGP,
                adopting: Set(adopting), ledger: ledger(at: index, basis: tick.view.basis), in: repository)
            let planner = Planner(identity: tick.entries[0].signedOffBy)
            result = .success(
                (
                    planner.plan(for: observation, at: tick.view.at),
                    planner.judgedPromotions(in: observation, at: tick.view.at)
                ))
        } catch {
            result = .failure(error)
        }
        observed = Observed(view: tick.view, result: result)
        return result
    }

    /// What the ledger says that rules in Rego answered, of what `tick` recorded and of what waited before it.
    private func recordedAnswers(_ tick: Tick, in repository: borrowing Repository) -> RecordedAnswers {
        var pending: [PromotionID: EnvironmentRecord.Pending] = [:]
        do {
            if let basis = ObjectID(hex: tick.view.basis) {
                let tree = try repository.commit(basis).tree
                for name in Set(changes.map(\.lock.environment)) {
                    guard case .present(let record) = try RecordReader.record(of: name, at: tree, in: repository)
                    else { continue }
                    pending.merge(record.pending) { $1 }
                }
            }
        } catch {
            // The observation of the same basis fails as well, and says why.
        }
        return RecordedAnswers(items: tick.entries.flatMap(\.items), pending: pending)
    }
}
