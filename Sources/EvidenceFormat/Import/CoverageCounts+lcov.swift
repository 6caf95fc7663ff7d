extension CoverageCounts {
    /// Adds up a tracefile of LCOV (geninfo(1), TRACEFILE FORMAT).
    ///
    /// Where a file has no totals (`LF`, `LH`), its lines (`DA`) are counted.
    ///
    /// - Throws: ``ImportRefusal`` for a record that does not end, numbers that cannot be, and a file without records.
    package init(lcov bytes: [UInt8]) throws(ImportRefusal) {
        var sum = TracefileTotals()
        var record: TracefileTotals?
        var count = 0
        let rows = bytes.split(separator: UInt8(ascii: "\n"))
        for row in rows {
            let line = String(decoding: row.last == UInt8(ascii: "\r") ? row.dropLast() : row, as: UTF8.self)
            if line.hasPrefix("SF:") {
                guard record == nil else { throw .malformed("a record does not end") }
                record = TracefileTotals()
            } else if line == "end_of_record" {
                guard let ended = record else { throw .malformed("end_of_record without SF") }
                try sum.add(ended)
                record = nil
                count += 1
            } else {
                try record?.read(line)
            }
        }
        guard record == nil else { throw .malformed("the last record does not end") }
        guard count > 0 else { throw .unfinished("no record") }
        try self.init(sum)
    }

    private init(_ totals: TracefileTotals) throws(ImportRefusal) {
        func share(_ kind: String) throws(ImportRefusal) -> Share? {
            guard let total = totals.counts[kind + "F"] else { return nil }
            guard let share = Share(covered: totals.counts[kind + "H"] ?? 0, of: total) else {
                throw .malformed("more is covered than there is")
            }
            return share
        }
        guard let lines = try share("L") else { throw .unfinished("no line") }
        self.init(lines: lines, branches: try share("BR"), functions: try share("FN"))
    }
}

/// The totals of one record of an LCOV tracefile, or of many.
private struct TracefileTotals {
    private static let names: Set = ["LF", "LH", "BRF", "BRH", "FNF", "FNH"]

    /// By name: `LF` lines found, `LH` lines hit, and the same for branches and functions.
    private(set) var counts: [String: Int] = [:]
    private var lineCount = 0
    private var hitCount = 0

    mutating func read(_ line: String) throws(ImportRefusal) {
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = String(line[..<colon])
        let value = line[line.index(after: colon)...]
        if Self.names.contains(name) {
            guard let number = Int(value), number >= 0, number <= 1 << 40 else {
                throw .malformed("expected a number after \(name)")
            }
            counts[name] = number
        } else if name == "DA" {
            let fields = value.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 2, let hits = Int(fields[1]), hits >= 0 else {
                throw .malformed("expected a line and how often it ran after DA")
            }
            lineCount += 1
            if hits > 0 { hitCount += 1 }
        }
    }

    /// Adds a record that has ended.
    mutating func add(_ record: TracefileTotals) throws(ImportRefusal) {
        var added = record.counts
        if added["LF"] == nil, added["LH"] == nil, record.lineCount > 0 {
            added["LF"] = record.lineCount
            added["LH"] = record.hitCount
        }
        for kind in ["L", "BR", "FN"] where added[kind + "H"] ?? 0 > added[kind + "F"] ?? 0 {
            throw .malformed("a record has more covered than there is")
        }
        for (name, count) in added { counts[name, default: 0] += count }
    }
}
