/// How many tests ended how; read from JUnit XML elsewhere, since reading XML takes more than a pure room has.
package struct TestCounts: Hashable, Sendable {
    package let passed: Int
    /// Passed, with warnings.
    package let warned: Int
    /// Failed, or ended with an error.
    package let failed: Int
    package let skipped: Int

    package init(passed: Int, warned: Int = 0, failed: Int, skipped: Int = 0) {
        self.passed = passed
        self.warned = warned
        self.failed = failed
        self.skipped = skipped
    }
}
