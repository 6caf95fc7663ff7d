/// How many findings an analyzer has, by level (SARIF 2.1.0 §3.27.10).
package struct FindingCounts: Hashable, Sendable {
    package let errors: Int
    package let warnings: Int
    package let notes: Int
    /// Findings that somebody accepted; they are counted in the levels too.
    package let suppressed: Int

    package init(errors: Int, warnings: Int, notes: Int, suppressed: Int = 0) {
        self.errors = errors
        self.warnings = warnings
        self.notes = notes
        self.suppressed = suppressed
    }
}
