import PromotionModel

/// Every entry is as old as its commit, and no older than the one before it.
enum TimesCheck {
    /// Clocks of two replicas may differ by so many seconds.
    static let tolerance: Int64 = 300

    static func remarks(on item: EntryUnderAudit, now: Timestamp) -> [Observed] {
        let (entry, commit) = (item.entry, item.step.commit)
        var found: [Observed] = []
        if commit.committedAt != entry.at || commit.authoredAt != entry.at {
            let other = commit.committedAt != entry.at ? commit.committedAt : commit.authoredAt
            found.append(.broken("recorded at \(entry.at), in a commit of \(other)"))
        }
        let known = [item.step.isMainline ? item.state.latest : nil, item.state.latestOf[entry.environment]]
        if let before = known.compactMap(\.self).max(), entry.at.seconds < before.seconds - tolerance {
            found.append(.broken("recorded at \(entry.at), after an entry of \(before)"))
        }
        if entry.at.seconds > now.seconds + tolerance {
            // Perhaps the clock of the auditor is behind.
            found.append(.finding("recorded at \(entry.at), which is in the future"))
        }
        return found
    }
}
