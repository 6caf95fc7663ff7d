import Git
import LedgerFormat
import Ports
package import PromotionModel
import Recording

/// Why something is held, and until when.
package struct HoldTerms: Hashable, Sendable {
    /// Recorded for ever.
    package let reason: String
    /// First instant after the hold; `nil` until it is released.
    package let until: Timestamp?

    package init(reason: String, until: Timestamp?) {
        self.reason = reason
        self.until = until
    }
}

extension Fleet {
    /// Holds `scopes` of `environment`.
    ///
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    package borrowing func hold(
        _ scopes: [Hold.Scope], of environment: EnvironmentName, on terms: HoldTerms
    ) throws(Refusal) -> RecordedCommit {
        let holds = try scopes.map { (scope) throws(Refusal) in try hold(scope, on: terms) }
        return try record(environment, holds: holds)
    }

    /// Lifts the holds on `scopes` of `environment`.
    ///
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    package borrowing func release(
        _ scopes: [Hold.Scope], of environment: EnvironmentName
    ) throws(Refusal) -> RecordedCommit {
        try record(environment, released: scopes)
    }

    /// A hold by the operator.
    borrowing func hold(
        _ scope: Hold.Scope, on terms: HoldTerms, rejected: Digest? = nil
    ) throws(Refusal) -> Hold {
        Hold(
            scope: scope, reason: terms.reason, owner: try identity().description, since: clock.now(),
            until: terms.until, rejected: rejected)
    }

    /// Records a hold, or its release.
    ///
    /// - Throws: ``Refusal``; `lostRace` where the branch kept moving.
    private borrowing func record(
        _ environment: EnvironmentName, holds: [Hold] = [], released: [Hold.Scope] = []
    ) throws(Refusal) -> RecordedCommit {
        try requireBranch()
        for _ in 0..<Self.attempts {
            let observation = try observation(proving: [environment])
            try requireSeenHistory(observation)
            let observed = try self.environment(environment, in: observation)
            guard !observation.isLedgerUnbegun else {
                // Were this the first entry, nothing could be adopted any more.
                throw Refusal(
                    .badInput, "nothing is recorded yet, so nothing can be held or released",
                    hint: "let the ledger begin first: towpath reconcile")
            }
            let before = try knownRecord(observed)
            for case .component(let component) in holds.map(\.scope) {
                let declared = observed.declared.declarations.map(\.component)
                try requireComponent(component, of: environment, among: declared + before.components.keys)
            }
            for scope in released where before.holds[scope] == nil { throw notHeld(scope, by: before) }
            var entry = try entry(environment, basis: observation.basis)
            entry.holds = holds
            entry.released = released
            let record = before.applying(entry)
            if record == before, let commit = try lastEntry(of: environment, from: observation.basis) {
                // Said twice within a second: it is held just so already.
                return RecordedCommit(commit: commit, basis: observation.basis)
            }
            let plan = EnvironmentPlan(
                environment: environment, actions: [], entry: entry, before: before, record: record,
                publication: nil, components: [], wakeUps: [])
            let recorder = LedgerRecorder(
                repository: try reopened(), reference: reference, ledger: ledger, identity: try identity(),
                publisher: publisher)
            do throws(PortFailure) {
                if case .recorded(_, let commits, _) = try recorder.record([plan], on: observation.basis) {
                    return RecordedCommit(commit: commits.last ?? observation.basis, basis: observation.basis)
                }
            } catch {
                throw Refusal(error)
            }
        }
        throw Refusal(.lostRace, "\(ledgerReference) moved \(Self.attempts) times meanwhile", hint: "try again")
    }

    /// The commit of the last entry of `environment` on the first parents of `basis`; `nil` where there is none.
    private borrowing func lastEntry(of environment: EnvironmentName, from basis: String) throws(Refusal) -> String? {
        guard let tip = ObjectID(hex: basis) else { return nil }
        var found: String?
        do throws(GitError) {
            try repository.firstParentWalk(from: tip) { commit in
                guard Self.environment(of: commit) == environment else { return .next }
                found = commit.id.hex
                return .stop
            }
        } catch {
            throw Refusal(error)
        }
        return found
    }

    private static func environment(of commit: Commit) -> EnvironmentName? {
        do throws(LedgerReader.Malformed) {
            return try LedgerReader.entry(in: commit.message)?.environment
        } catch {
            return nil
        }
    }

    /// The refusal to lift a hold on `scope` that `record` does not have, with the holds that it has.
    private func notHeld(_ scope: Hold.Scope, by record: EnvironmentRecord) -> Refusal {
        let name = record.environment
        let isWhole = scope == .environment
        var hints: [String] = []
        if record.holds[.environment] != nil { hints.append("all of \(name) is held: towpath release \(name)") }
        let components = record.holds.keys.filter { $0 != .environment }.sorted().map(\.description)
        if !components.isEmpty {
            hints.append(
                "\(components.joined(separator: ", ")) \(components.count == 1 ? "is" : "are") held: "
                    + "towpath release \(name) \(components.joined(separator: " "))")
        }
        let message =
            switch (isWhole, hints.isEmpty) {
            case (true, true): "\(name) is not held"
            case (true, false): "\(name) is not held as a whole"
            case (false, _): "\(scope) is not held in \(name)"
            }
        return Refusal(
            .badInput, message, hint: hints.isEmpty ? "nothing is held there" : hints.joined(separator: "; "))
    }
}
