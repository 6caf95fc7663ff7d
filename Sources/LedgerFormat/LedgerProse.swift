import PromotionModel

/// Subject and body of a result commit, for people who read `git log`.
struct LedgerProse {
    private let entry: LedgerEntry
    private let before: EnvironmentRecord

    init(entry: LedgerEntry, before: EnvironmentRecord) {
        self.entry = entry
        self.before = before
    }

    /// The longest subject: git's own lists cut later, forges at about this.
    private static let subjectLimit = 100

    /// `promote(prod): web 1.4.2 → 1.5.0`.
    var subject: String {
        let verb: String
        var items: [String]
        let moved = entry.items.filter { [.promoted, .adopted, .rolledBack].contains($0.result) }
        if !moved.isEmpty {
            verb = moved[0].result == .adopted ? "adopt" : moved[0].result == .rolledBack ? "rollback" : "promote"
            items = moved.flatMap(changes)
        } else if !entry.holds.isEmpty {
            verb = "hold"
            items = entry.holds.map { "\(name($0.scope)): \($0.reason.printable)" }
        } else if !entry.released.isEmpty {
            verb = "release"
            items = entry.released.map(name)
        } else if entry.items.allSatisfy({ $0.result == .withdrawn }) {
            verb = "withdraw"
            items = entry.items.flatMap(changes)
        } else {
            verb = "block"
            items = entry.items.filter { $0.result != .withdrawn }.map { item in
                let gates = item.gates.filter { !$0.passes }.map(\.gate.rawValue).joined(separator: ", ")
                let grounds = item.result == .waiting ? "waits for \(gates)" : "refused by \(gates)"
                return changes(item).joined(separator: ", ") + " " + grounds
            }
        }
        if entry.acceptance != nil {
            let count = moved.reduce(0) { $0 + $1.artifacts.count }
            return "accept(\(entry.environment)): \(count) component\(count == 1 ? "" : "s") as the lock stands"
        }
        if verb == "adopt" {
            let count = moved.reduce(0) { $0 + $1.artifacts.count }
            items = ["\(count) component\(count == 1 ? "" : "s") recorded as found"]
        }
        let full = "\(verb)(\(entry.environment)): \(items.joined(separator: ", "))"
        guard full.count > Self.subjectLimit, items.count > 1 else { return String(full.prefix(200)) }
        return "\(verb)(\(entry.environment)): \(items[0].prefix(60)) and \(items.count - 1) more"
    }

    private func name(_ scope: Hold.Scope) -> String {
        scope == .environment ? "everything" : scope.description
    }

    /// `web 1.4.2 → 1.5.0`, one for each change.
    private func changes(_ item: LedgerEntry.Item) -> [String] {
        var texts = item.artifacts.sorted { $0.key < $1.key }.map { component, artifact in
            let old = before.components[component]?.artifact
            guard let old else { return "\(component) \(artifact.version)" }
            return "\(component) \(old.label(beside: artifact)) → \(artifact.label(beside: old))"
        }
        texts += item.retired.sorted().map { "\($0) retired" }
        if item.configuration != nil { texts.append("configuration") }
        return texts
    }

    /// A line for each change and each reason, at most a hundred.
    var body: [String] {
        var lines: [String] = []
        for item in entry.items {
            let what = changes(item).joined(separator: ", ")
            switch item.result {
            case .adopted:
                let words = entry.acceptance == nil ? "recorded as found" : "taken over from the lock"
                lines += changes(item).map { "\($0): \(words)" }
            case .promoted:
                let origin = item.source.map { "from \($0)" } ?? "arrived"
                lines += changes(item).map { "\($0): \(origin)" }
            case .rolledBack: lines += changes(item).map { "\($0): back to the last known good" }
            case .withdrawn: lines += changes(item).map { "\($0): no longer declared" }
            case .waiting, .refused:
                lines.append("\(what) \(item.result == .waiting ? "waits" : "is refused"):")
                lines += item.gates.filter { !$0.passes }.map { "  \($0.gate.rawValue): \($0.reason)" }
            case .held, .released: break
            }
        }
        lines += entry.holds.map { hold in
            "\(name(hold.scope)) held by \(hold.owner)\(hold.until.map { " until \($0)" } ?? ""): \(hold.reason)"
        }
        lines += entry.released.map { "\(name($0)) released" }
        let shown = lines.prefix(100).map { escape($0) }
        return shown + (lines.count > 100 ? ["and \(lines.count - 100) more"] : [])
    }

    /// Free text that cannot be taken for a divider, a second line, or what forges look for anywhere in a message, such
    /// as a sign-off.
    private func escape(_ line: String) -> String {
        let printable = line.printable
        let word = printable.utf8.prefix { $0 != UInt8(ascii: " ") }
        let isLikeTrailer = word.last == UInt8(ascii: ":") && word.contains(UInt8(ascii: "-"))
        return isLikeTrailer || word.starts(with: "---".utf8) ? " " + printable : printable
    }
}
