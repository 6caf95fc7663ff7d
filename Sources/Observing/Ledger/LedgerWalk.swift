package import Git
package import LedgerFormat
package import PromotionModel

/// Reads the ledger by following each lock from the tip back to the commit that began it.
///
/// At a merge the walk goes on with the first parent whose lock is the same: a merge of the watched branch into a
/// topic, or back, does not change who wrote a lock. One pass serves all environments; where the `environments`
/// folder is the same in commit and parent nothing is looked at.
package struct LedgerWalk: ~Copyable {
    private var lines: [ObjectID: Set<EnvironmentName>]
    /// What tells where no lock has changed; `nil` where only the objects do.
    private var locks: LockedPaths?
    /// Where the index has commits that the walk goes on with.
    private var places: [ObjectID: Int] = [:]
    private var order: [ObjectID]
    /// The parent that was looked at last, which mostly comes next.
    private var lastParent: (commit: Commit, folder: ObjectID?)?
    private var judgements = LedgerJudgements()
    /// Whether a shallow clone may end before a lock begins.
    private var toleratesBoundary = false
    /// Where it did; 40 hexadecimal digits.
    private var boundary: String?

    /// The ledger of `environments` as of the commit `tip`.
    ///
    /// - Throws: ``GitError``; `shallow` where the clone ends before a lock begins, since then nothing is proved.
    package static func history(
        of environments: [EnvironmentName], from tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> LedgerHistory {
        var walk = LedgerWalk(lines: [tip: Set(environments)], order: [tip])
        return try walk.run(in: repository)
    }

    /// As much of the ledger of `environments` as a clone has, which proves nothing about the locks.
    ///
    /// - Returns: also the commit at which a shallow clone ended the walk; `nil` where it came to the beginning.
    /// - Throws: ``GitError``.
    package static func knownHistory(
        of environments: [EnvironmentName], from tip: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> (history: LedgerHistory, boundary: String?) {
        var walk = LedgerWalk(lines: [tip: Set(environments)], order: [tip])
        walk.toleratesBoundary = true
        let history = try walk.run(in: repository)
        return (history, walk.boundary)
    }

    private mutating func run(in repository: borrowing Repository) throws(GitError) -> LedgerHistory {
        if let tip = order.first, let locks = LockedPaths(covering: tip, in: repository) {
            places[tip] = locks.start
            self.locks = locks
        }
        while let next = order.popLast() {
            try visit(next, in: repository)
        }
        return judgements.history()
    }

    private init(lines: [ObjectID: Set<EnvironmentName>], order: [ObjectID]) {
        self.lines = lines
        self.order = order
    }

    private mutating func visit(_ id: ObjectID, in repository: borrowing Repository) throws(GitError) {
        guard let names = lines.removeValue(forKey: id), !names.isEmpty else { return }
        if let place = places.removeValue(forKey: id) {
            if isPassed(place, names) { return }
            if try isTold(at: place, id, names, in: repository) { return }
            for parent in locks?.index.parents(of: place) ?? [] { note(parent) }
        }
        let (commit, folder) = try look(at: id, in: repository)
        if commit.isShallowBoundary {
            try end(atBoundary: commit, folder: folder, names: names, in: repository)
            return
        }
        var parents: [(id: ObjectID, folder: ObjectID?)] = []
        for parent in commit.parents {
            let seen = try look(at: parent, in: repository)
            if parents.isEmpty { lastParent = seen }
            parents.append((parent, seen.folder))
            // The usual case, decided without looking at a lock: the first parent has the same folder.
            if parents.count == 1, parents[0].folder == folder { break }
        }
        if let same = parents.first, same.folder == folder {
            follow(same.id, names)
            return
        }
        // One comparison tells whose locks differ: with a look for each name, cost would grow with its square.
        var changed = Changed(names: names)
        if let first = parents.first {
            changed = try Self.changed(from: first.folder, to: folder, among: names, in: repository)
            if changed.names.count < names.count {
                follow(first.id, changed.names.isEmpty ? names : names.subtracting(changed.names))
            }
        } else if names.count > Self.fewNames {
            // In the first commit of all, what has no lock has nothing to tell.
            changed = Changed(names: try Self.locked(in: folder, among: names, in: repository))
        }
        for name in changed.names.sorted() {
            let locks = parents.count == 1 ? changed.locks[name] : nil
            try visit(commit, folder: folder, parents: parents, name: name, locks, in: repository)
        }
    }

    /// The commit `id` and its folder of environments.
    private func look(
        at id: ObjectID, in repository: borrowing Repository
    ) throws(GitError) -> (commit: Commit, folder: ObjectID?) {
        if let lastParent, lastParent.commit.id == id { return lastParent }
        let commit = try repository.commit(id)
        return (commit, try Self.folder(commit.tree, in: repository))
    }

    /// So many are looked up sooner than all are gone through.
    private static let fewNames = 8

    /// Two versions of a lock.
    private struct Versions {
        /// `nil` where there was none.
        let old: ObjectID?
        let new: ObjectID
    }

    /// Whose locks differ, or may.
    private struct Changed {
        var names: Set<EnvironmentName>
        /// The locks of those whose were seen.
        var locks: [EnvironmentName: Versions] = [:]
    }

    /// Those of `names` whose lock differs between two folders of environments, or may: all where one cannot be read.
    private static func changed(
        from old: ObjectID?, to new: ObjectID?, among names: Set<EnvironmentName>, in repository: borrowing Repository
    ) throws(GitError) -> Changed {
        var changed = Changed(names: [])
        do throws(GitError) {
            try repository.changedEntries(from: old, to: new) { path, old, new in
                let steps = path.split(separator: "/", omittingEmptySubsequences: false)
                guard steps.count == 2, steps[1] == FleetLayout.lockName else { return .next }
                guard let name = name(String(steps[0])), names.contains(name) else { return .next }
                changed.names.insert(name)
                if let new, new.kind.isFile, old?.id != new.id, old?.kind.isFile ?? true {
                    changed.locks[name] = Versions(old: old?.id, new: new.id)
                }
                return .next
            }
        } catch  where error.code == .corrupt || error.code == .notFound {
            // Whose folder it is, and whether anybody asks for it, shows in the looks that follow.
            return Changed(names: names)
        }
        return changed
    }

    /// Those of `names` that have a lock in `folder`, or may.
    private static func locked(
        in folder: ObjectID?, among names: Set<EnvironmentName>, in repository: borrowing Repository
    ) throws(GitError) -> Set<EnvironmentName> {
        guard let folder else { return [] }
        var locked: Set<EnvironmentName> = []
        do throws(GitError) {
            for entry in try repository.tree(folder) {
                guard let name = name(entry.name), names.contains(name) else { continue }
                if entry.problem == nil, entry.kind == .directory {
                    guard try hasLock(entry.id, in: repository) else { continue }
                }
                locked.insert(name)
            }
        } catch  where error.code == .corrupt || error.code == .notFound {
            return names
        }
        return locked
    }

    /// Whether there is a lock in the folder `id` of an environment; also where that cannot be told.
    private static func hasLock(_ id: ObjectID, in repository: borrowing Repository) throws(GitError) -> Bool {
        do throws(GitError) {
            return try repository.entry(at: FleetLayout.lockName, in: id) != nil
        } catch  where error.code == .corrupt || error.code == .notFound {
            // Whoever looks at it alone says so.
            return true
        }
    }

    private static func name(_ text: String) -> EnvironmentName? {
        do throws(InvalidName) {
            return try EnvironmentName(text)
        } catch {
            return nil
        }
    }

    private mutating func visit(
        _ commit: Commit, folder: ObjectID?, parents: [(id: ObjectID, folder: ObjectID?)], name: EnvironmentName,
        _ versions: Versions?, in repository: borrowing Repository
    ) throws(GitError) {
        let lock = if let versions { versions.new } else { try Self.lock(of: name, in: folder, repository) }
        var before = versions?.old
        if versions == nil, let first = parents.first {
            before = try Self.lock(of: name, in: first.folder, repository)
        }
        for (position, parent) in parents.enumerated() {
            let other = position == 0 ? before : try Self.lock(of: name, in: parent.folder, repository)
            guard other == lock else { continue }
            follow(parent.id, [name])
            return
        }
        if parents.isEmpty, lock == nil { return }
        guard judgements.judge(commit, of: name, hasLock: lock != nil, hadLock: before != nil) == .next else { return }
        if let first = parents.first { follow(first.id, [name]) }
    }

    /// Goes on with the first parent where the index says that the commit at `place` has its locks; false where it has
    /// to be looked at.
    private mutating func isPassed(_ place: Int, _ names: Set<EnvironmentName>) -> Bool {
        let wanted = LockedPaths.Wanted(names)
        guard locks?.mayChange(at: place, since: 0, of: wanted) == false else { return false }
        var place = place
        // Without a parent, and without a lock: nothing is to be told.
        while let parent = locks?.index.firstParent(of: place) {
            place = parent
            // Where no other way leads to it, the next one is passed at once.
            guard lines.isEmpty, locks?.mayChange(at: place, since: 0, of: wanted) == false else {
                if let id = note(place) { follow(id, names) }
                return true
            }
        }
        return true
    }

    /// Judges the commit `id` at `place` by what the index says of its locks, and goes on with its parent; false where
    /// its folders have to be looked at.
    private mutating func isTold(
        at place: Int, _ id: ObjectID, _ names: Set<EnvironmentName>, in repository: borrowing Repository
    ) throws(GitError) -> Bool {
        guard let parents = locks?.index.parents(of: place), parents.count == 1,
            let touches = locks?.touches(at: place, of: names), !touches.values.contains(.unclear)
        else { return false }
        let commit = try repository.commit(id)
        guard let parent = note(parents[0]), commit.parents == [parent] else { return false }
        var names = names
        for (name, touch) in touches.sorted(by: { $0.key < $1.key }) {
            let step = judgements.judge(commit, of: name, hasLock: true, hadLock: touch == .replaced)
            if step == .stop { names.remove(name) }
        }
        if !names.isEmpty { follow(parent, names) }
        return true
    }

    @discardableResult
    private mutating func note(_ place: Int) -> ObjectID? {
        guard let id = locks?.index.entry(at: place).id else { return nil }
        places[id] = place
        return id
    }

    private mutating func follow(_ id: ObjectID, _ names: Set<EnvironmentName>) {
        guard lines[id] != nil else {
            lines[id] = names
            order.append(id)
            return
        }
        lines[id, default: []].formUnion(names)
    }

    private mutating func end(
        atBoundary commit: Commit, folder: ObjectID?, names: Set<EnvironmentName>, in repository: borrowing Repository
    ) throws(GitError) {
        for name in names where try Self.lock(of: name, in: folder, repository) != nil {
            if toleratesBoundary {
                boundary = commit.id.hex
                continue
            }
            throw GitError(
                operation: "read the ledger of \(name)", code: .shallow,
                message: "the clone is shallow and ends at \(commit.id.short), before the ledger begins",
                hint: "fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in the checkout step of CI")
        }
    }

    private static func folder(_ tree: ObjectID, in repository: borrowing Repository) throws(GitError) -> ObjectID? {
        guard let entry = try repository.entry(at: FleetLayout.environmentsFolder, in: tree),
            entry.kind == .directory
        else { return nil }
        return entry.id
    }

    /// What stands where the lock of `name` should; a folder is none.
    private static func lock(
        of name: EnvironmentName, in folder: ObjectID?, _ repository: borrowing Repository
    ) throws(GitError) -> ObjectID? {
        guard let folder, let entry = try repository.entry(at: "\(name)/\(FleetLayout.lockName)", in: folder),
            entry.kind != .directory
        else { return nil }
        return entry.id
    }
}

extension EntryKind {
    fileprivate var isFile: Bool { self == .blob || self == .executable }
}
