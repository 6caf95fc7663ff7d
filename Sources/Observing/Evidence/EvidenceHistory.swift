import Git
import PromotionModel

/// What ever came to some folders of the evidence branch, and when.
///
/// The branch only grows: what was once there counts as still there. So nobody who may push to it can take back a
/// revocation, or make an old statement look new by removing it and putting it there again.
struct EvidenceHistory {
    /// An envelope and its first sight.
    struct Arrival {
        let path: String
        let folder: String
        let name: String
        let blob: ObjectID
        let kind: EntryKind
        let firstSeen: FirstSeen
    }

    /// When something came, as far as that can be told.
    enum FirstSeen: Hashable {
        case at(Timestamp)
        /// The commit says an instant in the future.
        case future(Timestamp)
        /// The clone is shallow, and it was there at its end.
        case unknown
    }

    /// By path; the first arrival of each content at each path.
    private(set) var arrivals: [Arrival] = []
    private(set) var problems: [Problem] = []
    /// When the first of what is in the future will not be any more.
    var nextChange: Timestamp? {
        arrivals.compactMap { arrival in
            if case .future(let instant) = arrival.firstSeen {
                Timestamp(seconds: instant.seconds - Self.tolerance)
            } else {
                nil
            }
        }.min()
    }
    private var seen: Set<String> = []
    private var present: [String: (id: ObjectID, items: [String: TreeEntry])] = [:]

    /// A clock may be ahead by so many seconds without being called wrong.
    static let tolerance: Int64 = 300

    /// Follows the first parents of `tip` to the beginning, and looks into `folders` only.
    ///
    /// A commit cannot claim to be older than those before it, so back-dating goes no further than the commit before.
    ///
    /// - Parameter timeline: What is known of the branch; what is read besides is added.
    /// - Throws: ``GitError``.
    init(
        of folders: Set<String>, from tip: ObjectID, now: Timestamp, timeline: inout EvidenceTimeline,
        in repository: borrowing Repository
    ) throws(GitError) {
        let last = try timeline.extend(to: tip, in: repository)
        let instants = Self.instants(timeline.commits[...last], now: now)
        let wanted = Dictionary(grouping: folders) { String($0.prefix { $0 != "/" }) }
        for (root, below) in wanted {
            for change in timeline.changes(of: root, upTo: last) {
                let commit = timeline.commits[change.place]
                let now = try Self.folders(below, of: root, change, commit, in: repository)
                for folder in below.sorted() {
                    try compare(folder, now[folder], in: commit, instants[change.place], repository)
                }
            }
        }
    }

    private static func instants(_ commits: ArraySlice<LineCommit>, now: Timestamp) -> [FirstSeen] {
        var latest = Int64.min
        return commits.map { commit in
            if commit.isShallowBoundary {
                latest = max(latest, min(commit.seconds, now.seconds))
                return .unknown
            }
            if commit.seconds > now.seconds + tolerance { return .future(Timestamp(seconds: commit.seconds)) }
            latest = max(latest, min(commit.seconds, now.seconds))
            return .at(Timestamp(seconds: latest))
        }
    }

    /// The ids of those of `folders`, all below `root`, that are there after `change`.
    ///
    /// - Throws: ``GitError``; `corrupt` where one is named twice.
    private static func folders(
        _ folders: [String], of root: String, _ change: TopFolders.Change, _ commit: LineCommit,
        in repository: borrowing Repository
    ) throws(GitError) -> [String: ObjectID] {
        switch change.state {
        case .absent: return [:]
        case .ambiguous:
            for folder in folders { _ = try repository.entry(at: folder, in: commit.tree) }
            return [:]
        case .present(let id):
            let wanted = Dictionary(folders.map { (Array($0.utf8.dropFirst(root.utf8.count + 1)), $0) }) { $1 }
            var found: [String: ObjectID] = [:]
            var seen: Set<String> = []
            try repository.forEachEntry(of: id) { (name, kind, id) throws(GitError) in
                var bytes: [UInt8] = []
                for index in name.indices { bytes.append(name[index]) }
                guard let folder = wanted[bytes] else { return .next }
                // Says itself what is wrong where one is named twice.
                if !seen.insert(folder).inserted { _ = try repository.entry(at: folder, in: commit.tree) }
                if kind == .directory { found[folder] = id }
                return .next
            }
            return found
        }
    }

    private mutating func compare(
        _ folder: String, _ id: ObjectID?, in commit: LineCommit, _ instant: FirstSeen,
        _ repository: borrowing Repository
    ) throws(GitError) {
        guard present[folder]?.id != id else { return }
        var now: [String: TreeEntry] = [:]
        if let id {
            for item in try repository.tree(id) where item.problem == nil { now[item.name] = item }
        }
        let before = present[folder]?.items ?? [:]
        for (name, item) in now.sorted(by: { $0.key < $1.key }) where before[name] != item {
            guard seen.insert("\(folder)/\(name) \(item.id.hex)").inserted else { continue }
            arrivals.append(
                Arrival(
                    path: "\(folder)/\(name)", folder: folder, name: name, blob: item.id, kind: item.kind,
                    firstSeen: instant))
        }
        for (name, item) in before.sorted(by: { $0.key < $1.key }) where now[name]?.id != item.id {
            problems.append(
                Problem(
                    Place(file: "\(folder)/\(name)"),
                    "was removed or changed in commit \(commit.id.short) of the evidence branch; it still counts",
                    severity: .warning))
        }
        present[folder] = id.map { ($0, now) }
    }
}
