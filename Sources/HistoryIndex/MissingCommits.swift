import Dispatch
import Git
import Synchronization

/// Reads the commits that an index lacks, and compares each with its parents on all cores meanwhile.
struct MissingCommits {
    let base: CommitIndex
    /// The repository's git directory.
    let directory: String
    /// Told now and then how many commits were read.
    let telling: (Int?) -> Void

    /// A commit and one of its parents, to be compared.
    private struct Comparison: Sendable {
        let commit: ObjectID
        let parent: Int
        let old: ObjectID?
        let new: ObjectID
    }

    /// How many comparisons are handed to a worker at a time: opening a repository has to be worth it.
    private static let chunk = 4_096
    private static let progressStep = 2_048

    /// The base with all that can be reached from `tip`; `nil` where there is no room for it.
    ///
    /// - Throws: ``GitError`` where a commit cannot be read.
    func added(upTo tip: ObjectID, in repository: borrowing Repository) throws(GitError) -> CommitIndex? {
        let comparing = Comparing(directory: directory)
        let (order, facts) = try read(from: tip, in: repository) { comparing.take($0) }
        let changes = comparing.finish()
        var index = base
        var numbers = CommitIndex.Numbers(of: base)
        for id in order {
            guard let facts = facts[id] else { return nil }
            let lists = (0..<max(1, facts.parents.count)).map { changes[LinkName(commit: id, parent: $0)] }
            guard index.add(CommitIndex.Addition(id: id, facts: facts, changes: lists), &numbers) else { return nil }
        }
        return index
    }

    /// Reads what is missing.
    ///
    /// - Parameter compare: told of comparisons that can be made.
    /// - Returns: each commit after its parents, and what it says.
    private func read(
        from tip: ObjectID, in repository: borrowing Repository, _ compare: ([Comparison]) -> Void
    ) throws(GitError) -> (order: [ObjectID], facts: [ObjectID: CommitFacts]) {
        var known = KnownCommits(base: base)
        var facts: [ObjectID: CommitFacts] = [:]
        var waiting: [ObjectID: [(commit: ObjectID, parent: Int, tree: ObjectID)]] = [:]
        var ready: [Comparison] = []
        var order: [ObjectID] = []
        var isDone: Set<ObjectID> = []
        var pending = [tip]
        while let id = pending.last {
            if isDone.contains(id) || known.tree(of: id) != nil {
                pending.removeLast()
                continue
            }
            if facts[id] != nil {
                // All that it comes from has been passed.
                pending.removeLast()
                isDone.insert(id)
                order.append(id)
                continue
            }
            let read = try repository.commitFacts(id, marker: HistoryIndex.marker)
            facts[id] = read
            if facts.count.isMultiple(of: Self.progressStep) { telling(facts.count) }
            for child in waiting.removeValue(forKey: id) ?? [] {
                ready.append(
                    Comparison(commit: child.commit, parent: child.parent, old: read.tree, new: child.tree))
            }
            if read.parents.isEmpty { ready.append(Comparison(commit: id, parent: 0, old: nil, new: read.tree)) }
            for (number, parent) in read.parents.enumerated() {
                if let tree = facts[parent]?.tree ?? known.tree(of: parent) {
                    ready.append(Comparison(commit: id, parent: number, old: tree, new: read.tree))
                } else {
                    waiting[parent, default: []].append((id, number, read.tree))
                }
            }
            // Last in, first out: the line of first parents is read first.
            for parent in read.parents.reversed() where facts[parent] == nil { pending.append(parent) }
            if ready.count >= Self.chunk {
                compare(ready)
                ready = []
            }
        }
        compare(ready)
        return (order, facts)
    }

    /// A commit and the number of one of its parents.
    private struct LinkName: Hashable, Sendable {
        let commit: ObjectID
        let parent: Int
    }

    /// Compares on other threads, in the order that pleases them; what comes of it is told apart by its name.
    private final class Comparing: Sendable {
        private let directory: String
        private let queue = DispatchQueue(label: "history", attributes: .concurrent)
        private let group = DispatchGroup()
        private let results = Mutex<[LinkName: [ChangedFile]]>([:])

        init(directory: String) {
            self.directory = directory
        }

        func take(_ comparisons: [Comparison]) {
            guard !comparisons.isEmpty else { return }
            queue.async(group: group) {
                let found = self.compare(comparisons)
                self.results.withLock { $0.merge(found) { first, _ in first } }
            }
        }

        func finish() -> [LinkName: [ChangedFile]] {
            group.wait()
            return results.withLock { $0 }
        }

        /// What differs; nothing of those that cannot be compared, or differ in too much.
        private func compare(_ comparisons: [Comparison]) -> [LinkName: [ChangedFile]] {
            var found: [LinkName: [ChangedFile]] = [:]
            do throws(GitError) {
                let repository = try Repository.open(at: directory)
                for comparison in comparisons {
                    found[LinkName(commit: comparison.commit, parent: comparison.parent)] = Self.changes(
                        comparison, in: repository)
                }
            } catch {
                // What is not compared now is when it matters.
                return found
            }
            return found
        }

        private static func changes(_ comparison: Comparison, in repository: borrowing Repository) -> [ChangedFile]? {
            var files: [ChangedFile] = []
            var isPlain = true
            do throws(GitError) {
                try repository.changedEntries(from: comparison.old, to: comparison.new) { path, old, new in
                    let file = ChangedFile(path: path, old: Self.version(old), new: Self.version(new))
                    isPlain = (old == nil) == (file.old == nil) && (new == nil) == (file.new == nil)
                    isPlain = isPlain && files.count < CommitIndex.maximumChanges
                    files.append(file)
                    return isPlain ? .next : .stop
                }
            } catch {
                // A damaged or hostile tree: whoever reads it says so.
                return nil
            }
            return isPlain ? files : nil
        }

        /// What an index keeps of `entry`; `nil` where it is not of a kind that it keeps.
        private static func version(_ entry: TreeEntry?) -> ChangedFile.Version? {
            guard let entry, entry.problem == nil else { return nil }
            switch entry.kind {
            case .blob, .executable, .symlink, .submodule:
                return ChangedFile.Version(kind: entry.kind, id: entry.id)
            case .directory, .unknown: return nil
            }
        }
    }

    /// What the base knows, looked up one by one as long as that is cheaper than a table of all.
    private struct KnownCommits {
        let base: CommitIndex
        private var count = 0
        private var table: [ObjectID: Int]?

        init(base: CommitIndex) {
            self.base = base
        }

        /// The root folder of the commit `id`; `nil` where the base does not know it.
        mutating func tree(of id: ObjectID) -> ObjectID? {
            guard base.count > 0 else { return nil }
            count += 1
            if count == 64 {
                table = Dictionary(
                    (0..<base.count).map { (base.entry(at: $0).id, $0) }, uniquingKeysWith: { first, _ in first })
            }
            return (table.map { $0[id] } ?? base.position(of: id)).map { base.entry(at: $0).tree }
        }
    }
}
