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
        /// Its place among all.
        let number: Int
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
        let read = try read(from: tip, in: repository) { comparing.take($0) }
        let changes = comparing.finish(read.comparisons)
        var index = base
        var numbers = CommitIndex.Numbers(of: base)
        for place in read.order {
            let (id, facts) = (read.commits[place].id, read.commits[place].facts)
            let first = read.commits[place].firstComparison
            let lists = (first..<(first + max(1, facts.parents.count))).map { changes[$0] }
            guard index.add(CommitIndex.Addition(id: id, facts: facts, changes: lists), &numbers) else { return nil }
        }
        return index
    }

    /// What was missing, as it was met.
    private struct Read {
        var commits: [(id: ObjectID, facts: CommitFacts, firstComparison: Int)] = []
        /// Places of the commits, each after its parents.
        var order: [Int] = []
        /// How many comparisons there are, one for each parent, and one for a commit without any.
        var comparisons = 0
    }

    /// Reads what is missing.
    ///
    /// - Parameter compare: told of comparisons that can be made.
    private func read(
        from tip: ObjectID, in repository: borrowing Repository, _ compare: ([Comparison]) -> Void
    ) throws(GitError) -> Read {
        var known = KnownCommits(base: base)
        var result = Read()
        var places: [ObjectID: Int] = [:]
        var isDone: [Bool] = []
        var waiting: [ObjectID: [(number: Int, tree: ObjectID)]] = [:]
        var ready: [Comparison] = []
        var pending = [tip]
        while let id = pending.last {
            if let place = places[id] {
                // Read before, so all that it comes from has been passed.
                pending.removeLast()
                if !isDone[place] { result.order.append(place) }
                isDone[place] = true
                continue
            }
            if known.tree(of: id) != nil {
                pending.removeLast()
                continue
            }
            let facts = try repository.commitFacts(id, marker: HistoryIndex.marker)
            let first = result.comparisons
            places[id] = result.commits.count
            result.commits.append((id, facts, first))
            result.comparisons += max(1, facts.parents.count)
            isDone.append(false)
            if result.commits.count.isMultiple(of: Self.progressStep) { telling(result.commits.count) }
            for child in waiting.removeValue(forKey: id) ?? [] {
                ready.append(Comparison(number: child.number, old: facts.tree, new: child.tree))
            }
            if facts.parents.isEmpty { ready.append(Comparison(number: first, old: nil, new: facts.tree)) }
            for (offset, parent) in facts.parents.enumerated() {
                if let tree = places[parent].map({ result.commits[$0].facts.tree }) ?? known.tree(of: parent) {
                    ready.append(Comparison(number: first + offset, old: tree, new: facts.tree))
                } else {
                    waiting[parent, default: []].append((first + offset, facts.tree))
                }
            }
            // Last in, first out: the line of first parents is read first.
            for parent in facts.parents.reversed() where places[parent] == nil { pending.append(parent) }
            if ready.count >= Self.chunk {
                compare(ready)
                ready = []
            }
        }
        compare(ready)
        return result
    }

    /// Compares on other threads, in the order that pleases them; what comes of it is told apart by its name.
    private final class Comparing: Sendable {
        private let directory: String
        private let queue = DispatchQueue(label: "history", attributes: .concurrent)
        private let group = DispatchGroup()
        private let results = Mutex<[[(number: Int, files: [ChangedFile])]]>([])

        init(directory: String) {
            self.directory = directory
        }

        func take(_ comparisons: [Comparison]) {
            guard !comparisons.isEmpty else { return }
            queue.async(group: group) {
                let found = self.compare(comparisons)
                self.results.withLock { $0.append(found) }
            }
        }

        /// What differs, by the places of the comparisons, of which there are `count`.
        func finish(_ count: Int) -> [[ChangedFile]?] {
            group.wait()
            var all = [[ChangedFile]?](repeating: nil, count: count)
            for found in results.withLock({ $0 }).joined() { all[found.number] = found.files }
            return all
        }

        /// What differs; nothing of those that cannot be compared, or differ in too much.
        private func compare(_ comparisons: [Comparison]) -> [(number: Int, files: [ChangedFile])] {
            var found: [(number: Int, files: [ChangedFile])] = []
            found.reserveCapacity(comparisons.count)
            do throws(GitError) {
                let repository = try Repository.open(at: directory)
                for comparison in comparisons {
                    guard let files = Self.changes(comparison, in: repository) else { continue }
                    found.append((comparison.number, files))
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
