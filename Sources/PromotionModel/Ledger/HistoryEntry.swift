/// What one commit did to one environment.
package struct HistoryEntry: Hashable, Sendable {
    /// A change of one component.
    package struct Change: Hashable, Sendable {
        package let component: ComponentName
        /// What the commit found: declared where it changed manifests, else recorded.
        package let from: Artifact?
        package let to: Artifact?
        /// What became of it; `nil` for a change that is only declared.
        package let result: LedgerResult?
        /// The promotion that it is part of; `nil` for a change that is only declared.
        package let promotion: PromotionID?

        package init(
            component: ComponentName, from: Artifact?, to: Artifact?, result: LedgerResult? = nil,
            promotion: PromotionID? = nil
        ) {
            self.component = component
            self.from = from
            self.to = to
            self.result = result
            self.promotion = promotion
        }
    }

    /// 40 hexadecimal digits.
    package let commit: String
    /// When the commit was made, by its committer's clock.
    package let at: Timestamp
    /// `Name <email>`.
    package let author: String
    package let subject: String
    /// The promotions that the commit records; empty for a commit that only declares.
    package let promotions: [PromotionID]
    /// `nil` for a commit that only declares.
    package let result: LedgerResult?
    /// Sorted by component.
    package let changes: [Change]
    /// Who signed the commit, as far as that was looked at.
    package var signature = CommitSignature.unsigned
    /// The leave to skip gates, of those promotions that had it.
    package let emergencies: [PromotionID: Emergency]

    package init(
        commit: String, at: Timestamp, author: String, subject: String, promotions: [PromotionID],
        result: LedgerResult?, changes: [Change], emergencies: [PromotionID: Emergency] = [:]
    ) {
        self.emergencies = emergencies
        self.commit = commit
        self.at = at
        self.author = author
        self.subject = subject
        self.promotions = promotions
        self.result = result
        self.changes = changes
    }

    /// The entry with the changes of `component` only, and the promotions that they are part of; `nil` where there is
    /// none.
    package func only(_ component: ComponentName) -> HistoryEntry? {
        let changes = changes.filter { $0.component == component }
        guard !changes.isEmpty else { return nil }
        let own = Set(changes.compactMap(\.promotion))
        func isOwn(_ promotion: PromotionID) -> Bool { own.isEmpty || own.contains(promotion) }
        var entry = HistoryEntry(
            commit: commit, at: at, author: author, subject: subject, promotions: promotions.filter(isOwn),
            result: result, changes: changes, emergencies: emergencies.filter { isOwn($0.key) })
        entry.signature = signature
        return entry
    }
}
