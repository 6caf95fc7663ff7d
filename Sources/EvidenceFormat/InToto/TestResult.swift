package import JSONText

/// The result of a run of tests: in-toto `test-result/v0.1`, with counts besides the lists of names.
///
/// The counts are ours: a run of thousands need not name them all. Where both are there, a count below the number of
/// names is refused, and so is `PASSED` with a failed test.
/// A run can fail without a failed test, when it breaks off: a rule asks for ``result`` as well as for ``counts``.
package struct TestResult: Predicate {
    package static let type = "https://in-toto.io/attestation/test-result/v0.1"

    /// How the run ended.
    package enum Result: String, Sendable, CaseIterable {
        case passed = "PASSED"
        case warned = "WARNED"
        case failed = "FAILED"
    }

    package let result: Result
    /// What was run, as in-toto resource descriptors; read as they are.
    package let configuration: [JSONValue]
    package let url: String?
    package let passedTests: [String]
    package let warnedTests: [String]
    package let failedTests: [String]
    /// `nil` where the statement neither counts nor names tests.
    package let counts: TestCounts?

    package init(
        result: Result, configuration: [JSONValue], url: String? = nil, passedTests: [String] = [],
        warnedTests: [String] = [], failedTests: [String] = [], counts: TestCounts? = nil
    ) {
        self.result = result
        self.configuration = configuration
        self.url = url
        self.passedTests = passedTests
        self.warnedTests = warnedTests
        self.failedTests = failedTests
        self.counts = counts
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        guard let result = Result(rawValue: try reader.text("result")) else {
            throw reader.refusal("result", "expected PASSED, WARNED or FAILED")
        }
        let passed = try reader.optionalTexts("passedTests")
        let warned = try reader.optionalTexts("warnedTests")
        let failed = try reader.optionalTexts("failedTests")
        var counts: TestCounts?
        if let written = try reader.optionalObject("counts") {
            counts = TestCounts(
                passed: try written.count("passed"), warned: try written.optionalCount("warned") ?? 0,
                failed: try written.count("failed"), skipped: try written.optionalCount("skipped") ?? 0)
        } else if let passed, let failed {
            counts = TestCounts(
                passed: passed.count, warned: warned?.count ?? 0, failed: failed.count, skipped: 0)
        }
        self.init(
            result: result, configuration: try reader.list("configuration"), url: try reader.optionalText("url"),
            passedTests: passed ?? [], warnedTests: warned ?? [], failedTests: failed ?? [], counts: counts)
        try checkConsistency(reader)
    }

    private func checkConsistency(_ reader: PredicateReader) throws(StatementMalformed) {
        let failed = max(failedTests.count, counts?.failed ?? 0)
        guard result == .failed || failed == 0 else {
            throw reader.refusal("result", "\(result.rawValue), and \(failed) tests failed")
        }
        guard let counts else { return }
        guard counts.passed >= passedTests.count, counts.warned >= warnedTests.count,
            counts.failed >= failedTests.count
        else { throw reader.refusal("counts", "fewer than the tests that are named") }
    }

    package var json: JSONValue {
        .members([
            ("result", .string(result.rawValue)), ("configuration", .array(configuration)),
            ("url", url.map(JSONValue.string)), ("passedTests", .texts(passedTests)),
            ("warnedTests", .texts(warnedTests)), ("failedTests", .texts(failedTests)),
            (
                "counts",
                counts.map {
                    [
                        "passed": .integer($0.passed), "warned": .integer($0.warned), "failed": .integer($0.failed),
                        "skipped": .integer($0.skipped),
                    ]
                }
            ),
        ])
    }
}
