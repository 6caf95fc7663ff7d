/// How much of a program its tests ran.
package struct CoverageCounts: Hashable, Sendable {
    /// So many of so many.
    package struct Share: Hashable, Sendable {
        package let covered: Int
        package let total: Int

        /// `nil` where more are covered than there are, or a number is negative.
        package init?(covered: Int, of total: Int) {
            guard covered >= 0, covered <= total else { return nil }
            self.covered = covered
            self.total = total
        }

        /// Hundredths of a percent, rounded down; `nil` of nothing, which is no proof of anything.
        package var basisPoints: Int? {
            guard total > 0 else { return nil }
            let (product, overflow) = covered.multipliedReportingOverflow(by: 10_000)
            return overflow ? covered / (total / 10_000) : product / total
        }
    }

    package let lines: Share
    /// `nil` where branches were not measured.
    package let branches: Share?
    /// `nil` where functions were not measured.
    package let functions: Share?

    package init(lines: Share, branches: Share? = nil, functions: Share? = nil) {
        self.lines = lines
        self.branches = branches
        self.functions = functions
    }
}
