import PromotionModel

/// Folding the entries gives every lock.
enum LocksCheck {
    static func remarks(on item: EntryUnderAudit) -> [Observed] {
        let folded = item.before.applying(item.entry)
        switch item.step.after {
        case .present(let record), .disproved(let record, _):
            guard record != folded else { return [] }
            let parts = differences(record, folded)
            return [.broken("the lock is not what the entries give: \(parts.joined(separator: ", "))")]
        case .absent: return [.broken("there is no lock after it")]
        case .unreadable(let problem): return [.broken("the lock cannot be read: \(problem)")]
        }
    }

    /// The parts in which two records differ, at most five.
    private static func differences(_ lock: EnvironmentRecord, _ folded: EnvironmentRecord) -> [String] {
        var parts: [String] = []
        func compare<Key: Hashable, Value: Equatable>(
            _ what: String, _ lock: [Key: Value], _ folded: [Key: Value]
        ) {
            let keys = Set(lock.keys).union(folded.keys).filter { lock[$0] != folded[$0] }
            parts += keys.map { "\(what) \($0)" }.sorted()
        }
        compare("component", lock.components, folded.components)
        if lock.configuration != folded.configuration { parts.append("configuration") }
        compare("pending", lock.pending, folded.pending)
        compare("hold", lock.holds, folded.holds)
        return Array(parts.prefix(5)) + (parts.count > 5 ? ["and \(parts.count - 5) more"] : [])
    }
}
