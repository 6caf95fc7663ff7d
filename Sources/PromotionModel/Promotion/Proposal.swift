/// A promotion that somebody asks for, to be written as a branch for a pull request.
package struct Proposal: Hashable, Sendable {
    package let promotion: Promotion
    package let source: EnvironmentName
    /// Since when each artifact has been recorded in the source; absent where it is only declared there.
    package let since: [ComponentName: Timestamp]

    package init(promotion: Promotion, source: EnvironmentName, since: [ComponentName: Timestamp]) {
        self.promotion = promotion
        self.source = source
        self.since = since
    }

    /// Full name of the branch.
    package var branch: String {
        "refs/heads/\(shortBranch)"
    }

    /// Name of the branch as people use it.
    package var shortBranch: String {
        "towpath/promote/\(promotion.id)"
    }

    /// What became of a proposal.
    package enum Outcome: Hashable, Sendable {
        case written(commit: String)
        /// The branch is there already, with the same change.
        case alreadyProposed(commit: String)

        /// The commit that carries the proposal, 40 hexadecimal digits.
        package var commit: String {
            switch self {
            case .written(let commit), .alreadyProposed(let commit): commit
            }
        }

        /// Whether the proposal was made just now.
        package var isNew: Bool {
            if case .written = self { true } else { false }
        }
    }
}
