import PromotionModel

/// Every entry is signed off by who wrote and committed it.
enum SignOffsCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        let commit = item.step.commit
        let name = item.entry.signedOffBy
        if name != commit.committer { return [.broken("signed off by \(name), committed by \(commit.committer)")] }
        if name != commit.author { return [.broken("signed off by \(name), written by \(commit.author)")] }
        return []
    }
}
