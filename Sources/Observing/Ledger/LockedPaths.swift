import Git
import PromotionModel

/// Tells by an index which commits leave all locks as they were, so that only the others need a look.
struct LockedPaths {
    let index: CommitIndex
    /// Place of the tip.
    let start: Int
    /// Of each path that was met: whose lock it is, or may be below; empty where it is none.
    private var owners: [Substring?]

    /// `nil` where there is no index that knows `tip`.
    init?(covering tip: ObjectID, in repository: borrowing Repository) {
        guard let index = repository.commitIndex(covering: tip), let start = index.position(of: tip) else { return nil }
        self.index = index
        self.start = start
        owners = Array(repeating: nil, count: index.pathCount)
    }

    /// Whether the commit at `position` may have another lock than its parent number `parent`, or any where it has none.
    ///
    /// - Parameter names: the environments whose locks matter; `nil` for all.
    mutating func mayChange(at position: Int, since parent: Int, of names: Set<EnvironmentName>? = nil) -> Bool {
        guard let paths = index.changedPaths(of: position, since: parent) else { return true }
        return paths.contains { number in
            let owner = owner(of: number)
            guard let names, !owner.isEmpty else { return !owner.isEmpty }
            do throws(InvalidName) {
                return names.contains(try EnvironmentName(String(owner)))
            } catch {
                // No environment can have this name, so nothing is ever read from such a lock.
                return false
            }
        }
    }

    /// The name below the folder of environments of whose lock the path of that number may be a part.
    private mutating func owner(of number: Int) -> Substring {
        if let known = owners[number] { return known }
        let found = Self.owner(of: index.path(number))
        owners[number] = found
        return found
    }

    private static let root = Array((FleetLayout.environmentsFolder + "/").utf8)
    private static let lock = Array(FleetLayout.lockName.utf8)

    private static func owner(of path: String) -> Substring {
        let bytes = path.utf8
        guard bytes.starts(with: root) else { return "" }
        let steps = path[bytes.index(bytes.startIndex, offsetBy: root.count)...]
            .utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let name = steps.first, steps.dropFirst().contains(where: { $0.starts(with: lock) }) else { return "" }
        return Substring(name)
    }
}
