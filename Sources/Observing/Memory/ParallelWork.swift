import Dispatch
import Synchronization

/// Work on values, on all cores, that needs no repository.
package enum ParallelWork {
    /// Below so many items one thread is quicker than starting others.
    package static let threshold = 64
    package static let chunk = 32

    /// What `body` makes of each of `items`, in their order.
    ///
    /// - Parameters:
    ///   - threshold: below so many items one thread does it.
    ///   - chunk: how many items a thread takes at a time.
    package static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], threshold: Int = threshold, chunk: Int = chunk, _ body: @Sendable (Item) -> Value
    ) -> [Value] {
        let workers = min(ProcessorCount.available, 16)
        guard items.count >= threshold, workers > 1 else { return items.map(body) }
        let next = Atomic(0)
        let results = Mutex<[[Value]]>(Array(repeating: [], count: (items.count + chunk - 1) / chunk))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                let start = index * chunk
                guard start < items.count else { return }
                let values = items[start..<min(start + chunk, items.count)].map(body)
                results.withLock { $0[index] = values }
            }
        }
        return results.withLock { $0.flatMap(\.self) }
    }
}
