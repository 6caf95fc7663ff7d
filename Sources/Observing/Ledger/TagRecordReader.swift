import Git
import LedgerFormat
import PromotionModel

/// Finds what the tags that wait were recorded as before, in the ledger of every environment of the fleet.
struct TagRecordReader {
    /// The ledger as of the tip, where somebody has read it already; `nil` to walk.
    let known: LedgerHistory?

    /// The first record of each tag that `environments` declare and have not recorded.
    ///
    /// - Throws: ``GitError``; `shallow` where the clone ends before the ledger begins.
    func records(
        of environments: [ObservedEnvironment], tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> TagRecords {
        let names = environments.map(\.name)
        let (history, unread) = try LedgerProof.history(of: names, from: tip, known: known, in: repository)
        var wanted: [ComponentName: Set<String>] = [:]
        for environment in environments where LedgerProof.isWaiting(environment) {
            for declaration in environment.declared.declarations {
                if let tag = declaration.artifact.tag { wanted[declaration.component, default: []].insert(tag) }
            }
        }
        return TagRecords(records: history.firstRecords(of: wanted), unread: unread.keys.sorted())
    }
}
