package import Git
import LedgerFormat
package import PromotionModel

/// A commit that leaves a lock as none of its parents has it, or says so.
package struct LockChange: Hashable, Sendable {
    package let commit: ObjectID
    package let environment: EnvironmentName
    /// Whether the commit is one of the first parents of the tip.
    package let isMainline: Bool
    /// Whether it says that it is an entry, and the lock is as before.
    package let isIdle: Bool
}

/// Finds every change of every lock in all that a commit can be reached from, also of environments that are gone and
/// on side branches that were merged.
package enum LockScan {
    /// The changes that `tip` comes from, oldest first: every commit after its parents, environments by name.
    ///
    /// Folders that are the same in a commit and a parent are not entered. At the boundary of a shallow clone every lock
    /// counts as changed.
    ///
    /// - Throws: ``GitError``.
    package static func changes(from tip: ObjectID, in repository: borrowing Repository) throws(GitError)
        -> [LockChange]
    {
        let mainline = Set(try repository.firstParentIDs(from: tip))
        var folders = FolderCache()
        var changes: [LockChange] = []
        func note(_ commit: Commit) throws(GitError) {
            let own = try folders.take(commit, in: repository)
            var before: [ObjectID?] = []
            for parent in commit.isShallowBoundary ? [] : commit.parents {
                before.append(try folders.folder(of: parent, in: repository))
            }
            var names: [EnvironmentName] = []
            if !before.contains(own) {
                for name in try changed(from: before.first ?? nil, to: own, in: repository)
                where try isNew(name, own, from: before.dropFirst(), in: repository) {
                    names.append(name)
                }
            }
            for name in names.sorted(by: >) {
                changes.append(
                    LockChange(
                        commit: commit.id, environment: name, isMainline: mainline.contains(commit.id), isIdle: false))
            }
            if let name = claimed(by: commit), !names.contains(name) {
                changes.append(
                    LockChange(
                        commit: commit.id, environment: name, isMainline: mainline.contains(commit.id), isIdle: true))
            }
        }
        if var locks = LockedPaths(covering: tip, in: repository) {
            for position in locks.index.topologicalOrder(from: locks.start) {
                let entry = locks.index.entry(at: position)
                // What is as in the first parent, and says nothing, needs no look at the objects.
                guard entry.isMarked || locks.mayChange(at: position, since: 0) else { continue }
                try note(try repository.commit(entry.id))
            }
        } else {
            try repository.topologicalWalk(from: tip) { (commit) throws(GitError) in
                try note(commit)
                return .next
            }
        }
        return changes.reversed()
    }

    /// The environment of which `commit` says that it records something.
    private static func claimed(by commit: Commit) -> EnvironmentName? {
        // One line that every entry has, looked for before anything is read in earnest.
        guard commit.message.contains("\nRecorded-At: ") else { return nil }
        do {
            return try LedgerReader.entry(in: commit.message)?.environment
        } catch {
            return nil
        }
    }

    /// The folders of environments of commits that are parents of some that were visited.
    private struct FolderCache {
        private var known: [ObjectID: ObjectID?] = [:]

        /// The folder of `commit`, which no later commit of the walk has for a parent.
        mutating func take(_ commit: Commit, in repository: borrowing Repository) throws(GitError) -> ObjectID? {
            if let folder = known.removeValue(forKey: commit.id) { return folder }
            return try Self.folder(of: commit, in: repository)
        }

        mutating func folder(of id: ObjectID, in repository: borrowing Repository) throws(GitError) -> ObjectID? {
            if let folder = known[id] { return folder }
            let folder = try Self.folder(of: try repository.commit(id), in: repository)
            known[id] = .some(folder)
            return folder
        }

        private static func folder(
            of commit: Commit, in repository: borrowing Repository
        ) throws(GitError) -> ObjectID? {
            guard let entry = try repository.entry(at: FleetLayout.environmentsFolder, in: commit.tree),
                entry.kind == .directory
            else { return nil }
            return entry.id
        }
    }

    /// Whether none of `others` has the same lock of `name` as `folder`.
    private static func isNew(
        _ name: EnvironmentName, _ folder: ObjectID?, from others: ArraySlice<ObjectID?>,
        in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        let lock = try lock(of: name, in: folder, repository)
        for other in others where try Self.lock(of: name, in: other, repository) == lock { return false }
        return true
    }

    /// The environments whose lock differs between two folders of environments.
    private static func changed(
        from old: ObjectID?, to new: ObjectID?, in repository: borrowing Repository
    ) throws(GitError) -> [EnvironmentName] {
        var names: [EnvironmentName] = []
        try repository.changedEntries(from: old, to: new) { path, _, _ in
            let parts = path.split(separator: "/")
            guard parts.count == 2, parts[1] == FleetLayout.lockName else { return .next }
            do throws(InvalidName) {
                names.append(try EnvironmentName(String(parts[0])))
            } catch {
                // No environment can have this name, so nothing is ever read from such a lock.
            }
            return .next
        }
        return names
    }

    private static func lock(
        of name: EnvironmentName, in folder: ObjectID?, _ repository: borrowing Repository
    ) throws(GitError) -> ObjectID? {
        guard let folder else { return nil }
        return try repository.entry(at: "\(name)/\(FleetLayout.lockName)", in: folder)?.id
    }
}
