import Dispatch
import Git
import Glibc
import Synchronization

/// Reads the commits that an index lacks, and compares each with its parents on all cores meanwhile.
struct MissingCommits {
    let base: CommitIndex
    /// The repository's git directory.
    let directory: String
    /// Whether ids are checked by what finds out collisions too.
    let isProof: Bool
    /// Told now and then how many commits were read.
    let telling: (Int?) -> Void

    /// A commit and one of its parents, to be compared.
    private struct Comparison: Sendable {
        /// Its place among all.
        let number: Int
        let old: ObjectID?
        let new: ObjectID
    }

    /// How many comparisons are handed to a worker at a time: each has to unpack anew what others are made from.
    private static let chunk = 16_384
    private static let progressStep = 2_048
    /// So many are read and compared through the repository at hand.
    private static let few = 8

    /// The base with all that can be reached from `tip`; `nil` where there is no room for it.
    ///
    /// - Throws: ``GitError`` where a commit cannot be read.
    func added(upTo tip: ObjectID, in repository: borrowing Repository) throws(GitError) -> CommitIndex? {
        let comparing = Comparing(directory: directory, isProof: isProof)
        let read: Read
        do throws(GitError) {
            read = try self.read(from: tip, in: repository) { comparisons in
                // What takes less time than another handle of the repository is done here.
                if comparisons.count <= Self.few {
                    comparing.take(comparisons, in: repository)
                } else {
                    comparing.take(comparisons)
                }
            }
        } catch {
            _ = comparing.finish(0)
            throw error
        }
        let comparisons = comparing.finish(read.comparisons)
        var index = base
        index.reserve(read.commits.count + read.commits.count / 16)
        var numbers = CommitIndex.Numbers(of: base, for: comparisons)
        for place in read.order {
            let commit = read.commits[place]
            guard index.add(commit.id, commit.facts, comparedFrom: commit.firstComparison, in: comparisons, &numbers)
            else { return nil }
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
        var places = ObjectTable()
        var isDone: [Bool] = []
        // Those whose comparisons were not handed over yet.
        var open: [Int] = []
        var reader: PackReader?
        var pending = [tip]
        while let id = pending.last {
            if let place = places.number(of: id) {
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
            if reader == nil, places.count == Self.few { reader = repository.packReader(detectsCollisions: isProof) }
            let facts =
                if let read = reader?.commitFacts(id, marker: HistoryIndex.marker) { read } else {
                    try repository.commitFacts(id, marker: HistoryIndex.marker)
                }
            open.append(places.count)
            places.append(id)
            result.commits.append((id, facts, result.comparisons))
            result.comparisons += max(1, facts.parents.count)
            isDone.append(false)
            if result.commits.count.isMultiple(of: Self.progressStep) { telling(result.commits.count) }
            // Last in, first out: the line of first parents is read first.
            for parent in facts.parents.reversed() where places.number(of: parent) == nil { pending.append(parent) }
            if open.count >= Self.chunk {
                compare(Self.ready(&open, of: result, places, &known))
            }
        }
        compare(Self.ready(&open, of: result, places, &known))
        return result
    }

    /// The comparisons of those of `open` whose parents are known, which are no longer open then.
    private static func ready(
        _ open: inout [Int], of read: Read, _ places: ObjectTable, _ known: inout KnownCommits
    ) -> [Comparison] {
        var ready: [Comparison] = []
        ready.reserveCapacity(open.count)
        var left: [Int] = []
        for place in open {
            let commit = read.commits[place]
            let tree = commit.facts.tree
            if commit.facts.parents.isEmpty {
                ready.append(Comparison(number: commit.firstComparison, old: nil, new: tree))
            }
            var olds: [ObjectID] = []
            for parent in commit.facts.parents {
                let old = places.number(of: parent).map { read.commits[$0].facts.tree } ?? known.tree(of: parent)
                guard let old else { break }
                olds.append(old)
            }
            guard olds.count == commit.facts.parents.count else {
                left.append(place)
                continue
            }
            for (offset, old) in olds.enumerated() {
                ready.append(Comparison(number: commit.firstComparison + offset, old: old, new: tree))
            }
        }
        open = left
        return ready
    }

    /// Compares on other threads, in the order that pleases them; what comes of it is told apart by its number.
    private final class Comparing: Sendable {
        private struct State {
            /// Whether there are workers, which begin when there is something to take.
            var hasBegun = false
            var waiting: [[Comparison]] = []
            var results: [(numbers: [Int], folders: ComparedFolders)] = []
        }

        private let directory: String
        private let isProof: Bool
        private let queue = DispatchQueue(label: "history", attributes: .concurrent)
        private let group = DispatchGroup()
        private let workerCount = max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        private let state = Mutex(State())
        /// How many lists of comparisons there are to take; an empty one for each worker is the last.
        private let waitingCount = DispatchSemaphore(value: 0)

        init(directory: String, isProof: Bool) {
            self.directory = directory
            self.isProof = isProof
        }

        func take(_ comparisons: [Comparison]) {
            guard !comparisons.isEmpty else { return }
            let isFirst = state.withLock { state in
                defer { state.hasBegun = true }
                return !state.hasBegun
            }
            if isFirst {
                for _ in 0..<workerCount { queue.async(group: group) { self.work() } }
            }
            put(comparisons)
        }

        /// Compares on this thread.
        func take(_ comparisons: [Comparison], in repository: borrowing Repository) {
            var folders = ComparedFolders()
            for comparison in comparisons { folders.append(Self.changes(comparison, in: repository)) }
            let found = (comparisons.map(\.number), folders)
            state.withLock { $0.results.append(found) }
        }

        private func put(_ comparisons: [Comparison]) {
            state.withLock { $0.waiting.append(comparisons) }
            waitingCount.signal()
        }

        /// What differs in `count` comparisons, when all were taken; to be called in any case.
        func finish(_ count: Int) -> Comparisons {
            if state.withLock({ $0.hasBegun }) {
                for _ in 0..<workerCount { put([]) }
                group.wait()
            }
            return Comparisons(count: count, state.withLock { $0.results })
        }

        private func next() -> [Comparison] {
            waitingCount.wait()
            return state.withLock { $0.waiting.removeFirst() }
        }

        /// Compares what there is to take; nothing comes of what cannot be compared, or differs in too much.
        private func work() {
            var comparisons = next()
            do throws(GitError) {
                // Opened when there is something to do.
                guard !comparisons.isEmpty else { return }
                let repository = try Repository.open(at: directory)
                let reader = repository.packReader(detectsCollisions: isProof)
                while !comparisons.isEmpty {
                    var folders = ComparedFolders()
                    for comparison in comparisons
                    where !reader.compare(comparison.old, comparison.new, adding: &folders) {
                        folders.append(Self.changes(comparison, in: repository))
                    }
                    let found = (comparisons.map(\.number), folders)
                    state.withLock { $0.results.append(found) }
                    comparisons = next()
                }
            } catch {
                // What is not compared now is when it matters.
                while !comparisons.isEmpty { comparisons = next() }
            }
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
                    (0..<base.count).map { (base.id(at: $0), $0) }, uniquingKeysWith: { first, _ in first })
            }
            return (table.map { $0[id] } ?? base.position(of: id)).map { base.entry(at: $0).tree }
        }
    }
}
