import Dispatch
import Git
import Synchronization

/// Reads on all cores: a handle of the repository for each worker, since its objects belong to one thread.
struct ParallelReading {
    /// The repository's git directory.
    let directory: String

    /// How many items a worker takes at a time: enough to keep the counter cool, few enough to end together.
    private static let chunk = 8

    /// What `body` makes of each of `items`, in their order, whoever was done first.
    ///
    /// - Throws: ``GitError`` of the first worker that could not open the repository.
    func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], _ body: @Sendable (Item, borrowing Repository) -> Value
    ) throws(GitError) -> [Value] {
        let next = Atomic(0)
        let results = Mutex<[Value?]>(Array(repeating: nil, count: items.count))
        let failure = Mutex<GitError?>(nil)
        DispatchQueue.concurrentPerform(iterations: Self.workers) { _ in
            do throws(GitError) {
                let repository = try Repository.open(at: directory)
                repository.expectManyObjects()
                while true {
                    let start = next.add(Self.chunk, ordering: .relaxed).oldValue
                    guard start < items.count else { return }
                    let range = start..<min(start + Self.chunk, items.count)
                    let values = range.map { body(items[$0], repository) }
                    results.withLock { results in
                        for (offset, value) in values.enumerated() { results[start + offset] = value }
                    }
                }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.withLock { $0.compactMap(\.self) }
    }

    private static var workers: Int {
        max(1, min(ProcessorCount.available, 16))
    }
}
