extension CoverageCounts {
    /// Adds up a report in Cobertura's XML.
    ///
    /// The totals of the root where it has them (`lines-covered`, `lines-valid`, and the same of branches), else the
    /// lines of the classes. A rate alone (`line-rate`) is rounded by who wrote it, and is not read.
    ///
    /// - Throws: ``ImportRefusal``; also for a report without a line.
    package init(cobertura bytes: [UInt8]) throws(ImportRefusal) {
        var totals: [String: Int] = [:]
        var lines = (covered: 0, total: 0)
        try XMLReader.read(bytes) { (element) throws(ImportRefusal) in
            if element.depth == 0 {
                guard element.name == "coverage" else {
                    throw .malformed("expected coverage, found \(element.name)")
                }
                for name in ["lines-covered", "lines-valid", "branches-covered", "branches-valid"] {
                    totals[name] = try Self.count(element.attributes[name], name)
                }
            } else if element.name == "line", element.path.suffix(2) == ["class", "lines"] {
                lines.total += 1
                if try Self.count(element.attributes["hits"], "hits") ?? 0 > 0 { lines.covered += 1 }
            }
        }
        let covered = totals["lines-covered"] ?? lines.covered
        let valid = totals["lines-covered"] == nil ? lines.total : totals["lines-valid"] ?? lines.total
        guard valid > 0 else { throw .unfinished("no line") }
        var branches: Share?
        if let valid = totals["branches-valid"], valid > 0 {
            branches = try Self.share(totals["branches-covered"] ?? 0, of: valid)
        }
        self.init(lines: try Self.share(covered, of: valid), branches: branches)
    }

    private static func share(_ covered: Int, of total: Int) throws(ImportRefusal) -> Share {
        guard let share = Share(covered: covered, of: total) else {
            throw .malformed("more is covered than there is")
        }
        return share
    }

    private static func count(_ text: String?, _ name: String) throws(ImportRefusal) -> Int? {
        guard let text else { return nil }
        guard let count = Int(text), (0...PredicateReader.maximumCount).contains(count) else {
            throw .malformed("expected a number in \(name)")
        }
        return count
    }
}
