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
    private var present: [String: [String: TreeEntry]] = [:]

    /// A clock may be ahead by so many seconds without being called wrong.
    static let tolerance: Int64 = 300

    /// Walks the first parents of `tip` to the beginning, and looks into `folders` only.
    ///
    /// A commit cannot claim to be older than those before it, so back-dating goes no further than the commit before.
    ///
    /// - Throws: ``GitError``.
    init(
        of folders: Set<String>, from tip: ObjectID, now: Timestamp, in repository: borrowing Repository
    ) throws(GitError) {
        var commits: [(id: ObjectID, tree: ObjectID, seconds: Int64, isBoundary: Bool)] = []
        try repository.firstParentWalk(from: tip) { (commit) throws(GitError) in
            commits.append((commit.id, commit.tree, commit.committer.seconds, commit.isShallowBoundary))
            return .next
        }
        let wanted = Dictionary(grouping: folders) { String($0.prefix { $0 != "/" }) }
        var roots: [String: ObjectID] = [:]
        var latest = Int64.min
        for commit in commits.reversed() {
            let instant: FirstSeen
            if commit.isBoundary {
                instant = .unknown
                latest = max(latest, min(commit.seconds, now.seconds))
            } else if commit.seconds > now.seconds + Self.tolerance {
                instant = .future(Timestamp(seconds: commit.seconds))
            } else {
                latest = max(latest, min(commit.seconds, now.seconds))
                instant = .at(Timestamp(seconds: latest))
            }
            var next: [String: ObjectID] = [:]
            for entry in try repository.tree(commit.tree) where entry.kind == .directory && wanted[entry.name] != nil {
                next[entry.name] = entry.id
            }
            for (root, below) in wanted where roots[root] != next[root] {
                try compare(below, in: commit.tree, id: commit.id, instant, repository)
            }
            roots = next
        }
    }

    private mutating func compare(
        _ folders: [String], in tree: ObjectID, id: ObjectID, _ instant: FirstSeen, _ repository: borrowing Repository
    ) throws(GitError) {
        for folder in folders.sorted() {
            let entry = try repository.entry(at: folder, in: tree)
            var now: [String: TreeEntry] = [:]
            if let entry, entry.kind == .directory {
                for item in try repository.tree(entry.id) where item.problem == nil { now[item.name] = item }
            }
            let before = present[folder] ?? [:]
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
                        "was removed or changed in commit \(id.short) of the evidence branch; it still counts",
                        severity: .warning))
            }
            present[folder] = now
        }
    }
}
