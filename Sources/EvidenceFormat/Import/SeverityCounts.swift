package import PromotionModel

/// How many vulnerabilities there are, by severity.
package struct SeverityCounts: Hashable, Sendable {
    /// The bands of CVSS 3.1 §5, and what nobody has rated.
    package enum Severity: String, Sendable, CaseIterable {
        case critical
        case high
        case medium
        case low
        /// Not rated, or in a way that is not understood: to be treated as the worst.
        case unknown

        /// The band of a CVSS score; `nil` beyond 0 to 10.
        package init?(score: Measure) {
            guard score >= Measure(0), score <= Measure(10) else { return nil }
            self =
                score >= Measure(9)
                ? .critical : score >= Measure(7) ? .high : score >= Measure(4) ? .medium : .low
        }

        /// Compared by rank, not by name: the worst first, what is not rated before all.
        var rank: Int {
            switch self {
            case .unknown: 0
            case .critical: 1
            case .high: 2
            case .medium: 3
            case .low: 4
            }
        }
    }

    private var counts: [Severity: Int]

    package init(_ counts: [Severity: Int] = [:]) {
        self.counts = counts.filter { $0.value != 0 }
    }

    /// The number with `severity`.
    package subscript(severity: Severity) -> Int {
        counts[severity] ?? 0
    }

    /// Counts one more.
    package mutating func add(_ severity: Severity) {
        counts[severity, default: 0] += 1
    }
}
