import PromotionModel

/// How reasons put lists and foreign text into words.
enum Wording {
    /// The longest piece of foreign text that a reason repeats.
    private static let foreignCharacters = 80

    /// `pieces` one behind the other, written once.
    static func text(_ pieces: String...) -> String {
        joined(pieces, by: "")
    }

    /// `items` with `separator` between them, written once: appending them one by one takes several times as long.
    static func joined(_ items: [String], by separator: String) -> String {
        var count = separator.utf8.count * max(0, items.count - 1)
        for item in items { count += item.utf8.count }
        return unsafe String(unsafeUninitializedCapacity: count) { buffer in
            var end = 0
            for index in items.indices {
                if index > 0, !separator.isEmpty { unsafe end = write(separator, to: buffer, at: end) }
                unsafe end = write(items[index], to: buffer, at: end)
            }
            return end
        }
    }

    /// Writes `text` from `start` on, and says where it ends.
    private static func write(_ text: String, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[start...])
        let count = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe room.update(fromContentsOf: $0) }
        if let count { return start + count }
        var end = start
        for byte in text.utf8 {
            unsafe buffer[end] = byte
            end += 1
        }
        return end
    }

    /// `a, b and 3 more`.
    static func list(_ items: [String], separator: String = ", ", atMost limit: Int = 5) -> String {
        guard items.count <= limit else {
            return list(items, count: items.count, separator: separator, atMost: limit)
        }
        return items.count == 1 ? items[0] : joined(items, by: separator)
    }

    /// `a, b and 3 more` of so many items, of which no more are made than are shown.
    static func list(
        _ items: some Sequence<String>, count: Int, separator: String = ", ", atMost limit: Int = 5
    ) -> String {
        var shown = ""
        var isFirst = true
        for item in items.prefix(limit) {
            if !isFirst { shown += separator }
            shown += item
            isFirst = false
        }
        return count > limit ? "\(shown) and \(count - limit) more" : shown
    }

    /// `a`, `a and b`, `a, b and c`.
    static func enumeration(_ items: [String]) -> String {
        guard items.count > 1, let last = items.last else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// Text that somebody else wrote, printable and not too long.
    static func foreign(_ text: String) -> String {
        clipped(text, to: foreignCharacters)
    }

    private static func clipped(_ text: String, to limit: Int) -> String {
        // Characters are counted only where there may be too many, or some that cannot be seen.
        if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return text.count > limit ? text.prefix(limit).description.printable + "…" : text.printable
    }

    /// The longest piece of a problem's text that a reason repeats: a path, a line and what is wrong there.
    private static let problemCharacters = 300

    /// `prod could not be read: environments/prod/x.yaml:3: …`.
    static func unreadable(_ environment: EnvironmentName, _ problem: Problem?) -> String {
        let why = problem.map { ": \($0.place): \($0.message)" } ?? ""
        return clipped("\(environment) could not be read\(why)", to: problemCharacters)
    }

    /// Somebody's text in quotes, printable and not too long.
    static func quoted(_ text: String) -> String {
        "\"\(foreign(text))\""
    }

    /// `; 3 did not count: 2 by no key in policies/allowed_signers, 1 not signed`; empty where there is none.
    ///
    /// Anybody may put an envelope on the evidence branch, so nothing that stands in one is repeated: it changes the
    /// numbers and no more.
    static func refusals(_ pieces: [RefusedEvidence]) -> String {
        guard !pieces.isEmpty else { return "" }
        let groups = Dictionary(grouping: pieces, by: \.cause).sorted { $0.key < $1.key }
        let texts = groups.map { cause, pieces in
            (groups.count == 1 ? "" : "\(pieces.count) ") + words(for: cause, of: pieces)
        }
        return "; \(pieces.count) did not count: \(texts.joined(separator: ", "))"
    }

    private static func words(for cause: RefusedEvidence.Cause, of pieces: [RefusedEvidence]) -> String {
        switch cause {
        case .unsigned: "not signed"
        case .strangeKey: "by no key in \(FleetLayout.signersPath)"
        case .unfitKey: "by a key that may not sign it, or not at that time"
        case .badSignature: "with a bad signature"
        case .otherSubject: "about something else"
        case .malformed: "malformed"
        case .ahead: "of a time to come"
        case .undated: "of a time that a shallow clone does not tell: git fetch --unshallow"
        // What is wrong with the list is the fleet's own text, and the same for all.
        case .noSigners: foreign(pieces.map(\.reason).min() ?? "\(FleetLayout.signersPath) cannot be used")
        case .excess: "beyond the most that are looked at"
        }
    }
}
