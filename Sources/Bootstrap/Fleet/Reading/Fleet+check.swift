import Git
import Observing
import Planning
import PolicyRules
package import PromotionModel

/// What a pull request would promote, judged before it is merged.
package struct CheckReport: Hashable, Sendable {
    /// A promotion that is pending already, and what the change makes of it.
    package struct Affected: Hashable, Sendable {
        package let before: Action
        package let after: Action
    }

    /// The commit that would be merged into, 40 hexadecimal digits.
    package let base: String
    /// The commit that would be merged, 40 hexadecimal digits.
    package let head: String
    package let at: Timestamp
    /// The promotions that the change brings, in the order in which they would be recorded.
    package let promotions: [Action]
    /// Promotions that wait already and are judged otherwise after the change.
    package let affected: [Affected]
    /// Promotions that wait already and are no longer declared after the change.
    package let withdrawn: [Action]
    /// Why the change as a whole cannot be merged, whatever it promotes.
    package let objections: [Problem]
    /// What the change leaves unreadable that was not before.
    package let problems: [Problem]
    /// What the promotions were judged by.
    package let observation: Observation

    /// Refused where anything is, waiting where anything waits.
    package var result: Verdict.Result {
        let results = promotions.map(\.verdict.result)
        if !objections.isEmpty || !problems.isEmpty || results.contains(.refused) { return .refused }
        return results.contains(.waiting) ? .waiting : .permitted
    }

    /// What people can do about what is shut in `action`.
    package func advice(for action: Action) -> [String] {
        GateAdvice.texts(for: action.verdict, of: action.promotion)
    }

    /// What signed statements say of the digest that `change` brings.
    package func evidence(about change: Promotion.Change) -> [Evidence] {
        change.to?.digest.flatMap { observation.evidence.evidence[$0] } ?? []
    }

    /// Since when the digest that `change` brings is recorded in each source environment, earliest first.
    package func stays(of change: Promotion.Change, in action: Action) -> [(
        environment: EnvironmentName, since: Timestamp
    )] {
        guard let artifact = change.to else { return [] }
        return (action.verdict.contract?.from ?? []).compactMap { name in
            observation[name]?.knownRecord?.components.values
                .filter { $0.artifact.isSameContent(as: artifact) }.map(\.at).min()
                .map { (name, $0) }
        }.sorted { $0.since < $1.since }
    }
}

extension Fleet {
    /// Judges the merge of `head` into `base`: which promotions it is, and what would become of each.
    ///
    /// The manifests and policies are those that the merge would give, the locks and the ledger those of the base; what
    /// the base's own policies say counts too, so that a change cannot loosen what it is judged by.
    ///
    /// - Parameters:
    ///   - base: A revision; `nil` for the watched branch.
    ///   - head: A revision; `nil` for `HEAD`.
    /// - Throws: ``Refusal``.
    package borrowing func check(base: String?, head: String?) throws(Refusal) -> CheckReport {
        guard head != nil || !isRemote else {
            throw Refusal(
                .usage, "nothing is checked out on a server, so it has to be said what would be merged",
                hint: "name the branch, or the commit: --head BRANCH")
        }
        do {
            let mark = try historyMark()
            let baseID = try base.map { try repository.resolve($0) } ?? watchedCommit()
            let headID = try repository.resolve(head ?? "HEAD")
            let view = try view(of: baseID)
            let merge = try ProposedMerge(of: headID, into: view.basis, in: repository)
            let before = try observation(from: try Viewpoint(tip: view.basis, in: repository))
            var after = try observation(from: merge.viewpoint)
            after.problems += notes(on: view)
            let planner = Planner(identity: "nobody <nobody@invalid>")
            let now = self.now
            let old = planner.plan(for: before, at: now).environments.flatMap(\.actions)
            let new = planner.plan(for: after, at: now).environments.flatMap(\.actions)
            let known = Dictionary(old.map { ($0.promotion.id, $0) }) { first, _ in first }
            let kept = Set(new.map(\.promotion.id))
            return CheckReport(
                base: baseID.hex, head: headID.hex, at: now,
                promotions: new.filter { known[$0.promotion.id] == nil },
                affected: new.compactMap { action in
                    known[action.promotion.id].flatMap { earlier in
                        earlier.verdict.result == action.verdict.result
                            ? nil : CheckReport.Affected(before: earlier, after: action)
                    }
                },
                withdrawn: old.filter { !kept.contains($0.promotion.id) },
                objections: try rewriting(mark, at: baseID, view) + Self.objections(merge),
                problems: after.allProblems.filter { $0.severity == .error && !before.allProblems.contains($0) },
                observation: after)
        } catch let obstacle as ProposedMerge.Obstacle {
            throw Refusal(obstacle)
        } catch {
            throw Refusal(any: error)
        }
    }

    private borrowing func observation(from viewpoint: Viewpoint) throws -> Observation {
        try ObservationReader(
            reader: reader, engine: policyEngine(), openPGP: openPGPVerifier(), depth: .configuration
        )
        .observation(from: viewpoint, at: now, in: repository)
    }

    /// The alarm, where the base is the tip of the watched branch: what is merged there would not move either.
    private borrowing func rewriting(
        _ mark: HistoryMark?, at base: ObjectID, _ view: OwnLedger.View
    ) throws(GitError) -> [Problem] {
        guard let mark, try repository.reference(mark.branch) == base else { return [] }
        let alarm = mark.broken(at: base, in: repository) ?? view.alarm
        return [alarm?.problem].compactMap(\.self)
    }

    /// A lock is written by a tick alone.
    private static func objections(_ merge: ProposedMerge) -> [Problem] {
        merge.changedPaths.filter { path in
            path == FleetLayout.lockName || path.hasSuffix("/\(FleetLayout.lockName)")
        }.map { path in
            Problem(
                Place(file: path),
                "changed by hand; it is written by \"towpath reconcile\" alone: take it out of the change")
        }
    }
}

extension Refusal {
    fileprivate init(_ obstacle: ProposedMerge.Obstacle) {
        switch obstacle {
        case .unrelated:
            self.init(
                .badInput, "the two commits have no history in common",
                hint: "name a base that the change was made from, and fetch its whole history")
        case .conflicts(let paths):
            let more = paths.count > 5 ? " and \(paths.count - 5) more" : ""
            self.init(
                .badInput, "both sides changed \(paths.prefix(5).joined(separator: ", "))\(more)",
                hint: "merge the base into the change first")
        }
    }
}
