import Git

/// The line of an evidence branch as far as it has been walked: which of its top folders changed in which commit.
///
/// A commit stands for all that came before it, so what was walked once stays so, and only what came since has to be
/// read. Where the branch was rewritten, its line is read anew from where the old and the new one part.
struct EvidenceTimeline: Sendable {
    /// Oldest first.
    private(set) var commits: [LineCommit] = []
    private var places: [ObjectID: Int] = [:]
    private var folders = TopFolders()
    private var boundary: Set<ObjectID> = []

    /// The changes of the top folder `name` up to the commit at `place`, oldest first.
    func changes(of name: String, upTo place: Int) -> ArraySlice<TopFolders.Change> {
        folders.changes(of: Array(name.utf8)).prefix { $0.place <= place }
    }

    /// Reads what is not known yet of the line that leads to `tip`.
    ///
    /// - Returns: the place of `tip` in ``commits``.
    /// - Throws: ``GitError``; then nothing is known any more.
    mutating func extend(to tip: ObjectID, in repository: borrowing Repository) throws(GitError) -> Int {
        if boundary != repository.shallowBoundary {
            self = EvidenceTimeline()
            boundary = repository.shallowBoundary
        }
        if let place = places[tip] { return place }
        do throws(GitError) {
            var new: [LineCommit] = []
            var last = -1
            try repository.firstParentLine(from: tip) { (commit) throws(GitError) in
                if let place = places[commit.id] {
                    last = place
                    return .stop
                }
                new.append(commit)
                return .next
            }
            forget(after: last)
            for commit in new.reversed() {
                try folders.add(commit.tree, at: commits.count, in: repository)
                places[commit.id] = commits.count
                commits.append(commit)
            }
        } catch {
            self = EvidenceTimeline()
            throw error
        }
        return commits.count - 1
    }

    private mutating func forget(after place: Int) {
        guard place < commits.count - 1 else { return }
        for commit in commits[(place + 1)...] { places[commit.id] = nil }
        commits.removeSubrange((place + 1)...)
        folders.forget(after: place)
    }
}

/// The folders at the root of a line of commits, and the commits that changed each.
struct TopFolders: Sendable {
    /// A top folder as some commit left it.
    struct Change {
        /// The place of the commit in its line, from 0, the oldest.
        let place: Int
        let state: State
    }

    enum State: Equatable {
        case present(ObjectID)
        case absent
        /// The root names it twice.
        case ambiguous
    }

    private struct Folder {
        var changes: [Change] = []
        /// The place of the last commit that has it.
        var seen = -1

        mutating func see(_ id: ObjectID, at place: Int) {
            guard seen < place else {
                if changes.last?.place == place { changes.removeLast() }
                changes.append(Change(place: place, state: .ambiguous))
                return
            }
            seen = place
            guard changes.last?.state != .present(id) else { return }
            changes.append(Change(place: place, state: .present(id)))
        }

        /// Whether it was there before the commit at `place` and is not any more.
        mutating func leave(at place: Int) -> Bool {
            guard seen < place, let last = changes.last, last.state != .absent else { return false }
            changes.append(Change(place: place, state: .absent))
            return true
        }
    }

    /// Those named by two hexadecimal digits, which nearly all are.
    private var byDigits = [Folder](repeating: Folder(), count: 256)
    private var byName: [[UInt8]: Folder] = [:]
    /// The names of those of ``byName`` that the last commit has.
    private var names: Set<[UInt8]> = []

    func changes(of name: [UInt8]) -> [Change] {
        if name.count == 2, let slot = Self.slot(name[0], name[1]) { return byDigits[slot].changes }
        return byName[name]?.changes ?? []
    }

    /// Takes in the root folder of the commit at `place`, which follows the last one.
    ///
    /// - Throws: ``GitError``.
    mutating func add(_ tree: ObjectID, at place: Int, in repository: borrowing Repository) throws(GitError) {
        try repository.forEachEntry(of: tree) { (name, kind, id) throws(GitError) in
            guard kind == .directory else { return .next }
            if name.count == 2, let slot = Self.slot(name[0], name[1]) {
                byDigits[slot].see(id, at: place)
                return .next
            }
            var bytes: [UInt8] = []
            for index in name.indices { bytes.append(name[index]) }
            byName[bytes, default: Folder()].see(id, at: place)
            names.insert(bytes)
            return .next
        }
        for slot in byDigits.indices { _ = byDigits[slot].leave(at: place) }
        for name in names where byName[name]?.leave(at: place) == true { names.remove(name) }
    }

    mutating func forget(after place: Int) {
        func past(_ folder: Folder) -> Folder {
            let changes = folder.changes.filter { $0.place <= place }
            return Folder(changes: changes, seen: changes.last.map { $0.state == .absent ? -1 : place } ?? -1)
        }
        byDigits = byDigits.map(past)
        byName = byName.mapValues(past)
        names = Set(byName.filter { $0.value.seen == place }.keys)
    }

    private static func slot(_ first: UInt8, _ second: UInt8) -> Int? {
        guard let high = digit(first), let low = digit(second) else { return nil }
        return high * 16 + low
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        default: nil
        }
    }
}
