import EvidenceFormat
package import Git
import PromotionModel

/// Who may sign, as several commits say; a file is read once.
package struct TrustedSigners: Sendable {
    private var readings: [ObjectID: SignersReading] = [:]
    private var absent: SignersReading?

    package init() {}

    /// What the commit tree `tree` says, which the caller trusts: never that of the commit that is judged.
    ///
    /// - Throws: ``GitError`` where the folder could not be read.
    package mutating func reading(
        at tree: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> SignersReading {
        guard let entry = try repository.entry(at: FleetLayout.signersPath, in: tree) else {
            if let absent { return absent }
            let reading = try SignersReading(at: tree, in: repository)
            absent = reading
            return reading
        }
        if let known = readings[entry.id] { return known }
        let reading = try SignersReading(at: tree, in: repository)
        readings[entry.id] = reading
        return reading
    }
}
