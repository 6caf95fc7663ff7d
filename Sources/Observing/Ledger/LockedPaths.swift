import Git
import PromotionModel

/// Tells by an index which commits leave all locks as they were, so that only the others need a look.
struct LockedPaths {
    let index: CommitIndex
    /// Place of the tip.
    let start: Int
    /// Of each path that was met: whether it is, or is below, what may be a lock.
    private var isLock: [Bool?]

    /// `nil` where there is no index that knows `tip`.
    init?(covering tip: ObjectID, in repository: borrowing Repository) {
        guard let index = repository.commitIndex(covering: tip), let start = index.position(of: tip) else { return nil }
        self.index = index
        self.start = start
        isLock = Array(repeating: nil, count: index.pathCount)
    }

    /// Whether the commit at `position` may have another lock than its parent number `parent`, or any where it has none.
    mutating func mayChange(at position: Int, since parent: Int) -> Bool {
        guard let paths = index.changedPaths(of: position, since: parent) else { return true }
        return paths.contains { mayBeLock($0) }
    }

    private mutating func mayBeLock(_ number: Int) -> Bool {
        if let known = isLock[number] { return known }
        let path = index.path(number)
        let found =
            path.hasPrefix(FleetLayout.environmentsFolder + "/") && path.contains("/" + FleetLayout.lockName)
        isLock[number] = found
        return found
    }
}
