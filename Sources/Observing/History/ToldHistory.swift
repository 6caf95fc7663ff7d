package import Git
package import PromotionModel

/// Where readers of histories keep what they were told, which may be forgotten at any time.
package protocol HistoryMemory: Sendable {
    /// The bytes that were kept under `name`, as they are found.
    func recall(_ name: String) -> [UInt8]?

    /// Keeps `bytes` under `name`, if that can be done.
    func keep(_ bytes: [UInt8], as name: String)
}

/// All that a history tells of one environment from one commit on, back to the beginning.
///
/// It holds for every later commit whose way back comes by that one, with the same files declaring the same.
package struct ToldHistory: Hashable, Sendable {
    /// Where it begins.
    package let commit: ObjectID
    /// The digest of what was declared there, and by which files; 32 bytes.
    package let state: [UInt8]
    /// Newest first.
    package let entries: [HistoryEntry]

    package init(commit: ObjectID, state: [UInt8], entries: [HistoryEntry]) {
        self.commit = commit
        self.state = state
        self.entries = entries
    }

    /// More entries are not kept.
    static let maximumEntries = 100_000
}
