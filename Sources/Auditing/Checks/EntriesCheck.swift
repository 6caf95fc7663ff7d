import LedgerFormat
import PromotionModel

/// Every change of a lock is an entry of the ledger, which changes nothing else.
enum EntriesCheck {
    static func remarks(on step: AuditStep, in state: AuditState) -> [Observed] {
        let who = step.commit.author
        let entry: LedgerEntry
        switch step.reading {
        case .entry(let read): entry = read
        case .none:
            if step.after == .absent {
                return [
                    step.endsEnvironment
                        ? .finding("the environment and its lock were taken away by \(who)")
                        : .broken("the lock was deleted by \(who)")
                ]
            }
            return [.broken("the lock was changed by a commit that is no entry, by \(who)")]
        case .broken(let reason): return [.broken("the entry is broken: \(reason)")]
        }
        guard entry.environment == step.environment else {
            return [.broken("the lock was changed by an entry of \(entry.environment)")]
        }
        var found: [Observed] = []
        if step.commit.parents.count != 1 {
            found.append(.broken("the entry has \(step.commit.parents.count) parents"))
        }
        if !LedgerMessage.isCanonical(step.commit.message, for: entry) {
            found.append(.broken("the trailers are not as Towpath writes them"))
        }
        let item = EntryUnderAudit(step: step, entry: entry, state: state)
        if item.origin == .unknown { found.append(.broken("no command writes an entry like this")) }
        if let acceptance = entry.acceptance {
            found.append(
                .finding(
                    "another history was accepted in place of \(acceptance.replaced.prefix(12)), and the lock taken "
                        + "over as it stood: what came before is not judged"))
        } else if step.beginsAnew, state.begun.contains(step.environment) {
            found.append(.finding("the ledger of \(step.environment) begins anew: what it proved before is lost"))
        }
        return found + scope(of: item)
    }

    /// What the commit changes beside the lock: nothing, or the manifests that a rollback sets back.
    private static func scope(of item: EntryUnderAudit) -> [Observed] {
        let paths = item.step.otherPaths
        guard let first = paths.first else { return [] }
        let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
        guard item.origin == .rollback else { return [.broken("it changes \(first)\(more) beside the lock")] }
        guard let edit = item.step.edit, let before = edit.before, let after = edit.after else {
            return [.unproved("what it changes in \(first)\(more) cannot be read")]
        }
        if let foreign = paths.first(where: { !edit.files.contains($0) }) {
            return [.broken("it changes \(foreign), which is no manifest of \(item.step.environment)")]
        }
        var expected = artifacts(before)
        for (component, artifact) in item.entry.items.flatMap(\.artifacts) where expected[component] != nil {
            expected[component] = artifact
        }
        guard artifacts(after) == expected, before.configuration == after.configuration else {
            return [.broken("it changes more in \(first)\(more) than the artifacts that it goes back to")]
        }
        return []
    }

    private static func artifacts(_ declared: DeclaredEnvironment) -> [ComponentName: Artifact] {
        Dictionary(declared.declarations.map { ($0.component, $0.artifact) }) { first, _ in first }
    }
}
