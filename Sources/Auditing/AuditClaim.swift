/// What an audit proves of a ledger: a closed list, in the order in which it is told.
///
/// Each has a file in `Checks`.
package enum AuditClaim: String, Sendable, CaseIterable {
    case entries
    case signOffs
    case signatures
    case order
    case times
    case locks
    case promotions
    case origins
    case contracts
    case facts
    case verdicts
    case evidence
    case approvals
    case holds
    case emergencies
    case wording

    /// The claim as a sentence.
    package var statement: String {
        switch self {
        case .entries: "every change of a lock is an entry of the ledger, which changes nothing else"
        case .signOffs: "every entry is signed off by who wrote and committed it"
        case .signatures: "every entry that is signed is by who signed it off, and whoever signed goes on signing"
        case .order: "every entry stands on the commit that was observed: no gap, no fork, no reordering"
        case .times: "every entry is as old as its commit, and no older than the one before it"
        case .locks: "folding the entries gives every lock"
        case .promotions: "every promotion has an id of its own, derived from what it brings and replaces"
        case .origins: "every digest was recorded in a source environment before, or came in where builds arrive"
        case .contracts: "every contract is the one that lay in the commit that was observed"
        case .facts: "every verdict was on the facts of then"
        case .verdicts: "every verdict is the one that contract and facts of then give"
        case .evidence: "the evidence that counted verifies as of then, and none was taken away"
        case .approvals: "every consent that counted was given before, by who was entitled to"
        case .holds: "every hold was set by who signed off, and only what was held was released"
        case .emergencies: "every emergency was allowed, and reviewed in time"
        case .wording: "every message and reason says what is recorded"
        }
    }
}
