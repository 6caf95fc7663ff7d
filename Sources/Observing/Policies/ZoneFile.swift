/// What a file of the system's zone database says: when which offset began, and by which rule it goes on.
///
/// The format is that of RFC 9636, version 2 or later; of leap seconds nothing is read, since instants have none.
struct ZoneFile {
    /// From `at` on, in seconds since 1970, the zone is `offset` seconds east of UTC.
    struct Change: Equatable {
        let at: Int64
        let offset: Int64
    }

    /// In order of time.
    private let changes: [Change]
    /// Seconds east of UTC before the first change.
    private let firstOffset: Int64
    /// What holds after the last change.
    private let rule: ZoneRule?

    /// Reads the bytes of a file; `nil` if they are no such file.
    init?(_ bytes: [UInt8]) {
        // The first block has times of 32 bits, for readers of long ago, and is passed over.
        guard let old = Header(bytes, at: 0), old.version >= UInt8(ascii: "2"),
            let header = Header(bytes, at: old.end(timeSize: 4)), header.typeCount > 0
        else { return nil }
        let end = header.end(timeSize: 8)
        guard end <= bytes.count else { return nil }
        let types = header.body + header.timeCount * 9
        let offsets = (0..<header.typeCount).map { Int64(Int32(truncatingIfNeeded: number(bytes, types + $0 * 6, 4))) }
        guard offsets.allSatisfy({ abs($0) < 26 * 3_600 }) else { return nil }
        var changes: [Change] = []
        for index in 0..<header.timeCount {
            let kind = Int(bytes[header.body + header.timeCount * 8 + index])
            guard kind < offsets.count else { return nil }
            let at = number(bytes, header.body + index * 8, 8)
            if let last = changes.last, last.at >= at { return nil }
            changes.append(Change(at: at, offset: offsets[kind]))
        }
        self.changes = changes
        firstOffset = offsets[0]
        let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        rule = footer.isEmpty ? nil : ZoneRule(footer)
        if !footer.isEmpty, rule == nil { return nil }
    }

    /// The offset at `start`, and each other one that begins after it and before `end`.
    func offsets(from start: Int64, until end: Int64) -> (first: Int64, changes: [Change]) {
        let last = changes.last?.at ?? .min
        var first = changes.last { $0.at <= start }?.offset ?? firstOffset
        if let rule, start > last { first = rule.offset(at: start) }
        let ruled = rule?.changes(from: max(start, last) + 1, until: end) ?? []
        var found: [Change] = []
        for change in changes + ruled where change.at > start && change.at < end {
            if change.offset != found.last?.offset ?? first { found.append(change) }
        }
        return (first, found)
    }

    /// The six counts at the head of a block.
    private struct Header {
        let version: UInt8
        /// Where the block's data begin.
        let body: Int
        let timeCount: Int
        let typeCount: Int
        private let rest: (utc: Int, standard: Int, leap: Int, letters: Int)

        init?(_ bytes: [UInt8], at start: Int) {
            guard start + 44 <= bytes.count, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
            version = bytes[start + 4]
            let counts = (0..<6).map { Int(UInt32(truncatingIfNeeded: number(bytes, start + 20 + $0 * 4, 4))) }
            // The largest file there is has a few hundred changes.
            guard counts.allSatisfy({ $0 <= 10_000 }) else { return nil }
            rest = (counts[0], counts[1], counts[2], counts[5])
            (timeCount, typeCount) = (counts[3], counts[4])
            body = start + 44
        }

        /// Where the block ends, if a time takes `timeSize` bytes.
        func end(timeSize: Int) -> Int {
            body + timeCount * (timeSize + 1) + typeCount * 6 + rest.letters + rest.leap * (timeSize + 4)
                + rest.standard + rest.utc
        }
    }
}

/// The big-endian number in `count` bytes; with eight, it may be negative.
private func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
    bytes[start..<start + count].reduce(0) { $0 << 8 | Int64($1) }
}
