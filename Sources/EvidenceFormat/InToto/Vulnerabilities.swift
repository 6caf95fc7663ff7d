package import JSONText
package import PromotionModel

/// What a scanner found: our own counts, or in-toto `vulns` v0.1 and v0.2, whose list is counted.
package struct Vulnerabilities: Predicate {
    package static let type = "https://towpath.dev/attestation/vulnerabilities/v1"
    /// The lists that are counted.
    static let listTypes = [
        "https://in-toto.io/attestation/vulns/v0.1", "https://in-toto.io/attestation/vulns/v0.2",
    ]

    package static var readTypes: [String] {
        [type] + listTypes
    }

    package let scanner: String
    /// When the scan ended; `nil` where the statement does not say, or not to the second in RFC 3339.
    package let finished: Timestamp?
    package let counts: SeverityCounts

    package init(scanner: String, finished: Timestamp?, counts: SeverityCounts) {
        self.scanner = scanner
        self.finished = finished
        self.counts = counts
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        if case .object = json["scanner"] {
            try self.init(list: reader)
            return
        }
        let written = try reader.object("counts")
        var counts: [SeverityCounts.Severity: Int] = [:]
        for severity in SeverityCounts.Severity.allCases {
            counts[severity] = try written.count(severity.rawValue)
        }
        self.init(
            scanner: try reader.text("scanner"),
            finished: try reader.optionalText("finished").flatMap { Timestamp($0) }, counts: SeverityCounts(counts))
    }

    /// Counts a list by in-toto; a vulnerability with several ratings counts with the worst.
    private init(list reader: PredicateReader) throws(StatementMalformed) {
        let scanner = try reader.object("scanner")
        var counts = SeverityCounts()
        for item in try scanner.objects("result") {
            let ratings = try (item.optionalList("severity") ?? []).map(Self.severity)
            counts.add(ratings.min { $0.rank < $1.rank } ?? .unknown)
        }
        let finished = try reader.optionalObject("metadata")?.optionalText("scanFinishedOn")
        self.init(
            scanner: try scanner.text("uri"), finished: finished.flatMap { Timestamp($0) }, counts: counts)
    }

    /// The severity of a rating `{method, score}`, whose score is a word or a CVSS number.
    private static func severity(_ rating: JSONValue) -> SeverityCounts.Severity {
        guard let score = rating["score"]?.string else { return .unknown }
        switch score.lowercased() {
        case "moderate": return .medium
        case "negligible", "none", "info", "informational": return .low
        case let word:
            if let severity = SeverityCounts.Severity(rawValue: word) { return severity }
            do {
                return SeverityCounts.Severity(score: try Measure(word)) ?? .unknown
            } catch {
                return .unknown
            }
        }
    }

    package var json: JSONValue {
        .members([
            ("scanner", .string(scanner)), ("finished", finished.map { .string($0.description) }),
            (
                "counts",
                .object(
                    SeverityCounts.Severity.allCases.map {
                        JSONValue.Member($0.rawValue, .integer(counts[$0]))
                    })
            ),
        ])
    }
}
