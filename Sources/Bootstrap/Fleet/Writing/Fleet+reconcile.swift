import Acting
import Git
import Observing
import Planning
import Ports
package import PromotionModel
package import Reconciling
import Recording

/// How a reconciliation is to go.
package struct ReconcileOptions: Hashable, Sendable {
    /// Environments to record as they are found.
    package var adopting: Set<EnvironmentName>
    /// Whether a published branch that somebody else changed is brought back.
    package var repairs: Bool

    package init(adopting: Set<EnvironmentName> = [], repairs: Bool = false) {
        self.adopting = adopting
        self.repairs = repairs
    }
}

/// What a reconciliation came to.
package enum Reconciliation: Hashable, Sendable {
    /// Nothing that a plan reads has changed since the last tick that found nothing to do.
    case unchanged(SettledMark)
    case ticked(TickReport)
}

extension Fleet {
    /// One tick, or the knowledge that there is nothing to do.
    ///
    /// - Throws: ``Refusal``, or ``PortFailure`` where the loop can tell what to do about it.
    package borrowing func reconcile(_ options: ReconcileOptions) throws -> Reconciliation {
        try requireBranch()
        let marks = SettledMarkFile(directory: settings.memoryDirectory, fleet: self)
        let isPlain = options == ReconcileOptions() && settings.fleetFile == nil
        if isPlain, try hasSeenHistory(), let mark = try standingMark(marks) {
            try remember(mark.tip)
            return .unchanged(mark)
        }
        let identity = try identity()
        try catchUp(identity)
        let tick = Tick(
            observer: GitObserver(
                repository: try reopened(), reference: reference, ledger: ledger.map { ($0, identity) },
                reader: reader, adopting: options.adopting,
                engine: policyEngine(), openPGP: openPGPVerifier(), leavesResting: !options.repairs),
            actuator: BranchPublisher(
                repository: try reopened(), reader: reader, identity: identity, reserved: [reference, ledgerReference],
                publisher: publisher),
            recorder: try recorder(identity),
            planner: Planner(identity: identity.description, repairs: options.repairs, parts: PlanOnAllCores()))
        let report = try tick.run(at: clock)
        if report.observation.historyBreak == nil {
            // What was taken in stays so, also where nothing came of it.
            if ledger != nil, report.result == .settled { _ = try recorder(identity).follow(to: report.plan.basis) }
            try remember(report)
        }
        if isPlain, try isSettled(report) {
            marks.write(
                SettledMark(
                    tip: report.plan.basis, scope: try scope(of: report.plan.basis, tips: try judgedTips(of: report)),
                    settledAt: report.plan.at, stableUntil: report.plan.stableUntil,
                    nextChange: report.plan.nextChange, hasRefusals: report.plan.hasRefusals))
        }
        return .ticked(report)
    }

    /// Moves the mark of the branch to what `report` rests on.
    private borrowing func remember(_ report: TickReport) throws(Refusal) {
        // Whoever records on the branch itself moved the mark there before, and beyond since.
        if case .recorded(let commits) = report.result, !commits.isEmpty, ledger == nil { return }
        try remember(report.plan.basis)
    }

    private borrowing func recorder(_ identity: Identity) throws(Refusal) -> LedgerRecorder {
        LedgerRecorder(
            repository: try reopened(), reference: reference, ledger: ledger, identity: identity, publisher: publisher)
    }

    /// Takes in, where more commits are missing than one tick can take, all but what is left for that.
    private borrowing func catchUp(
        _ identity: Identity
    ) throws {
        guard let ledger else { return }
        let recorder = try recorder(identity)
        let repository = try reopened()
        while true {
            let view = try ledger.view(
                of: try BranchTip.read(reference, in: repository), by: identity, in: repository)
            guard view.missing > 0, view.alarm == nil else { return }
            // Somebody else who takes in makes the same commits.
            _ = try recorder.follow(to: view.basis.hex)
        }
    }

    /// Whether the next tick finds what this one found, as long as the scope stays the same.
    ///
    /// An error has to be met again. What is missing from a shallow clone can come without any branch moving.
    private borrowing func isSettled(_ report: TickReport) throws(Refusal) -> Bool {
        guard report.result == .settled, report.observation.historyBreak == nil, !report.plan.asksOperator,
            !report.outcomes.contains(where: \.isFailure),
            report.observation.allProblems.allSatisfy({ $0.severity != .error })
        else { return false }
        return !repository.isShallow
    }

    /// The mark of an earlier tick, if nothing that a plan reads has changed since: no blob is read to know.
    private borrowing func standingMark(_ marks: SettledMarkFile) throws -> SettledMark? {
        guard let mark = marks.read(), mark.holds(at: clock.now()) else { return nil }
        guard let tip = try repository.reference(ledgerReference)?.hex else { return nil }
        // The words with a sign of equality are branches and their tips, the others come from the tree of the tip.
        let words = mark.scope.split(separator: " ")
        let branches = words.compactMap { word in word.firstIndex(of: "=").map { String(word[..<$0]) } }
        let tips = try tips(of: branches)
        guard Self.words(tips) == words.filter({ $0.contains("=") }).map(String.init) else { return nil }
        if tip == mark.tip { return mark }
        guard try scope(of: tip, tips: tips) == mark.scope else { return nil }
        let moved = mark.moved(to: tip)
        marks.write(moved)
        return moved
    }

    /// The branches that the plan of `report` was judged by, each with the tip that it was judged by.
    ///
    /// Not the tips of now: what came meanwhile was judged by nobody, and the next tick has to.
    private borrowing func judgedTips(of report: TickReport) throws -> [String: String?] {
        var tips: [String: String?] = [:]
        for published in report.observation.environments.compactMap(\.published) {
            switch published {
            case .absent(let branch): tips[branch] = .some(nil)
            case .present(let state): tips[state.branch] = state.tip
            case .unreadable(let problem): tips[problem.place.file] = try repository.reference(problem.place.file)?.hex
            }
        }
        for resting in report.observation.resting {
            if let branch = resting.branch { tips[branch] = .some(resting.tip) }
        }
        guard let basis = ObjectID(hex: report.plan.basis) else { return tips }
        if let ledger { tips[ledger.watched] = try OwnLedger.last(of: basis, in: repository).hex }
        let layout = try reader.layout(at: try repository.commit(basis).tree, in: repository)
        let shelves =
            report.observation.formerPolicies.values.map { ($0.evidenceBranch, $0.evidence) }
            + [(layout.evidence, report.observation.evidence)]
        // Where nothing waits no evidence was read, and none matters before the manifests say something else.
        let isRead = report.plan.environments.contains { !$0.actions.isEmpty }
        for (branch, shelf) in shelves {
            let name = "refs/heads/\(branch)"
            tips[name] = isRead ? shelf.basis : try repository.reference(name)?.hex
        }
        return tips
    }

    /// The tip of each branch; `nil` where there is none.
    private borrowing func tips(of branches: [String]) throws -> [String: String?] {
        var tips: [String: String?] = [:]
        for branch in branches { tips[branch] = .some(try repository.reference(branch)?.hex) }
        return tips
    }

    /// A word `name=tip` for each branch, in order of name.
    private static func words(_ tips: [String: String?]) -> [String] {
        tips.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ?? "-")" }
    }

    /// Ids of everything that a plan reads at the commit `id`.
    ///
    /// In the default layout that is two entries of the root folder; another layout may read anything. Each branch of
    /// `tips`, those that are published to and that of the evidence, adds a word `name=tip`.
    private borrowing func scope(of id: String, tips: [String: String?]) throws -> String {
        guard let commit = ObjectID(hex: id) else { return "" }
        let root = try repository.commit(commit).tree
        let words = Self.words(tips)
        if try repository.entry(at: FleetLayout.fileName, in: root) != nil {
            return ([root.hex] + words).joined(separator: " ")
        }
        var ids: [String] = []
        for name in [FleetLayout.environmentsFolder, FleetLayout.policiesFolder] {
            ids.append(try repository.entry(at: name, in: root)?.id.hex ?? "-")
        }
        return (ids + words).joined(separator: " ")
    }
}

extension Plan {
    /// Whether a gate that is shut depends on what the operator set up, such as the Rego engine or the OpenPGP keys,
    /// which can change without anything here.
    fileprivate var asksOperator: Bool {
        let gates: Set<GateName> = [.rego, .signedCommits]
        return environments.contains { $0.actions.contains { $0.verdict.shut.contains { gates.contains($0.gate) } } }
    }
}
